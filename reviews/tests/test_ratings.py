"""The catalogue is told what products are rated, now or later, over a real socket."""

import json
from collections.abc import Iterator

import httpx
import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import transaction
from fragment_contract.testing import FakeFragmentServer, Reply

from reviews import moderation, ratings, selectors
from reviews.models import RatingDue, Review

from .factories import PendingFactory, ReviewFactory

pytestmark = pytest.mark.django_db(transaction=True)
TAKEN = Reply(status=204)


class Catalogue:
    """What the catalogue was told."""

    def __init__(self, server: FakeFragmentServer) -> None:
        self.server = server
        server.respond("*", TAKEN)

    @property
    def told(self) -> list[tuple[str, int | None, int]]:
        """Product, average in tenths and count of every message."""
        said = [(r.path.rpartition("/")[2], json.loads(r.body)) for r in self.server.requests]
        return [(product, body["average_tenths"], body["count"]) for product, body in said]


@pytest.fixture
def catalogue(settings: LazySettings) -> Iterator[Catalogue]:
    with FakeFragmentServer() as server:
        settings.PRODUCT_DETAILS_URL = server.url
        settings.SERVICE_TOKEN = "shared"
        yield Catalogue(server)


def test_a_decision_tells_the_new_rating_of_each_product_once(catalogue: Catalogue) -> None:
    for product, rating in (("h1001", 5), ("h1001", 4), ("h1002", 3)):
        PendingFactory.create(product=product, rating=rating)
    assert catalogue.told == []
    moderation.publish(Review.objects.all())
    assert catalogue.told == [("h1001", 45, 2), ("h1002", 30, 1)]
    (first, _) = catalogue.server.requests
    assert (first.method, first.path) == ("PUT", "/api/ratings/h1001")
    assert first.headers["authorization"] == "Bearer shared"
    assert not RatingDue.objects.exists()


def test_a_product_that_lost_its_last_review_has_no_rating(catalogue: Catalogue) -> None:
    ReviewFactory.create().delete()
    assert catalogue.told[-1] == ("h1001", None, 0)


def test_nothing_is_told_of_a_decision_that_is_rolled_back(catalogue: Catalogue) -> None:
    PendingFactory.create()
    with transaction.atomic():
        moderation.publish(Review.objects.all())
        transaction.set_rollback(True)
    assert catalogue.told == []
    assert not RatingDue.objects.exists()


@pytest.mark.parametrize("status", [401, 422, 500, 503])
def test_what_the_catalogue_did_not_take_is_told_later(catalogue: Catalogue, status: int) -> None:
    catalogue.server.respond("*", Reply(status=status))
    ReviewFactory.create(rating=4)
    assert RatingDue.objects.exists()
    catalogue.server.respond("*", TAKEN)
    call_command("catch_up")
    assert catalogue.told[-1] == ("h1001", 40, 1)
    assert not RatingDue.objects.exists()


def test_a_catalogue_that_is_down_delays_no_decision(catalogue: Catalogue) -> None:
    PendingFactory.create()
    catalogue.server.refuse()
    assert moderation.publish(Review.objects.all()) == 1
    assert Review.objects.get().state == "published"
    assert ratings.push() == 0
    catalogue.server.accept()
    assert ratings.push() == 1


def test_the_rest_waits_when_the_catalogue_fails(catalogue: Catalogue) -> None:
    catalogue.server.respond("/api/ratings/h1002", Reply(status=500))
    ratings.due(["h1001", "h1002", "h1003"])
    assert list(RatingDue.objects.values_list("product", flat=True)) == ["h1002", "h1003"]


@pytest.mark.parametrize("status", [404, 410])
def test_a_product_that_the_catalogue_does_not_know_needs_no_telling(
    catalogue: Catalogue, status: int
) -> None:
    catalogue.server.respond("*", Reply(status=status))
    ReviewFactory.create()
    assert not RatingDue.objects.exists()


def test_a_rating_that_changes_while_it_is_told_is_told_again(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process decided meanwhile, and its message may have come first."""
    older, newer = selectors.Rating(50, 1), selectors.Rating(30, 2)
    looks = iter([older])
    monkeypatch.setattr(selectors, "rating_of", lambda product: next(looks, newer))
    ratings.due(["h1001"])
    assert catalogue.told == [("h1001", 50, 1), ("h1001", 30, 2)]
    assert not RatingDue.objects.exists()


def test_all_ratings_are_told_to_a_catalogue_that_was_filled_anew(catalogue: Catalogue) -> None:
    ReviewFactory.create(product="h1001")
    ReviewFactory.create(product="h1002", rating=2)
    before = len(catalogue.told)
    call_command("push_ratings")
    assert len(catalogue.told) == before
    call_command("push_ratings", "--all")
    assert catalogue.told[before:] == [("h1001", 50, 1), ("h1002", 20, 1)]


def test_the_command_fails_if_something_is_left(catalogue: Catalogue) -> None:
    catalogue.server.respond("*", Reply(status=500))
    ReviewFactory.create()
    with pytest.raises(CommandError, match="1 ratings are still due"):
        call_command("push_ratings")


def test_without_a_catalogue_everything_works_and_stays_due(settings: LazySettings) -> None:
    settings.PRODUCT_DETAILS_URL = ""
    ReviewFactory.create()
    assert RatingDue.objects.count() == 1


def test_the_catalogue_is_asked_as_a_service_and_through_no_proxy(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    ReviewFactory.create()
    assert catalogue.told
    assert httpx.get(catalogue.server.url, trust_env=False).status_code == 204

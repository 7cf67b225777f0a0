"""The demonstration's reviews."""

import io
import unicodedata
from collections import Counter

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command

from reviews.demo.grammar import phrases
from reviews.demo.plan import demo_reviews
from reviews.demo.products import HOSTILE, KINDS
from reviews.models import Review

from .conftest import Purges
from .factories import ReviewFactory


def seed(*options: str) -> str:
    output = io.StringIO()
    call_command("seed_demo", *options, stdout=output)
    return output.getvalue()


def contents() -> list[tuple[object, ...]]:
    fields = ("product", "rating", "title", "body", "author", "created_at", "state", "verified")
    return list(Review.objects.order_by("pk").values_list(*fields))


def test_the_program_writes_the_same_reviews_every_time() -> None:
    def once() -> list[tuple[object, ...]]:
        return [(r.product, r.rating, r.title, r.body, r.created_at) for r in demo_reviews()]

    assert once() == once()


def test_every_review_is_legal() -> None:
    for review in demo_reviews():
        review.clean_fields(exclude=["submission"])


def test_every_phrase_has_all_its_words_and_every_kind_its_sentences() -> None:
    assert not any("{" in r.title + r.body for r in demo_reviews() if r.language == "en")
    for kind in set(KINDS.values()):
        assert {"noun", "good", "flaw"} <= set(phrases("english")["kinds"][kind])


def test_ratings_form_a_j() -> None:
    counts = Counter(review.rating for review in demo_reviews())
    assert counts[5] > 2 * counts[4] > 2 * counts[2]
    assert counts[1] > counts[2]
    assert counts[5] > sum(counts.values()) / 2


def test_few_products_have_most_reviews_and_some_have_none() -> None:
    counts = Counter(review.product for review in demo_reviews())
    assert set(counts) < set(KINDS)
    ranked = sorted(counts.values(), reverse=True)
    assert 250 <= ranked[0] <= 320
    assert sum(ranked[: len(KINDS) // 5]) > sum(ranked) * 0.6


def test_moderators_find_work_and_examples() -> None:
    states = Counter(review.state for review in demo_reviews())
    assert states["pending"] > 30
    assert states["rejected"] >= 8


def test_some_reviews_are_written_from_right_to_left() -> None:
    letters = (unicodedata.bidirectional(r.title[0]) for r in demo_reviews())
    assert sum(direction in ("R", "AL") for direction in letters) >= 5


def test_hostile_input_is_published() -> None:
    titles = {r.title for r in demo_reviews() if r.product == HOSTILE and r.state == "published"}
    assert {entry["title"] for entry in phrases("hostile")["review"]} <= titles


@pytest.mark.django_db
def test_a_second_run_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    seed()
    Review.objects.filter(state="pending").update(state="published")
    before = contents()
    monkeypatch.setattr("reviews.management.commands.seed_demo.demo_reviews", None)
    assert "already" in seed()
    assert contents() == before


@pytest.mark.django_db
def test_again_restores_the_demonstration_and_leaves_real_reviews(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = ReviewFactory.create()
    seed()
    before = contents()[1:]
    Review.objects.filter(synthetic=True, rating=5).delete()
    seed("--again")
    assert Review.objects.filter(pk=real.pk).exists()
    assert contents()[1:] == before


@pytest.mark.django_db
def test_all_seeded_reviews_are_marked_as_synthetic() -> None:
    seed()
    assert not Review.objects.filter(synthetic=False).exists()


@pytest.mark.django_db(transaction=True)
def test_seeding_purges_what_it_fills_in_one_message(purges: Purges) -> None:
    seed()
    (tags,) = purges.messages
    assert "reviews:h1001" in tags


@pytest.mark.django_db
def test_the_moderator_gets_the_password_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DEMO_PASSWORD", "correct horse")
    assert "correct horse" not in seed()
    user = authenticate(username="moderator", password="correct horse")
    assert user is not None
    assert user.is_staff
    assert not user.is_superuser
    assert user.has_perm("reviews.change_review")
    assert not user.has_perm("auth.change_user")


@pytest.mark.django_db
def test_without_one_the_password_is_random_and_printed_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("DEMO_PASSWORD", raising=False)
    password = seed().split()[-1]
    assert authenticate(username="moderator", password=password) is not None
    assert "password" not in seed()

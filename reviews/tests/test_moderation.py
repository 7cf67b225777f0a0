"""The moderation desk, and what the shell hears of it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from reviews import moderation
from reviews.demo.grammar import phrases
from reviews.models import Review

from .conftest import Purges
from .factories import PendingFactory, ReviewFactory

LIST = "/admin/reviews/review/"
committed = pytest.mark.django_db(transaction=True)


def act(client: Client, action: str, *reviews: Review, **extra: str) -> Any:
    data = {"action": action, "_selected_action": [review.pk for review in reviews], **extra}
    return client.post(LIST, data, follow=True)


def edit(client: Client, review: Review, **changes: Any) -> Any:
    fields = ("rating", "state", "refusal", "title", "body", "author", "language", "answer")
    data = {name: getattr(review, name) for name in fields} | {"read": review.revision}
    for part in ("photos", "reports"):
        data |= {f"{part}-TOTAL_FORMS": 0, f"{part}-INITIAL_FORMS": 0}
    data |= changes
    return client.post(reverse("admin:reviews_review_change", args=[review.pk]), data)


@pytest.mark.django_db
def test_the_queue_shows_what_a_decision_needs(moderator: Client) -> None:
    PendingFactory.create(title="A title", body="What it says", author="Ada", product="h1042")
    ReviewFactory.create(title="Long decided")
    page = moderator.get(LIST, {"state__exact": "pending"}).content.decode()
    for text in ("A title", "What it says", "Ada", "h1042", "5 ★", "Pending"):
        assert text in page
    assert "Long decided" not in page


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["h1042", "glows", "Grace"])
def test_reviews_are_found_by_product_words_and_author(moderator: Client, query: str) -> None:
    PendingFactory.create(product="h1042", title="It glows", author="Grace")
    PendingFactory.create(title="Another")
    page = moderator.get(LIST, {"q": query}).content.decode()
    assert "It glows" in page
    assert "Another" not in page


@pytest.mark.django_db
def test_a_full_page_of_the_queue_takes_few_queries(
    moderator: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    PendingFactory.create_batch(60)
    with django_assert_max_num_queries(10):
        assert moderator.get(LIST).status_code == 200


@committed
@pytest.mark.parametrize(
    ("action", "state"),
    [("publish_selected", "published"), ("reject_selected", "rejected")],
)
def test_a_bulk_decision_changes_all_and_purges_each_product_once(
    moderator: Client, purges: Purges, action: str, state: str
) -> None:
    chosen = [PendingFactory.create(product=ref) for ref in ("h1001", "h1002", "h1001")]
    untouched = PendingFactory.create(product="h1003")
    response = act(moderator, action, *chosen)
    assert f"3 {state}" in response.content.decode()
    assert {Review.objects.get(pk=review.pk).state for review in chosen} == {state}
    assert Review.objects.get(pk=untouched.pk).state == "pending"
    assert purges.messages == [["reviews:h1001", "reviews:h1002"]]


@committed
def test_a_decision_taken_again_changes_and_purges_nothing(purges: Purges) -> None:
    ReviewFactory.create_batch(2)
    before = len(purges.messages)
    assert moderation.publish(Review.objects.all()) == 0
    assert len(purges.messages) == before


@committed
def test_nothing_is_purged_if_the_decision_is_rolled_back(purges: Purges) -> None:
    review = PendingFactory.create()
    with transaction.atomic():
        moderation.publish(Review.objects.all())
        transaction.set_rollback(True)
    review.refresh_from_db()
    assert (review.state, purges.messages) == ("pending", [])


@committed
def test_editing_a_review_purges_its_product(moderator: Client, purges: Purges) -> None:
    review = PendingFactory.create(product="h1042")
    assert edit(moderator, review, state="published", title="Mended").status_code == 302
    assert Review.objects.get().title == "Mended"
    assert purges.messages == [["reviews:h1042"]]


@committed
def test_deleting_purges_one_or_many(moderator: Client, purges: Purges) -> None:
    one, *many = [PendingFactory.create(product=f"h100{number}") for number in range(3)]
    moderator.post(reverse("admin:reviews_review_delete", args=[one.pk]), {"post": "yes"})
    assert purges.messages == [["reviews:h1000"]]
    act(moderator, "delete_selected", *many, post="yes")
    assert Review.objects.count() == 0
    assert purges.messages[1:] == [["reviews:h1001", "reviews:h1002"]]


@committed
def test_a_review_that_awaits_moderation_purges_nothing(purges: Purges) -> None:
    PendingFactory.create()
    assert purges.messages == []


@committed
def test_a_published_review_is_in_the_list_at_once(client: Client, moderator: Client) -> None:
    review = PendingFactory.create(title="Fresh")
    assert b"Fresh" not in client.get("/fragments/list/?product=h1001").content
    act(moderator, "publish_selected", review)
    assert b"Fresh" in client.get("/fragments/list/?product=h1001").content


@pytest.mark.django_db
def test_fields_of_the_desk_have_room_and_dates_are_british(moderator: Client) -> None:
    review = ReviewFactory.create(created_at=datetime(2026, 11, 3, 12, 14, tzinfo=UTC))
    page = moderator.get(reverse("admin:reviews_review_change", args=[review.pk]))
    rows = [row for fields in page.context["adminform"] for row in fields]
    assert max(len(list(row)) for row in rows) == 2, "the state was cut off between two others"
    assert "3 November 2026, 12:14 p.m." in page.content.decode()
    assert "reviews/desk.css" in page.content.decode()


@pytest.mark.django_db
def test_a_review_cannot_be_moved_to_another_product(moderator: Client) -> None:
    review = PendingFactory.create(product="h1001")
    edit(moderator, review, product="h1002")
    assert Review.objects.get().product == "h1001"


@pytest.mark.django_db
@pytest.mark.parametrize("entry", phrases("hostile")["review"], ids=lambda e: ascii(e["author"]))
def test_hostile_reviews_are_escaped_on_the_desk(moderator: Client, entry: dict[str, Any]) -> None:
    review = PendingFactory.create(**entry)
    one = reverse("admin:reviews_review_change", args=[review.pk])
    delete = reverse("admin:reviews_review_delete", args=[review.pk])
    for address in (LIST, one, delete, reverse("admin:reviews_review_history", args=[review.pk])):
        page = moderator.get(address).content.decode()
        for text in (entry["title"], entry["author"], entry["body"]):
            assert text not in page or not set(text) & set("<>\"'&")
    edit(moderator, review, state="published")
    assert "<script>alert" not in moderator.get(LIST).content.decode()


@pytest.mark.django_db
def test_who_may_only_look_cannot_decide(client: Client) -> None:
    client.force_login(User.objects.create_user("looker", is_staff=True))
    review = PendingFactory.create()
    assert act(client, "publish_selected", review).status_code == 403
    assert Review.objects.get().state == "pending"


@pytest.mark.django_db
def test_a_stranger_is_asked_to_log_in(client: Client) -> None:
    response = client.get(LIST)
    assert response.status_code == 302
    assert "/admin/login/" in response["location"]

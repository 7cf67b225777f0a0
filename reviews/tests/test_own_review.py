"""One review per shopper and product: sent, changed and deleted by its author alone."""

import json

import pytest
from django.test import Client
from fragment_contract.testing import parse

from reviews.models import Draft, Report, Review, Vote

from .conftest import Purges
from .factories import ReviewFactory
from .shopper import HERE, Shopper

pytestmark = pytest.mark.django_db


def revision(subject: str = "user:1") -> int:
    return Review.objects.get(subject=subject).revision


def test_a_review_belongs_to_the_account_of_the_token_and_to_no_other() -> None:
    Shopper("user:1").sends(subject="user:2", user="2", userid="2")
    assert Review.objects.get().subject == "user:1"


def test_each_shopper_has_one_review_of_each_product() -> None:
    for subject in ("user:1", "user:2"):
        Shopper(subject).sends()
    Shopper("user:1").sends(product="h1002")
    written = Review.objects.values_list("subject", "product")
    assert sorted(written) == [("user:1", "h1001"), ("user:1", "h1002"), ("user:2", "h1001")]


def test_the_name_of_the_account_is_suggested_and_may_be_another() -> None:
    field = Shopper("user:1", name="Ada L.").looks().by_id("review-author")
    assert field.attributes["value"] == "Ada L."
    Shopper("user:1", name="Ada L.").sends(author="A.")
    assert Review.objects.get().author == "A."


def test_who_wrote_one_sees_it_with_its_state_in_place_of_the_empty_form() -> None:
    ada = Shopper("user:1")
    ada.sends(title="My own words")
    page = ada.looks()
    assert page.one("h2").text == "Your review"
    assert "My own words" in page.one("article").text
    assert "Awaits moderation" in page.one("article").text
    assert "My own words" not in Shopper("user:2").looks().text
    assert "My own words" not in Shopper("anon:1").looks().text


def test_the_author_of_a_refused_review_reads_why() -> None:
    ReviewFactory.create(subject="user:1", state="rejected", refusal="It names a <neighbour>.")
    text = Shopper("user:1").looks().one("article").text
    assert "It names a <neighbour>." in text
    assert "Not published" in text


def test_an_edited_review_is_moderated_again_and_says_that_it_was_edited() -> None:
    review = ReviewFactory.create(subject="user:1", refusal="old", answer="Thanks", helpful=3)
    Shopper("user:1").sends(revision="1", title="Better")
    review.refresh_from_db()
    assert (review.title, review.state, review.refusal) == ("Better", "pending", "")
    assert (review.helpful, review.answer, review.revision) == (3, "Thanks", 2)
    assert review.edited_at is not None


def test_sending_the_same_words_again_changes_nothing() -> None:
    ada = Shopper("user:1")
    ada.sends()
    Review.objects.update(state="published")
    response = ada.sends()
    assert response.status_code == 200
    assert (Review.objects.get().state, revision()) == ("published", 1)


@pytest.mark.parametrize("htmx", [True, False])
def test_who_forgot_that_he_wrote_one_decides_whether_to_replace_it(htmx: bool) -> None:
    ReviewFactory.create(subject="user:1", title="The first")
    ada = Shopper("user:1", htmx=htmx)
    response = ada.sends(title="The second")
    assert response.status_code == 422
    page = parse(response.content)
    assert "reviewed this product before" in page.text
    assert page.by_id("review-title").attributes["value"] == "The second"
    assert Review.objects.get().title == "The first"
    # Nothing is lost if he goes away now, and one more click replaces it.
    assert Shopper("user:1").looks().by_id("review-title").attributes["value"] == "The second"
    shown = page.by_id("review-revision").attributes["value"]
    assert ada.sends(title="The second", revision=shown).status_code == (200 if htmx else 303)
    assert Review.objects.get().title == "The second"
    assert not Draft.objects.exists()


def test_an_edit_in_another_window_is_not_overwritten_unseen() -> None:
    ada = Shopper("user:1")
    ada.sends()
    assert ada.sends(revision="1", title="From the first window").status_code == 200
    response = ada.sends(revision="1", title="From the second window")
    assert response.status_code == 422
    assert "in another window" in parse(response.content).text
    assert Review.objects.get().title == "From the first window"


def test_what_waits_can_be_discarded() -> None:
    ReviewFactory.create(subject="user:1", title="The first")
    ada = Shopper("user:1")
    ada.sends(title="The second")
    ada.acts("form", "discard", product="h1001", return_to=HERE)
    assert not Draft.objects.exists()
    assert ada.looks().by_id("review-title").attributes["value"] == "The first"


@pytest.mark.parametrize("htmx", [True, False])
def test_the_author_deletes_a_review_with_all_that_hangs_on_it(htmx: bool) -> None:
    review = ReviewFactory.create(subject="user:1")
    Vote.objects.create(review=review, subject="user:2")
    Report.objects.create(review=review, subject="user:2", reason="spam")
    other = ReviewFactory.create(subject="user:2")
    ada = Shopper("user:1", htmx=htmx)
    response = ada.acts("form", "withdraw", product="h1001", return_to=HERE)
    assert response.status_code == (200 if htmx else 303)
    event = json.loads(response["hx-trigger"])["review:submitted"]
    assert event == {"ref": "h1001", "state": "deleted"}
    assert list(Review.objects.all()) == [other]
    assert not Vote.objects.exists() and not Report.objects.exists()
    assert ada.looks().one("h2").text == "Write a review"


def test_deleting_what_is_not_there_is_no_mistake() -> None:
    response = Shopper("user:1").acts("form", "withdraw", product="h1001", return_to=HERE)
    assert response.status_code == 200


def test_nobody_edits_or_deletes_what_another_wrote() -> None:
    review = ReviewFactory.create(subject="user:1", title="Mine")
    eve = Shopper("user:2")
    eve.sends(revision=str(review.revision), title="Hers", review=str(review.pk))
    eve.acts("form", "withdraw", product="h1001", return_to=HERE, review=str(review.pk))
    assert Review.objects.get().title == "Mine"


@pytest.mark.parametrize("action", ["submit", "withdraw", "discard", "adopt"])
def test_without_a_token_nothing_can_be_done(client: Client, action: str) -> None:
    response = client.post(f"/fragments/form/actions/{action}", {"product": "h1001"})
    assert response.status_code == 401


@pytest.mark.django_db(transaction=True)
def test_an_edit_of_a_published_review_takes_it_out_of_the_list_at_once(
    client: Client, purges: Purges
) -> None:
    ReviewFactory.create(subject="user:1")
    before = len(purges.messages)
    Shopper("user:1").sends(revision="1", title="Better")
    assert ["reviews:h1001"] in purges.messages[before:]
    page = parse(client.get("/fragments/list/?product=h1001").content)
    assert "Nobody has reviewed" in page.text

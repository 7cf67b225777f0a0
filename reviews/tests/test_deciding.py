"""Decisions at the desk are about what a moderator has read, and change nothing else."""

import re
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse

from reviews.models import Photo, Report, Review

from .conftest import Purges
from .factories import PendingFactory, ReviewFactory
from .photographs import photograph
from .shopper import Shopper
from .test_moderation import LIST, act, edit

pytestmark = pytest.mark.django_db


def hidden(client: Client, name: str) -> str:
    """The value of a hidden field of the list, whose markup is the admin's own."""
    page = client.get(LIST).content.decode()
    (field,) = re.findall(rf'<input type="hidden" name="{name}"[^>]*>', page)
    (value,) = re.findall(r'value="([^"]*)"', field)
    return str(value)


def test_what_its_author_changed_after_the_list_was_made_is_left_alone(moderator: Client) -> None:
    changed = PendingFactory.create(subject="user:1")
    read = PendingFactory.create(subject="user:2")
    seen_at = hidden(moderator, "seen_at")
    Shopper("user:1").sends(revision="1", title="Buy gold")
    page = act(moderator, "publish_selected", changed, read, seen_at=seen_at).content.decode()
    assert "1 published" in page
    assert "1 left as they were" in page
    states = dict(Review.objects.values_list("subject", "state"))
    assert states == {"user:1": "pending", "user:2": "published"}
    act(moderator, "publish_selected", changed, seen_at=hidden(moderator, "seen_at"))
    assert Review.objects.get(subject="user:1").state == "published"


@pytest.mark.parametrize("seen_at", ["", "yesterday", "2026-13-45", "9999-01-01T00:00:00+00:00"])
def test_a_list_that_does_not_say_when_it_was_made_is_of_now(
    moderator: Client, seen_at: str
) -> None:
    review = PendingFactory.create()
    act(moderator, "publish_selected", review, seen_at=seen_at)
    assert Review.objects.get().state == "published"


def test_a_form_of_words_that_have_changed_is_refused(moderator: Client) -> None:
    review = PendingFactory.create(subject="user:1")
    Shopper("user:1").sends(revision="1", title="Buy gold")
    response = edit(moderator, review, state="published")
    assert "Its author changed this review" in response.content.decode()
    assert Review.objects.get().state == "pending"


def test_saving_a_review_loses_no_vote(moderator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    review = PendingFactory.create()
    full_clean = Review.full_clean

    def meanwhile(self: Review, *args: Any, **kwargs: Any) -> None:
        full_clean(self, *args, **kwargs)
        Review.objects.update(helpful=F("helpful") + 1)

    monkeypatch.setattr(Review, "full_clean", meanwhile)
    assert edit(moderator, review, state="published").status_code == 302
    assert Review.objects.get().helpful == 1


def test_an_answer_has_a_date_and_goes_with_its_words(moderator: Client) -> None:
    review = ReviewFactory.create()
    edit(moderator, review, answer="Thank you.")
    review.refresh_from_db()
    assert review.answer == "Thank you." and review.answered_at is not None
    edit(moderator, review, answer="")
    review.refresh_from_db()
    assert review.answered_at is None


def test_rejecting_closes_the_reports(moderator: Client) -> None:
    one, other = ReviewFactory.create_batch(2)
    for review in (one, other):
        Report.objects.create(review=review, subject="anon:1", reason="spam")
    edit(moderator, one, state="rejected", refusal="Spam.")
    act(moderator, "reject_selected", other)
    assert set(Report.objects.values_list("state", flat=True)) == {"upheld"}


def test_photos_are_looked_at_where_the_decision_is_taken(moderator: Client) -> None:
    Shopper("user:1").sends(**{"photo-1": photograph(), "photo-1-alt": '"><script>alert(1)'})
    review, photo = Review.objects.get(), Photo.objects.get()
    assert "1 photo" in moderator.get(LIST).content.decode()
    page = moderator.get(reverse("admin:reviews_review_change", args=[review.pk]))
    (img,) = re.findall(rf'<img src="[^"]*{photo.name}/thumb.webp"[^>]*>', page.content.decode())
    assert 'alt="&quot;&gt;&lt;script&gt;alert(1)"' in img
    assert "<script>alert(1)" not in page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_photo_that_a_moderator_removes_leaves_the_list_and_the_storage(
    moderator: Client, purges: Purges
) -> None:
    Shopper("user:1").sends(**{"photo-1": photograph()})
    Review.objects.update(state="published")
    photo = Photo.objects.get()
    before = len(purges.messages)
    inline = {
        "photos-TOTAL_FORMS": 1,
        "photos-INITIAL_FORMS": 1,
        "photos-0-id": photo.pk,
        "photos-0-review": photo.review_id,
        "photos-0-DELETE": "on",
    }
    review = Review.objects.get()
    assert edit(moderator, review, **inline).status_code == 302
    assert not Photo.objects.exists()
    assert ["reviews:h1001"] in purges.messages[before:]
    assert not photo.storage.exists(f"{photo.name}/large.webp")

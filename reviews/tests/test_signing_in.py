"""What visitors do before they sign in, and what becomes of it then."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from reviews import adoption, authorship, votes
from reviews.models import Draft, Report, Review, Vote, WaitingVote

from .factories import ReviewFactory
from .photographs import photograph
from .shopper import Shopper, told

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["adopt", "looks", "sends elsewhere"])
def way(request: pytest.FixtureRequest) -> str:
    """How a service hears of a signing in: it is told, or any token says so."""
    return str(request.param)


def signs_in(way: str = "adopt", subject: str = "user:1") -> object:
    ada = Shopper(subject, former="anon:1")
    if way == "looks":
        return ada.looks()
    if way == "sends elsewhere":
        return ada.sends(product="h1055")
    return ada.acts("form", "adopt")


def test_who_is_not_signed_in_is_sent_there_and_what_he_wrote_is_kept() -> None:
    response = Shopper("anon:1").sends(title="From a stranger")
    assert response.status_code == 401
    assert "Sign in to send your review" in told(response)
    assert not Review.objects.exists()
    page = Shopper("anon:1").looks()
    assert page.by_id("review-title").attributes["value"] == "From a stranger"
    assert "waits until you sign in" in page.text
    assert "From a stranger" not in Shopper("anon:2").looks().text


def test_mistakes_are_told_before_anybody_has_to_sign_in() -> None:
    response = Shopper("anon:1").sends(title="")
    assert response.status_code == 422
    assert not Draft.objects.exists()


def test_at_signing_in_the_review_is_sent(way: str) -> None:
    Shopper("anon:1").sends(title="From a stranger", photo_1="", **{"photo-1": photograph()})
    signs_in(way)
    review = Review.objects.get(product="h1001")
    assert (review.subject, review.title) == ("user:1", "From a stranger")
    assert review.state == "pending"
    assert review.photos.count() == 1
    assert not Draft.objects.exists()


def test_the_shopper_is_told_that_it_was_sent() -> None:
    Shopper("anon:1").sends()
    assert told(signs_in()) == "Your review is sent and awaits moderation."
    assert told(signs_in()) == ""


def test_a_review_that_is_there_is_not_replaced_without_asking() -> None:
    ReviewFactory.create(subject="user:1", title="The first")
    Shopper("anon:1").sends(title="The second")
    assert "waits there for you" in told(signs_in())
    assert Review.objects.get().title == "The first"
    page = Shopper("user:1").looks()
    assert page.by_id("review-title").attributes["value"] == "The second"
    assert "not sent yet" in page.text


def test_votes_are_given_at_signing_in_and_none_counts_twice_or_for_oneself(way: str) -> None:
    both, before, own = [ReviewFactory.create(subject=f"user:{n}") for n in (7, 8, 1)]
    for review in (both, before, own):
        Shopper("anon:1").votes(review.pk)
    Shopper("user:1").votes(both.pk)
    signs_in(way)
    signs_in(way)
    counts = {r.pk: r.helpful for r in Review.objects.filter(state="published")}
    assert counts == {both.pk: 1, before.pk: 1, own.pk: 0}
    assert set(Vote.objects.values_list("subject", flat=True)) == {"user:1"}
    assert not WaitingVote.objects.exists()


@pytest.mark.parametrize(
    ("author", "said"),
    [
        ("user:2", "Thank you: you found this review helpful."),
        ("user:1", "You wrote this review: others may vote for it."),
    ],
)
def test_the_shopper_is_told_what_became_of_the_vote(author: str, said: str) -> None:
    Shopper("anon:1").votes(ReviewFactory.create(subject=author).pk)
    assert told(signs_in()) == said
    assert told(signs_in()) == ""


def test_a_vote_that_was_taken_back_is_not_given_again_by_who_hears_late() -> None:
    review = ReviewFactory.create()
    Shopper("anon:1").votes(review.pk)
    waiting = WaitingVote.objects.get()
    assert votes._handed_in(waiting, "user:1") == "counted"
    Shopper("user:1").votes(review.pk, "no")
    assert votes._handed_in(waiting, "user:1") is None
    assert votes.helpful_count(review.pk) == 0


def test_of_a_review_that_is_hidden_meanwhile_nothing_is_said() -> None:
    review = ReviewFactory.create()
    Shopper("anon:1").votes(review.pk)
    Review.objects.update(state="rejected")
    assert told(signs_in()) == ""
    assert not Vote.objects.exists()


def test_reports_go_with_the_account_and_none_counts_twice() -> None:
    reviews = ReviewFactory.create_batch(2)
    for review in reviews:
        Shopper("anon:1").reports(review.pk, reason="spam")
    Shopper("user:1").reports(reviews[0].pk, reason="other")
    signs_in()
    signs_in()
    assert sorted(Report.objects.values_list("subject", "review")) == [
        ("user:1", reviews[0].pk),
        ("user:1", reviews[1].pk),
    ]


def test_somebody_who_was_nobody_has_nothing_to_adopt() -> None:
    response = Shopper("user:1").acts("form", "adopt")
    assert (response.status_code, told(response)) == (204, "")


def test_drafts_that_nobody_comes_back_to_are_forgotten() -> None:
    Shopper("anon:1").sends()
    now = timezone.now()
    assert authorship.forget_old_drafts(now=now + timedelta(days=6)) == 0
    assert authorship.forget_old_drafts(now=now + timedelta(days=8)) == 1
    assert not Draft.objects.exists()


def test_the_401_says_what_the_page_should_announce() -> None:
    response = Shopper("anon:1").sends()
    assert set(json.loads(response["hx-trigger"])) == {"notification:show"}


def test_who_hears_of_a_signing_in_late_takes_nothing_away() -> None:
    Shopper("anon:1").sends(title="From a stranger")
    ReviewFactory.create(product="h1001", subject="user:1")
    draft = Draft.objects.get()
    # Two requests have read the draft before either of them hands it on.
    assert adoption._handed_on(draft.pk, "anon:1", "user:1") == "waiting"
    assert adoption._handed_on(draft.pk, "anon:1", "user:1") == "gone"
    assert Draft.objects.get().subject == "user:1"

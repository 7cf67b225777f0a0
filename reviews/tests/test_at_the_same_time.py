"""Many requests at once, each over a connection of its own: on SQLite in a file, and on PostgreSQL
where the tests run over it."""

from collections import Counter

import pytest
from fragment_contract.testing.crowd import SIZE, Crowd

from reviews import moderation, votes
from reviews.models import Photo, Report, Review, Vote, WaitingVote

from .factories import PendingFactory, ReviewFactory
from .photographs import photograph
from .shopper import HERE, Shopper

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_vote_of_a_crowd_counts_and_each_once(crowd: Crowd) -> None:
    review = crowd.one(ReviewFactory.create)
    people = [Shopper(f"user:{number % 4}") for number in range(SIZE)]
    answers = crowd.at_once(*[lambda one=one: one.votes(review.pk) for one in people])
    assert {answer.status_code for answer in answers} == {200}
    assert crowd.one(lambda: votes.helpful_count(review.pk)) == 4
    assert crowd.one(Vote.objects.count) == 4


def test_votes_given_and_taken_back_at_once_leave_the_number_true(crowd: Crowd) -> None:
    review = crowd.one(ReviewFactory.create)
    crowd.one(lambda: [votes.give(review.pk, f"user:{number}") for number in range(2)])
    for _ in range(5):
        crowd.at_once(
            *[
                lambda number=number: Shopper(f"user:{number % 3}").votes(
                    review.pk, "yes" if number % 2 else "no"
                )
                for number in range(SIZE)
            ]
        )
        counted = crowd.one(lambda: votes.helpful_count(review.pk))
        assert counted == crowd.one(Vote.objects.count)


def test_a_vote_that_many_hear_of_at_once_is_given_once(crowd: Crowd) -> None:
    review = crowd.one(ReviewFactory.create)
    crowd.one(lambda: votes.keep(review.pk, "anon:1"))
    crowd.at_once(*[lambda: votes.adopt("anon:1", "user:1") for _ in range(SIZE)])
    assert crowd.one(lambda: votes.helpful_count(review.pk)) == 1
    assert crowd.one(WaitingVote.objects.count) == 0


def test_a_form_sent_many_times_at_once_makes_one_review_with_its_photo(crowd: Crowd) -> None:
    answers = crowd.at_once(
        *[lambda: Shopper("user:1").sends(**{"photo-1": photograph()}) for _ in range(4)]
    )
    assert {answer.status_code for answer in answers} == {200}
    assert crowd.one(Review.objects.count) == 1
    assert crowd.one(Photo.objects.count) == 1
    assert crowd.one(lambda: Review.objects.get().revision) == 1


def test_of_edits_at_once_one_wins_and_the_others_hear_of_it(crowd: Crowd) -> None:
    crowd.one(lambda: ReviewFactory.create(subject="user:1"))
    answers = crowd.at_once(
        *[
            lambda n=n: Shopper("user:1").sends(revision="1", title=f"Title {n}")
            for n in range(SIZE)
        ]
    )
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses == {200: 1, 422: SIZE - 1}
    assert crowd.one(lambda: Review.objects.get().revision) == 2


def test_a_visitor_who_reports_many_times_at_once_reports_once(crowd: Crowd) -> None:
    review = crowd.one(ReviewFactory.create)
    crowd.at_once(
        *[lambda: Shopper("anon:1").reports(review.pk, reason="spam") for _ in range(SIZE)]
    )
    assert crowd.one(Report.objects.count) == 1


def test_a_review_that_goes_while_it_is_voted_for_and_reported_leaves_nothing(
    crowd: Crowd,
) -> None:
    review = crowd.one(lambda: ReviewFactory.create(subject="user:1"))
    ada = Shopper("user:1")
    answers = crowd.at_once(
        lambda: ada.acts("form", "withdraw", product="h1001", return_to=HERE),
        *[lambda n=n: Shopper(f"user:{n}").votes(review.pk) for n in range(2, 4)],
        *[lambda n=n: Shopper(f"anon:{n}").votes(review.pk) for n in range(2)],
        *[lambda n=n: Shopper(f"anon:{n}").reports(review.pk, reason="spam") for n in range(3)],
    )
    assert {answer.status_code for answer in answers} <= {200, 401}
    for model in (Review, Vote, WaitingVote, Report):
        assert crowd.one(model.objects.count) == 0


def test_decisions_and_votes_at_once_lose_neither(crowd: Crowd) -> None:
    shown = crowd.one(ReviewFactory.create)
    waiting = crowd.one(PendingFactory.create)
    crowd.at_once(
        lambda: moderation.publish(Review.objects.all()),
        lambda: moderation.publish(Review.objects.all()),
        *[lambda n=n: votes.give(shown.pk, f"user:{n}") for n in range(SIZE - 2)],
    )
    assert crowd.one(lambda: votes.helpful_count(shown.pk)) == SIZE - 2
    assert crowd.one(lambda: Review.objects.get(pk=waiting.pk).state) == "published"

"""Who votes without script sees the vote on the page that follows; a storm of votes stays one."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.test import Client

from reviews import purging, votes
from reviews.purging import VOTES_PAUSE, Votes

from .conftest import Purges
from .factories import ReviewFactory

pytestmark = pytest.mark.django_db(transaction=True)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(purging, "VOTES", Votes(clock))
    return clock


def test_a_vote_and_taking_it_back_purge_the_list_and_nothing_else(
    purges: Purges, clock: Clock
) -> None:
    review = ReviewFactory.create(product="h1001")
    before = len(purges.messages)
    votes.give(review.pk, "user:2")
    clock.now += VOTES_PAUSE
    votes.take_back(review.pk, "user:2")
    assert purges.messages[before:] == [["votes:h1001"]] * 2
    fragment = Client().get("/fragments/list/", {"product": "h1001"})
    assert fragment["surrogate-key"].split() == ["reviews:h1001", "votes:h1001"]


def test_what_changes_no_count_purges_nothing(purges: Purges, clock: Clock) -> None:
    review = ReviewFactory.create(product="h1001", subject="user:1")
    votes.give(review.pk, "user:2")
    clock.now += VOTES_PAUSE
    before = len(purges.messages)
    votes.give(review.pk, "user:2")
    votes.give(review.pk, "user:1")
    votes.take_back(review.pk, "user:3")
    assert purges.messages[before:] == []


def test_a_storm_of_votes_is_one_purge_for_each_product(purges: Purges, clock: Clock) -> None:
    one, other = (ReviewFactory.create(product=ref) for ref in ("h1001", "h1002"))
    before = len(purges.messages)
    for number in range(20):
        votes.give(one.pk, f"user:{number}")
        votes.give(other.pk, f"user:{number}")
    assert purges.messages[before:] == [["votes:h1001"], ["votes:h1002"]]
    clock.now += VOTES_PAUSE
    votes.give(one.pk, "user:late")
    assert purges.messages[before:][2:] == [["votes:h1001"]]


def test_of_votes_at_the_same_moment_one_purges() -> None:
    calm = Votes(Clock())
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: calm._is_due("h1001"), range(200)))
    assert found.count(True) == 1

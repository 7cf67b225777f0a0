"""Helpful votes: once, not for oneself, and taken back; the count is always that of the votes."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.utils import timezone
from fragment_contract.testing import Element, parse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from reviews import votes
from reviews.models import Review, Vote, WaitingVote

from .factories import PendingFactory, ReviewFactory
from .shopper import HERE, Shopper, told

SUBJECTS = ("user:1", "user:2", "user:3", "user:4")


def button(response: Any) -> Element:
    return parse(response.content).one("button")


@pytest.mark.django_db
def test_a_vote_counts_once_however_often_it_is_given() -> None:
    review = ReviewFactory.create(subject="user:1")
    grace = Shopper("user:2")
    for _ in range(3):
        response = grace.votes(review.pk)
    assert response.status_code == 200
    assert "1 person found this helpful" in parse(response.content).text
    assert button(response).attributes["aria-pressed"] == "true"
    assert told(response) == "Thank you: you found this review helpful."
    review.refresh_from_db()
    assert (review.helpful, review.votes.count()) == (1, 1)


@pytest.mark.django_db
def test_a_vote_can_be_taken_back_and_given_again() -> None:
    review = ReviewFactory.create()
    grace = Shopper("user:2")
    shown = button(grace.votes(review.pk))
    assert shown.attributes["value"] == "no"
    for _ in range(2):
        response = grace.votes(review.pk, "no")
    assert button(response).attributes["aria-pressed"] == "false"
    assert told(response) == "Your vote is taken back."
    assert votes.helpful_count(review.pk) == 0
    grace.votes(review.pk)
    assert votes.helpful_count(review.pk) == 1


@pytest.mark.django_db
def test_nobody_votes_for_his_own_review() -> None:
    review = ReviewFactory.create(subject="user:1")
    response = Shopper("user:1").votes(review.pk)
    assert "You wrote this review" in told(response)
    assert button(response).attributes["aria-pressed"] == "false"
    assert votes.helpful_count(review.pk) == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "location"),
    [
        ("", f"{HERE}#review-"),
        ("sort=helpful&stars=4&page=2", f"{HERE}?sort=helpful&stars=4&page=2#review-"),
    ],
)
def test_without_script_the_reader_returns_to_the_review(query: str, location: str) -> None:
    review = ReviewFactory.create()
    response = Shopper("user:2", htmx=False).votes(review.pk, query=query)
    assert response.status_code == 303
    assert response["location"] == f"{location}{review.pk}"
    assert "you found this review helpful" in told(response)


@pytest.mark.django_db
@pytest.mark.parametrize("number", [0, 999_999])
def test_what_shoppers_cannot_see_cannot_be_voted_for(number: int) -> None:
    pending = PendingFactory.create()
    response = Shopper("user:2", htmx=False).votes(number or pending.pk)
    assert response.status_code == 303
    assert response["location"] == f"{HERE}#reviews"
    assert "no longer there" in told(response)
    assert not Vote.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "forged",
    [
        {"review": "x"},
        {"review": "-1"},
        {"review": "9" * 30},
        {"review": ""},
        {"vote": "maybe"},
        {"vote": ""},
        {"return_to": "//evil.example/"},
        {"return_to": ""},
        {"query": "next=//evil"},
        {"query": "a=b#c"},
        {"query": "a=b\r\nset-cookie: x"},
    ],
)
def test_a_forged_vote_is_refused(forged: dict[str, str]) -> None:
    review = ReviewFactory.create()
    given = {"review": review.pk, "return_to": HERE, "vote": "yes", **forged}
    response = Shopper("user:2").acts("list", "vote", **given)
    assert response.status_code == 400
    assert next(iter(forged)) in response.content.decode()
    assert not Vote.objects.exists()


class Counts(TestCase):
    """Whatever visitors do in whatever order."""

    @settings(max_examples=25, deadline=None)
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["give", "take back", "keep", "adopt"]),
                st.sampled_from(SUBJECTS),
                st.integers(0, 2),
            ),
            max_size=25,
        )
    )
    def test_the_number_is_that_of_the_votes(self, acts: list[tuple[str, str, int]]) -> None:
        own = ["user:1", "user:2", ""]
        reviews = [ReviewFactory.create(subject=subject) for subject in own]
        for act, subject, which in acts:
            if act == "give":
                votes.give(reviews[which].pk, subject)
            elif act == "take back":
                votes.take_back(reviews[which].pk, subject)
            elif act == "keep":
                votes.keep(reviews[which].pk, "anon:1")
            else:
                votes.adopt("anon:1", subject)
        for review in Review.objects.all():
            cast = list(review.votes.values_list("subject", flat=True))
            assert review.helpful == len(cast) == len(set(cast))
            assert review.subject not in cast


@pytest.mark.django_db
def test_a_visitor_is_shown_what_he_voted_for_and_nobody_else_is() -> None:
    reviews = [ReviewFactory.create(title=f"Title {n}") for n in range(3)]
    elsewhere = ReviewFactory.create(product="h1002")
    grace = Shopper("user:1")
    for review in (*reviews[:2], elsewhere):
        grace.votes(review.pk)
    marks = grace.looks().one("reviews-votes")
    assert marks.attributes["data-reviews"] == f"{reviews[0].pk} {reviews[1].pk}"
    # Without script each can be taken back here.
    forms = marks.one("noscript").all("form")
    assert [form.one("button").attributes["value"] for form in forms] == ["no", "no"]
    assert "Title 0" in marks.text
    assert Shopper("user:2").looks().all("reviews-votes") == []


@pytest.mark.django_db
@pytest.mark.parametrize("vote", ["yes", "no"])
@pytest.mark.parametrize("htmx", [True, False])
def test_who_is_not_signed_in_is_asked_to_and_nothing_is_counted(vote: str, htmx: bool) -> None:
    review = ReviewFactory.create(helpful=0)
    votes.give(review.pk, "user:2")
    for visitor in range(3):
        # As many cookies as somebody likes: each is another visitor.
        stranger = Shopper(f"anon:{visitor}", htmx=htmx)
        response = stranger.votes(review.pk, vote, query="sort=helpful")
        assert response.status_code == 401
        assert response["location"] == f"{HERE}?sort=helpful#review-{review.pk}"
        assert told(response).startswith("Sign in")
    assert votes.helpful_count(review.pk) == Vote.objects.count() == 1


@pytest.mark.django_db
def test_the_list_says_what_the_button_asks_for() -> None:
    ReviewFactory.create()
    page = parse(Client().get("/fragments/list/", {"product": "h1001"}).content)
    buttons = [one for one in page.all("button") if one.attributes.get("name") == "vote"]
    note = buttons[0].attributes["aria-describedby"]
    assert "if you are not signed in, we ask you to first" in page.by_id(note).text


@pytest.mark.django_db
def test_votes_that_wait_are_few_and_not_for_long() -> None:
    reviews = ReviewFactory.create_batch(21)
    for review in reviews:
        Shopper("anon:1").votes(review.pk)
    assert WaitingVote.objects.count() == 20
    now = timezone.now()
    assert votes.forget_waiting(now=now + timedelta(days=6)) == 0
    assert votes.forget_waiting(now=now + timedelta(days=8)) == 20


@pytest.mark.django_db
def test_the_database_takes_votes_of_accounts_alone() -> None:
    review = ReviewFactory.create()
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.create(review=review, subject="anon:1")


@pytest.mark.django_db(transaction=True)
def test_votes_from_before_stay_if_somebody_had_signed_in_for_them() -> None:
    """The demonstration's stay, too: they are not seeded again."""
    MigrationExecutor(connection).migrate([("reviews", "0003_languages")])
    review, untouched = ReviewFactory.create(helpful=4), ReviewFactory.create(helpful=9)
    cast = ["user:1", "anon:1", "anon:demo-7", "anon:2"]
    Vote.objects.bulk_create([Vote(review=review, subject=subject) for subject in cast])
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes("reviews"))
    assert set(Vote.objects.values_list("subject", flat=True)) == {"user:1", "user:demo-7"}
    assert [votes.helpful_count(one.pk) for one in (review, untouched)] == [2, 9]

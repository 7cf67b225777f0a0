"""Reporting a review, and the moderators' queue of reports."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from fragment_contract.testing import parse

from reviews.models import Report, Review
from reviews.reports import MOST_OPEN

from .conftest import Purges
from .factories import PendingFactory, ReviewFactory
from .shopper import HERE, Shopper, told

pytestmark = pytest.mark.django_db
QUEUE = "/admin/reviews/report/"


def act(client: Client, action: str, *reports: Report) -> Any:
    data = {"action": action, "_selected_action": [report.pk for report in reports]}
    return client.post(QUEUE, data, follow=True)


def reported(**fields: Any) -> Report:
    review = ReviewFactory.create(title=fields.pop("title", "A title"))
    return Report.objects.create(review=review, subject="anon:1", reason="spam", **fields)


@pytest.mark.parametrize("htmx", [True, False])
def test_who_reports_is_asked_why(htmx: bool) -> None:
    review = ReviewFactory.create(title="Buy <i>gold</i>")
    response = Shopper("anon:1", htmx=htmx).reports(review.pk)
    assert response.status_code == 200
    page = parse(response.content)
    assert [
        radio.attributes["value"]
        for radio in page.all("input")
        if radio.attributes.get("name") == "reason"
    ] == Report.Reason.values
    assert page.one("legend").text == "What is wrong with it?"
    if not htmx:
        assert page.one("h1").text == "Report this review"
        assert "Buy <i>gold</i>" in page.one("blockquote").text
        assert page.one("a").attributes["href"] == f"{HERE}#review-{review.pk}"
    assert not Report.objects.exists()


def test_a_report_needs_a_reason() -> None:
    review = ReviewFactory.create()
    response = Shopper("anon:1").reports(review.pk, sent="1", note="I just do not like it")
    assert response.status_code == 422
    page = parse(response.content)
    assert "Choose what is wrong with it." in page.text
    assert "I just do not like it" in page.one("textarea").text


def test_a_program_with_many_cookies_does_not_fill_the_queue() -> None:
    """Reports need no account, and take nothing down by themselves."""
    review, other = ReviewFactory.create_batch(2)
    for number in range(MOST_OPEN + 3):
        assert "a moderator will look" in told(
            Shopper(f"anon:{number}").reports(review.pk, reason="spam")
        )
    Shopper("anon:1").reports(other.pk, reason="spam")
    assert [one.reports.count() for one in (review, other)] == [MOST_OPEN, 1]


@pytest.mark.parametrize("htmx", [True, False])
def test_a_visitor_reports_a_review_once(htmx: bool) -> None:
    review = ReviewFactory.create()
    grace = Shopper("anon:1", htmx=htmx)
    first = grace.reports(review.pk, reason="spam", note="Gold!", query="page=2")
    assert first.status_code == (200 if htmx else 303)
    assert told(first) == "Thank you: a moderator will look at this review."
    if not htmx:
        assert first["location"] == f"{HERE}?page=2#review-{review.pk}"
    again = grace.reports(review.pk, reason="other")
    assert "already" in told(again)
    assert Shopper("user:2").reports(review.pk, reason="other").status_code == 200
    kept = Report.objects.order_by("pk").values_list("subject", "reason", "note")
    assert list(kept) == [("anon:1", "spam", "Gold!"), ("user:2", "other", "")]


def test_what_shoppers_cannot_see_cannot_be_reported() -> None:
    response = Shopper("anon:1").reports(PendingFactory.create().pk, reason="spam")
    assert "no longer there" in told(response)
    assert not Report.objects.exists()


@pytest.mark.parametrize("note", ["n" * 501, "nul\0"])
def test_a_note_is_text_of_bounded_length(note: str) -> None:
    response = Shopper("anon:1").reports(ReviewFactory.create().pk, reason="spam", note=note)
    assert response.status_code == 422
    assert not Report.objects.exists()


def test_a_reported_review_stays_until_somebody_decides(client: Client) -> None:
    Shopper("anon:1").reports(ReviewFactory.create(title="Still here").pk, reason="spam")
    assert b"Still here" in client.get("/fragments/list/?product=h1001").content


def test_the_queue_shows_the_review_and_what_is_said_against_it(moderator: Client) -> None:
    report = reported(note="<script>alert(1)</script>", title="<img src=x onerror=alert(1)>")
    reported(note="Long ago", state="dismissed")
    page = moderator.get(QUEUE, {"state__exact": "open"}).content.decode()
    assert "&lt;script&gt;alert(1)" in page and "<script>alert(1)" not in page
    assert "onerror=alert(1)&gt;" in page and "<img src=x" not in page
    assert "It is advertising or spam" in page
    assert "Long ago" not in page
    one = moderator.get(reverse("admin:reviews_report_change", args=[report.pk])).content.decode()
    assert "<img src=x" not in one and "&lt;img src=x" in one
    assert reverse("admin:reviews_review_change", args=[report.review_id]) in one


def test_a_dismissed_report_leaves_the_review(moderator: Client) -> None:
    report, other = reported(), reported()
    page = act(moderator, "dismiss_selected", report).content.decode()
    assert "1 dismissed" in page
    assert Report.objects.get(pk=report.pk).state == "dismissed"
    assert Report.objects.get(pk=other.pk).state == "open"
    assert set(Review.objects.values_list("state", flat=True)) == {"published"}


@pytest.mark.django_db(transaction=True)
def test_an_upheld_report_hides_the_review_and_closes_all_that_were_made_of_it(
    moderator: Client, purges: Purges
) -> None:
    report = reported()
    also = Report.objects.create(review=report.review, subject="anon:2", reason="other")
    before = len(purges.messages)
    page = act(moderator, "reject_reviews", report).content.decode()
    assert "1 reviews rejected" in page
    assert Review.objects.get().state == "rejected"
    states = Report.objects.filter(pk__in=[report.pk, also.pk]).values_list("state", flat=True)
    assert set(states) == {"upheld"}
    assert purges.messages[before:] == [["reviews:h1001"]]


def test_reviews_with_open_reports_are_found(moderator: Client) -> None:
    reported(title="Suspicious")
    ReviewFactory.create(title="Harmless")
    page = moderator.get("/admin/reviews/review/", {"reported": "open"}).content.decode()
    assert "Suspicious" in page and "Harmless" not in page
    assert "1 report" in page


def test_nobody_makes_up_reports_at_the_desk(moderator: Client) -> None:
    assert moderator.get(f"{QUEUE}add/").status_code == 403

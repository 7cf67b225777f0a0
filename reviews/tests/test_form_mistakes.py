"""A submission with mistakes: what is said about them, and what is kept of it."""

from typing import Any

import pytest
from django.test import Client
from fragment_contract.testing import parse

from reviews.models import Review

from .sending import GOOD, send, send_with_htmx

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("post", [send, send_with_htmx])
def test_every_mistake_is_listed_and_linked_to_its_field(client: Client, post: Any) -> None:
    response = post(client, rating=None, title=" ", body="", author=None)
    assert response.status_code == 422
    page = parse(response.content)
    summary = page.one(css="error-summary")
    assert summary.attributes["role"] == "alert"
    targets = [link.attributes["href"].removeprefix("#") for link in summary.all("a")]
    assert targets == ["review-rating_0", "review-title", "review-body", "review-author"]
    for target in targets:
        field = page.by_id(target)
        assert field.attributes["aria-invalid"] == "true"
        owner = page.one(css="reviews-form__rating") if target == "review-rating_0" else field
        described = owner.attributes["aria-describedby"].split()
        assert all(page.by_id(name) for name in described)
        assert any("field__error" in page.by_id(i).attributes["class"] for i in described)
    assert Review.objects.count() == 0


def test_on_a_page_of_its_own_the_form_brings_title_and_heading(client: Client) -> None:
    alone = parse(send(client, title="").content)
    assert alone.one("title").text == "There is a problem with your review"
    assert alone.one("h1").text == "Write a review"
    swapped = parse(send_with_htmx(client, title="").content)
    assert swapped.all("title") == swapped.all("h1") == []


def test_what_was_typed_is_kept(client: Client) -> None:
    page = parse(send(client, title="", body="Long thoughts.", author="Ada", rating="2").content)
    assert page.by_id("review-body").text == "Long thoughts."
    assert page.by_id("review-author").attributes["value"] == "Ada"
    assert "checked" in page.by_id("review-rating_1").attributes
    fields = page.one("form").all("input")
    hidden = {i.attributes["name"]: i.attributes.get("value") for i in fields[:3]}
    expected = {"product": GOOD["product"], "return_to": GOOD["return_to"], "revision": None}
    assert hidden == expected


def test_what_was_typed_is_escaped(client: Client) -> None:
    evil = "</textarea><script>alert(1)</script>\"'&lt;{{ 7 }}"
    response = send(client, title=evil, body=evil, author=evil, rating="9")
    page = parse(response.content)
    assert page.all("script") == []
    assert page.by_id("review-title").attributes["value"] == evil
    assert page.by_id("review-body").text == evil


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("rating", "0"),
        ("rating", "6"),
        ("rating", "4.5"),
        ("rating", "NaN"),
        ("rating", "٥"),
        ("title", "t" * 121),
        ("title", "\u200b\u200b"),
        ("title", "nul\0nul"),
        ("body", "b" * 5_001),
        ("body", "\r\n\t "),
        ("body", "\0"),
        ("author", "a" * 61),
        ("author", "\u202e"),
    ],
)
def test_a_wrong_value_is_a_mistake_of_its_field(client: Client, field: str, value: str) -> None:
    response = send(client, **{field: value})
    assert response.status_code == 422
    (link,) = parse(response.content).one(css="error-summary").all("a")
    assert f"review-{field}" in link.attributes["href"]
    assert Review.objects.count() == 0


def test_line_breaks_count_once_as_in_the_browser(client: Client) -> None:
    body = "\r\n".join("x" for _ in range(2_500))
    send(client, body=body)
    assert Review.objects.get().body == body.replace("\r\n", "\n")


def test_control_characters_do_not_reach_the_database(client: Client) -> None:
    send(client, title="a\x1b[31mb\r\nc\u202e", body="one\x7f\ttwo\nthree", author="A\u2066da")
    review = Review.objects.get()
    assert (review.title, review.author) == ("a [31mb c", "A da")
    assert review.body == "one \ttwo\nthree"

"""The fragment reviews/form and what its actions take and refuse."""

import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from fragment_contract.testing import Element, parse
from fragment_contract.testing.identity import as_visitor
from hypothesis import example, given
from hypothesis import strategies as st

from reviews.models import Review
from reviews.return_path import is_return_path

pytestmark = pytest.mark.django_db
ACTION = "/fragments/form/actions/submit"
GOOD = {
    "product": "h1001",
    "return_to": "/products/h1001/oak-bowl/large/",
    "rating": "4",
    "title": "Nice",
    "body": "It holds soup.",
    "author": "Ada",
    "website": "",
}


def fetch(client: Client, **parameters: str) -> Element:
    given = {"product": "h1001", "return_to": "/products/h1001/oak-bowl/", **parameters}
    response = client.get("/fragments/form/", given)
    assert response.status_code == 200, response.content
    return parse(response.content)


def send(client: Client, **changes: str | None) -> Any:
    return client.post(ACTION, filled(changes), headers=as_visitor("user:1"))


def send_with_htmx(client: Client, **changes: str | None) -> Any:
    headers = {**as_visitor("user:1"), "HX-Request": "true"}
    return client.post(ACTION, filled(changes), headers=headers)


def filled(changes: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in {**GOOD, **changes}.items() if value is not None}


# The form as it is shown.


def test_the_form_posts_to_the_gateway_with_and_without_javascript(client: Client) -> None:
    form = fetch(client).one("form")
    target = "/actions/reviews/form/submit"
    assert form.attributes["action"] == form.attributes["data-hx-post"] == target
    assert form.attributes["method"] == "post"
    # What htmx swaps is the fragment's root, and that is there after a wrong submission too.
    assert form.attributes["data-hx-target"] == "closest .reviews-form"


def test_the_rating_is_five_named_radio_buttons_in_a_group(client: Client) -> None:
    group = fetch(client).one(css="reviews-form__rating")
    assert group.one("legend").text == "Your rating"
    radios = group.all("input")
    assert {(radio.attributes["type"], radio.attributes["name"]) for radio in radios} == {
        ("radio", "rating")
    }
    assert [radio.attributes["value"] for radio in radios] == ["1", "2", "3", "4", "5"]
    labels = [label.text for label in group.all("label")]
    assert labels[0].endswith("1 star: Poor")
    assert labels[4].endswith("5 stars: Excellent")


def test_every_visible_field_has_a_label(client: Client) -> None:
    page = fetch(client)
    labelled = {label.attributes.get("for") for label in page.all("label")}
    for name in ("title", "body", "author"):
        assert page.by_id(f"review-{name}").attributes["name"] == name
        assert f"review-{name}" in labelled


def test_no_person_meets_the_trap(client: Client) -> None:
    trap = fetch(client).one(css="reviews-form__trap")
    assert trap.attributes["aria-hidden"] == "true"
    assert trap.one("input").attributes["tabindex"] == "-1"


@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
def test_the_form_is_not_shown_with_a_way_out_of_the_site(client: Client, path: str) -> None:
    response = client.get("/fragments/form/", {"product": "h1001", "return_to": path})
    assert response.status_code == 400


# A good submission.


def test_a_submission_awaits_moderation(client: Client) -> None:
    send(client)
    review = Review.objects.get()
    assert (review.product, review.rating, review.title) == ("h1001", 4, "Nice")
    assert (review.body, review.author, review.state) == ("It holds soup.", "Ada", "pending")
    assert not review.verified
    assert not review.synthetic


def test_without_htmx_the_shopper_returns_to_the_page(client: Client) -> None:
    response = send(client)
    assert response.status_code == 303
    assert response["location"] == "/products/h1001/oak-bowl/large/#reviews-form"
    event = {"review:submitted": {"ref": "h1001", "state": "pending"}}
    assert json.loads(response["hx-trigger"]) == event


def test_with_htmx_the_review_replaces_the_form_and_an_event_is_announced(client: Client) -> None:
    response = send_with_htmx(client)
    assert response.status_code == 200
    root = parse(response.content).one("section")
    assert "reviews-form" in root.attributes["class"]
    assert "awaits moderation" in root.text
    assert "It holds soup." in root.text
    event = json.loads(response["hx-trigger"])
    assert event == {"review:submitted": {"ref": "h1001", "state": "pending"}}


def test_a_program_that_fills_the_trap_is_thanked_and_ignored(client: Client) -> None:
    response = send(client, website="https://spam.example/")
    assert (response.status_code, Review.objects.count()) == (303, 0)


# A submission with mistakes.


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


# Requests that no form of ours sends.


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("product", "H 1"),
        ("product", "h1\n"),
        ("product", None),
        ("return_to", None),
        ("return_to", "https://evil.example/"),
        ("return_to", "//evil.example/"),
        ("return_to", "/products//evil.example/"),
        ("return_to", "/\\evil.example/"),
        ("return_to", "/\tevil.example/"),
        ("return_to", "/a\r\nset-cookie: x=1"),
        ("return_to", "/a\0"),
        ("return_to", " /a"),
        ("return_to", "javascript:alert(1)"),
        ("return_to", "/a?next=1"),
        ("return_to", "/a#b"),
        ("return_to", "/" + "a" * 300),
    ],
)
def test_a_forged_hidden_field_is_refused(client: Client, field: str, value: str | None) -> None:
    for title in ("Nice", ""):
        response = send(client, **{"title": title, field: value})
        assert response.status_code == 400
        assert response["content-type"].startswith("text/plain")
        assert field in response.content.decode()
    assert Review.objects.count() == 0


@given(st.text(alphabet=st.one_of(st.sampled_from("/\\:.@%?#ab \t\n\0"), st.characters())))
@example("//")
@example("/..//evil.example")
@example("/.\\")
def test_no_accepted_return_path_names_another_host(value: str) -> None:
    if is_return_path(value):
        seen_by_a_browser = value.replace("\\", "/").replace("\t", "").replace("\n", "")
        parts = urlsplit(seen_by_a_browser)
        assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("", "", "", "")
        assert value.startswith("/")
        assert "//" not in seen_by_a_browser


@given(st.lists(st.from_regex(r"[A-Za-z0-9._~-]+", fullmatch=True), max_size=6))
def test_every_ordinary_path_is_accepted(segments: list[str]) -> None:
    assert is_return_path("/" + "/".join(segments))


@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete"])
def test_the_action_answers_to_post_alone(client: Client, method: str) -> None:
    response = getattr(client, method)(ACTION)
    assert response.status_code == 405
    assert response["allow"] == "POST"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data; boundary=b", b"garbage"),
        ("multipart/form-data", b"no boundary"),
        ("application/json", b'{"rating": 5}'),
        ("application/x-www-form-urlencoded", b"\xff\xfe=%zz&&&&==="),
        ("application/x-www-form-urlencoded", b"&".join(b"a=1" for _ in range(500))),
        ("text/plain; charset=nonsense", b""),
    ],
)
def test_a_body_that_is_no_form_is_refused(client: Client, content_type: str, body: bytes) -> None:
    headers = as_visitor("user:1")
    response = client.generic("POST", ACTION, body, content_type=content_type, headers=headers)
    assert response.status_code in (400, 415)
    assert Review.objects.count() == 0


def test_a_body_far_larger_than_any_review_is_refused(client: Client) -> None:
    response = send(client, body="x" * 300_000)
    assert response.status_code in (400, 413)
    assert Review.objects.count() == 0


def test_an_answer_to_an_action_is_never_stored(client: Client) -> None:
    for response in (send(client), send(client, title="")):
        assert response["cache-control"] == "no-store"

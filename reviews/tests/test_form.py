"""The fragment reviews/form as it is shown, and a good submission of it."""

import json

import pytest
from django.test import Client
from fragment_contract.testing import parse

from reviews.models import Review

from .sending import fetch, send, send_with_htmx

pytestmark = pytest.mark.django_db


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


def test_an_answer_to_an_action_is_never_stored(client: Client) -> None:
    for response in (send(client), send(client, title="")):
        assert response["cache-control"] == "no-store"

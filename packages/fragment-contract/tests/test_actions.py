"""Actions: what the gateway sends on."""

import re

import pytest
from django.template import engines
from django.test import Client, RequestFactory
from fragment_contract import idempotency_key

WAVE = "/fragments/hello/actions/wave"
FORM = "application/x-www-form-urlencoded"


def test_an_action_gets_the_request_and_needs_no_csrf_token() -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(WAVE, "a=b", content_type="application/x-www-form-urlencoded")
    assert response.content == b"<p>POST 3</p>"
    assert response["cache-control"] == "no-store"


def test_an_action_answers_its_declared_methods_alone(service: Client) -> None:
    assert service.delete(WAVE).status_code == 200
    for method in ("get", "head", "put", "patch"):
        response = getattr(service, method)(WAVE)
        assert response.status_code == 405
        assert response["allow"] == "POST, DELETE"


def test_an_unknown_action_is_404(service: Client) -> None:
    assert service.post("/fragments/hello/actions/shout").status_code == 404


@pytest.mark.parametrize("loaded", ["{% load fragment_contract %}"])
def test_templates_know_the_public_path_of_an_action(loaded: str) -> None:
    template = engines["django"].from_string(loaded + '{% action_url "reviews/form" "submit" %}')
    assert template.render() == "/actions/reviews/form/submit"


def test_a_body_that_is_not_declared_is_refused(service: Client) -> None:
    refused = service.post(WAVE, '{"a": 1}', content_type="application/json")
    assert (refused.status_code, refused.content) == (
        415,
        b"a body is one of application/x-www-form-urlencoded, multipart/form-data\n",
    )
    assert service.post(WAVE, "a=" + "b" * 1_048_576, content_type=FORM).status_code == 413
    assert service.post(WAVE, "", content_type="text/plain").status_code == 200


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("8e03978e-40d5-43dd-bc93-6894a57f9324", "8e03978e-40d5-43dd-bc93-6894a57f9324"),
        ("short", None),
        ("x" * 129, None),
        ("a key with spaces", None),
        ("", None),
    ],
)
def test_the_key_of_an_action_is_read_if_it_is_one(sent: str, read: str | None) -> None:
    request = RequestFactory().post(WAVE, headers={"idempotency-key": sent})
    assert idempotency_key(request) == read


def test_a_field_with_a_key_is_another_one_each_time() -> None:
    template = engines["django"].from_string("{% load fragment_contract %}{% idempotency_field %}")
    fields = {template.render() for _ in range(3)}
    assert len(fields) == 3
    pattern = r'<input type="hidden" name="idempotency_key" value="([A-Za-z0-9_-]{24})">'
    assert all(re.fullmatch(pattern, field) for field in fields)

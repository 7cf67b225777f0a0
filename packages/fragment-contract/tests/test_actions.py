"""Actions: what the gateway sends on."""

import pytest
from django.template import engines
from django.test import Client

WAVE = "/fragments/hello/actions/wave"


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

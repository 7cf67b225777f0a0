"""What ``manage.py check`` finds in a service."""

from types import ModuleType
from typing import Any

import pytest
from django.core.checks import run_checks
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import include, path
from fragment_contract import Cache, Css, fragment, fragment_urls


def test_a_service_that_asks_who_is_asking_has_to_say_whom_it_believes(settings: Any) -> None:
    settings.CONTEXT_TOKEN_JWKS_URL = settings.CONTEXT_TOKEN_AUDIENCE = ""
    ((ident, said),) = problems(identity="optional", cache=Cache.private())
    assert ident == "fragment_contract.E003"
    assert "broken/one wants to know" in said
    assert "CONTEXT_TOKEN_JWKS_URL, CONTEXT_TOKEN_AUDIENCE is not set" in said
    assert problems() == []


def problems(**declaration: Any) -> list[tuple[str | None, str]]:
    @fragment("broken/one", version="1", **{"cache": Cache(), **declaration})
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    urls = ModuleType("broken_urls")
    urls.urlpatterns = [path("", include(fragment_urls(view)))]  # type: ignore[attr-defined]
    with override_settings(ROOT_URLCONF=urls):
        return [(message.id, message.msg) for message in run_checks()]


def test_a_sound_service_has_no_problem() -> None:
    assert run_checks() == []


def test_a_missing_asset_is_found() -> None:
    ((ident, said),) = problems(css=(Css("broken/none.css"),))
    assert ident == "fragment_contract.E001"
    assert "broken/one: static file 'broken/none.css'" in said


@pytest.mark.parametrize("name", ["broken/none.html", "broken/syntax.html"])
def test_a_fallback_template_that_cannot_be_used_is_found(name: str) -> None:
    ((ident, said),) = problems(fallback=name)
    assert ident == "fragment_contract.E002"
    assert f"broken/one: fallback template {name!r}" in said

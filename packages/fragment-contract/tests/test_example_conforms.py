"""What ``@fragment`` serves keeps the contract, by the package's own judgement."""

from pathlib import Path
from typing import Any

import pytest
from contract_example.fragments import bare, guestbook, hello, mine, own, priced
from django.core.management import call_command
from django.core.signals import request_finished
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from fragment_contract import Cache, fragment, fragment_urls
from fragment_contract.conformance.in_process import CheckFragment

pytestmark = pytest.mark.django_db


def test_a_fragment_with_everything_conforms(fragment_conformance: CheckFragment) -> None:
    fragment_conformance(hello, name="ada")


def test_numbers_and_booleans_are_parameters_as_they_are(
    fragment_conformance: CheckFragment,
) -> None:
    fragment_conformance(hello, name="ada", times=2, loud=True)


def test_the_connection_of_the_tests_transaction_stays_open(
    fragment_conformance: CheckFragment, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[str] = []
    # Where the database is in memory, closing does nothing: this tells that it was tried.
    monkeypatch.setattr(connection, "close", lambda: closed.append("by a request"))
    fragment_conformance(hello, name="ada")
    assert closed == []
    request_finished.send(sender=None)
    assert closed, "later requests have to close connections as ever"


def test_a_fragment_with_nothing_conforms(fragment_conformance: CheckFragment) -> None:
    fragment_conformance(bare)
    fragment_conformance(priced)


def test_fragments_that_ask_who_is_asking_conform(fragment_conformance: CheckFragment) -> None:
    for asking in (mine, own, guestbook):
        fragment_conformance(asking)


@pytest.mark.parametrize("static_url", ["/static/", "https://cdn.example/static/"])
def test_it_conforms_with_collected_and_hashed_files(
    fragment_conformance: CheckFragment, tmp_path: Path, static_url: str
) -> None:
    backend = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    with override_settings(
        STATIC_ROOT=tmp_path, STATIC_URL=static_url, STORAGES={"staticfiles": {"BACKEND": backend}}
    ):
        call_command("collectstatic", interactive=False, verbosity=0)
        fragment_conformance(hello, name="ada")


def test_a_breach_fails_the_test_with_the_promise_and_the_finding(
    fragment_conformance: CheckFragment, settings: Any
) -> None:
    @fragment("greeting/bare", version="2", cache=Cache())
    def other(request: HttpRequest) -> HttpResponse:
        return HttpResponse("<p style='color: red'>x</p>")

    settings.ROOT_URLCONF = type("Urls", (), {"urlpatterns": fragment_urls(other)})
    with pytest.raises(AssertionError) as caught:
        fragment_conformance(other, skip=["healthz", "readyz"])
    assert str(caught.value) == (
        "greeting/bare breaks the contract:\n"
        "  no-inline-code: No inline script, style or event handler: a strict CSP stops them\n"
        "    attribute style of <p>: use a class or a script file"
    )

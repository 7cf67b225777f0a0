"""The service as a whole: health, settings and the promise to the shell."""

import json
import logging
import subprocess
import sys
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.test import Client, RequestFactory

from bookmarks.fragments import toggle
from bookmarks.logs import JsonFormatter
from bookmarks.models import Bookmark


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.django_db
def test_the_button_keeps_the_contract(fragment_conformance: Callable[..., None]) -> None:
    fragment_conformance(toggle, ref="h1001", name="Tide vase")


@pytest.mark.django_db
def test_migrations_match_the_models() -> None:
    call_command("makemigrations", "bookmarks", check=True, dry_run=True, verbosity=0)


def test_the_deployment_checks_pass() -> None:
    call_command("check", deploy=True, fail_level="WARNING")


def test_without_a_secret_key_nothing_starts() -> None:
    result = subprocess.run(
        [sys.executable, "-c", "import bookmarks.settings"],
        env={"PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode != 0
    assert "SECRET_KEY" in result.stderr


def test_the_line_of_a_failed_request_is_json_and_has_its_ids() -> None:
    ids = {"x-request-id": "request-number-1", "traceparent": "00-" + "a" * 32}
    record = logging.LogRecord("django.request", logging.ERROR, "", 1, "a\nb", (), None)
    record.request = RequestFactory(headers=ids).get("/")
    text = JsonFormatter().format(record)
    line = json.loads(text)
    assert "\n" not in text
    assert line["message"] == "a\nb"
    assert (line["request_id"], line["traceparent"]) == tuple(ids.values())


@pytest.mark.django_db
def test_demonstration_lists_are_written_once() -> None:
    call_command("seed_demo", verbosity=0)
    written = Bookmark.objects.count()
    call_command("seed_demo", verbosity=0)
    assert Bookmark.objects.count() == written > 60

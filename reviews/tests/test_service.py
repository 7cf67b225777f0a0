"""The service as a whole: health, settings and the promise to the shell."""

import json
import logging
import subprocess
import sys

import pytest
from django.core.management import call_command
from django.test import Client, RequestFactory

from reviews.logs import JsonFormatter


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("fragment", ["list", "form", "stars"])
def test_the_manifest_names_its_fragment_and_stylesheets_with_integrity(
    client: Client, fragment: str
) -> None:
    manifest = json.loads(client.get(f"/fragments/{fragment}/manifest.json").content)
    assert manifest["fragment"]["name"] == f"reviews/{fragment}"
    assert manifest["css"]
    for css in manifest["css"]:
        assert css["value"].startswith("/static/reviews/")
        assert css["integrity"].startswith("sha384-")


@pytest.mark.parametrize(
    ("fragment", "identity", "actions"),
    [
        ("list", "none", ["vote", "report"]),
        ("form", "optional", ["submit", "withdraw", "discard", "adopt", "forget", "unused"]),
        ("stars", "none", []),
    ],
)
def test_only_what_is_personal_asks_who_is_there(
    client: Client, fragment: str, identity: str, actions: list[str]
) -> None:
    declared = json.loads(client.get(f"/fragments/{fragment}/manifest.json").content)["fragment"]
    assert declared["identity"] == identity
    assert [action["name"] for action in declared.get("actions", [])] == actions
    assert {action["identity"] for action in declared.get("actions", [])} <= {"required"}


@pytest.mark.django_db
def test_migrations_match_the_models() -> None:
    call_command("makemigrations", "reviews", check=True, dry_run=True, verbosity=0)


def test_the_deployment_checks_pass() -> None:
    call_command("check", deploy=True, fail_level="WARNING")


def test_without_a_secret_key_nothing_starts() -> None:
    result = subprocess.run(
        [sys.executable, "-c", "import reviews.settings"],
        env={"PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode != 0
    assert "SECRET_KEY" in result.stderr


def test_a_log_record_is_one_line_of_json_whatever_it_says() -> None:
    record = logging.makeLogRecord({"msg": "a\nb %s", "args": ('"<c>"',), "levelname": "INFO"})
    line = JsonFormatter().format(record)
    assert "\n" not in line
    assert json.loads(line)["message"] == 'a\nb "<c>"'


def test_the_line_of_a_failed_request_can_be_found_by_its_ids() -> None:
    ids = {"x-request-id": "request-number-1", "traceparent": "00-" + "a" * 32}
    record = logging.LogRecord("django.request", logging.ERROR, "", 1, "failed", (), None)
    record.request = RequestFactory(headers=ids).get("/")
    line = json.loads(JsonFormatter().format(record))
    assert line["request_id"] == "request-number-1"
    assert line["traceparent"] == ids["traceparent"]
    record.request = object()  # django.server's are sockets
    assert "request_id" not in json.loads(JsonFormatter().format(record))


@pytest.mark.django_db
def test_the_admin_has_an_icon_so_that_no_browser_asks_for_one(client: Client) -> None:
    assert '<link rel="icon"' in client.get("/admin/login/").content.decode()

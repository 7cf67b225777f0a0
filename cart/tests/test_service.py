"""The service as a whole: health, settings and the promise to the shell."""

import json
import logging
import subprocess
import sys

import pytest
from django.core.management import call_command
from django.test import Client, RequestFactory

from cart.logs import JsonFormatter


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("fragment", ["mini", "add", "page"])
def test_the_manifest_names_its_fragment_and_stylesheets_with_integrity(
    client: Client, fragment: str
) -> None:
    manifest = json.loads(client.get(f"/fragments/{fragment}/manifest.json").content)
    assert manifest["fragment"]["name"] == f"cart/{fragment}"
    assert manifest["css"]
    for css in manifest["css"]:
        assert css["value"].startswith("/static/cart/")
        assert css["integrity"].startswith("sha384-")


def test_actions_and_events_are_declared(client: Client) -> None:
    declared = {}
    for fragment in ("add", "page", "checkout"):
        manifest = json.loads(client.get(f"/fragments/{fragment}/manifest.json").content)
        declared[fragment] = [action["name"] for action in manifest["fragment"]["actions"]]
        assert "cart:updated" in manifest["fragment"]["events"]
    assert declared == {
        "add": ["add"],
        "page": ["quantity", "remove", "restore", "adopt", "forget", "unused"],
        "checkout": ["place"],
    }


@pytest.mark.django_db
def test_migrations_match_the_models() -> None:
    call_command("makemigrations", "cart", check=True, dry_run=True, verbosity=0)


def test_the_deployment_checks_pass() -> None:
    call_command("check", deploy=True, fail_level="WARNING")


@pytest.mark.parametrize("missing", ["SECRET_KEY", "SERVICE_TOKEN", "PRODUCT_DETAILS_URL"])
def test_without_what_is_required_nothing_starts(missing: str) -> None:
    known = {"SECRET_KEY": "s", "SERVICE_TOKEN": "t", "PRODUCT_DETAILS_URL": "http://catalogue"}
    del known[missing]
    result = subprocess.run(
        [sys.executable, "-c", "import cart.settings"],
        env={"PATH": "", **known},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode != 0
    assert missing in result.stderr


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

"""The service as a whole: the contract, health, settings, money and words."""

import json
import logging
import subprocess
import sys
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client, RequestFactory

from product_details.fragments import navigation, product_list, product_page, related_products
from product_details.logs import JsonFormatter
from product_details.money import format_money

from .factories import CategoryFactory, colours, vase


@pytest.mark.django_db
def test_every_fragment_keeps_the_contract(fragment_conformance: Any) -> None:
    category = CategoryFactory.create(slug="lamps")
    product = vase(ref="h1", slug="tide", category=category)
    colours(product, "Moss")
    vase(category=category)
    fragment_conformance(product_page, ref="h1", slug="tide", variant="moss")
    fragment_conformance(product_list, category="lamps")
    fragment_conformance(product_list, collection="new", limit=4)
    fragment_conformance(related_products, product="h1")
    fragment_conformance(navigation)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("fragment", ["page", "list", "related", "navigation"])
def test_a_fragment_names_its_styles_and_itself(client: Client, fragment: str) -> None:
    manifest = json.loads(client.get(f"/fragments/{fragment}/manifest.json").content)
    assert manifest["fragment"]["name"] == f"product_details/{fragment}"
    assert manifest["fragment"]["identity"] == "none"
    for css in manifest["css"]:
        assert css["value"].startswith("/static/product_details/")
        assert css["integrity"].startswith("sha384-")


def test_the_page_leaves_buying_to_the_cart(client: Client) -> None:
    manifest = json.loads(client.get("/fragments/page/manifest.json").content)
    assert manifest["fragment"]["nested"] is True
    assert manifest["fragment"]["actions"] == []


@pytest.mark.django_db
def test_migrations_match_the_models() -> None:
    call_command("makemigrations", "product_details", check=True, dry_run=True, verbosity=0)


def test_the_deployment_checks_pass() -> None:
    call_command("check", deploy=True, fail_level="WARNING")


def test_without_a_secret_key_nothing_starts() -> None:
    result = subprocess.run(
        [sys.executable, "-c", "import product_details.settings"],
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


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (0, "GBP", "£0.00"),
        (1, "GBP", "£0.01"),
        (4950, "GBP", "£49.50"),
        (123456789, "EUR", "€1,234,567.89"),
        (4900, "JPY", "JP¥4,900"),
        (1234567, "KWD", "KWD1,234.567"),
    ],
)
def test_money_is_written_as_its_currency_demands(minor: int, currency: str, text: str) -> None:
    assert format_money(minor, currency) == text


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

"""Before anything else: every part answers, and the pages hold what they should hold."""

import json

import httpx
import pytest
from playwright.sync_api import Page, expect

from dev.running_site import RunningSite

from .harm import PATIENCE

pytestmark = pytest.mark.ours


def test_every_process_says_that_it_is_alive_and_ready(site: RunningSite) -> None:
    origins = [site.origin, site.service("product_details"), site.service("reviews")]
    for origin in origins:
        for path in ("/healthz", "/readyz"):
            assert httpx.get(f"{origin}{path}", timeout=PATIENCE).status_code == 200, (
                f"{origin}{path}"
            )


def test_every_registered_fragment_has_a_manifest_in_its_own_name(site: RunningSite) -> None:
    registry = json.loads((site.var / "registry.json").read_text())
    for name, [release] in registry["microFrontends"].items():
        manifest = (
            httpx.get(f"{release['url']}/manifest.json", timeout=PATIENCE).raise_for_status().json()
        )
        assert manifest["fragment"]["name"] == name


def test_the_home_page_answers(client: httpx.Client) -> None:
    response = client.get("/")
    assert response.status_code == 200
    assert "text/html" in response.headers["content-type"]


def test_a_product_page_is_made_of_three_parts(page: Page) -> None:
    page.goto("/products/h1001/anything/")
    for part in ("product_details/page", "reviews/list", "notifications/toasts"):
        expect(page.locator(f'[data-boundary="{part}"]')).to_be_attached()


def test_an_unknown_product_is_not_found(client: httpx.Client) -> None:
    assert client.get("/products/h9999/no-such-vase/").status_code == 404

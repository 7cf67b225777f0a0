"""The registry of a running site: what happens to it is seen within a second, and survived."""

import json
import socket

import pytest
from fragment_contract.testing import FakeFragmentServer
from playwright.sync_api import Page, expect

from dev.atomic import write_atomically
from dev.running_site import RunningSite

from . import shop
from .harm import (
    get,
    is_whole,
    log_end,
    other_registry,
    registry_of,
    visit_until_logged,
    with_entry,
)
from .waiting import eventually

pytestmark = pytest.mark.ours

COMPLAINT = r"ERROR .*registry\.json"


@pytest.mark.parametrize("text", ["{", "[]", "\0"])
def test_a_broken_registry_changes_nothing_and_is_complained_about(
    second_site: RunningSite, text: str
) -> None:
    since = log_end(second_site)
    with other_registry(second_site, text):
        page = visit_until_logged(second_site, shop.PRODUCT, since, COMPLAINT)
        assert is_whole(page)
        assert is_whole(get(second_site, shop.VARIANT))


def test_a_registry_that_is_gone_changes_nothing(second_site: RunningSite) -> None:
    path = registry_of(second_site)
    own = path.read_text()
    since = log_end(second_site)
    path.unlink()
    try:
        page = visit_until_logged(second_site, shop.PRODUCT, since, COMPLAINT)
        assert is_whole(page)
    finally:
        write_atomically(path, own)


def test_a_broken_entry_is_named_and_leaves_the_others_alone(second_site: RunningSite) -> None:
    since = log_end(second_site)
    broken = with_entry(second_site, "reviews/list", url="ftp://x")
    with FakeFragmentServer() as server, other_registry(second_site, broken):
        complaint = rf"{COMPLAINT}.*reviews/list.*url"
        assert is_whole(visit_until_logged(second_site, shop.PRODUCT, since, complaint))

        url = server.add_fragment(
            "product_details/related", html="<p>A new release</p>", parameters={"type": "object"}
        )
        document = json.loads(broken)
        document["microFrontends"]["product_details/related"][0]["url"] = url
        write_atomically(registry_of(second_site), json.dumps(document))
        assert eventually(lambda: "A new release" in get(second_site, shop.PRODUCT).text)
        assert is_whole(get(second_site, shop.PRODUCT))


def test_a_service_that_is_not_there_yet_is_shown_once_it_is(second_site: RunningSite) -> None:
    with FakeFragmentServer() as server:
        url = server.add_fragment(
            "reviews/list", html="<p>Here at last</p>", parameters={"type": "object"}
        )
        server.refuse()
        since = log_end(second_site)
        with other_registry(second_site, with_entry(second_site, "reviews/list", url=url)):
            slot = "fragment=reviews/list outcome=fallback reason=connect-failed"
            page = visit_until_logged(second_site, shop.PRODUCT, since, slot)
            assert page.status_code == 200
            assert "The reviews cannot be shown right now" in page.text
            server.accept()
            assert eventually(lambda: "Here at last" in get(second_site, shop.PRODUCT).text)


def test_without_a_catalogue_every_page_has_its_frame_and_a_heading(
    second_site: RunningSite, page: Page
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    document = json.loads(registry_of(second_site).read_text())
    for name, (release,) in document["microFrontends"].items():
        if name.startswith("product_details/"):
            release["url"] = f"http://127.0.0.1:{port}/{name}"
    since = log_end(second_site)
    with other_registry(second_site, json.dumps(document)):
        slot = "fragment=product_details/list outcome=fallback reason=connect-failed via=template"
        visit_until_logged(second_site, shop.HOME, since, slot)
        for path, status in ((shop.HOME, 200), (shop.PRODUCTS, 503), (shop.PRODUCT, 503)):
            response = page.goto(second_site.origin + path)
            assert response
            assert response.status == status
            expect(page.get_by_role("heading", level=1)).to_have_count(1)
            menu = page.get_by_role("banner").get_by_role("navigation")
            expect(menu.get_by_role("link", name="All products")).to_be_visible()


def test_without_its_notifications_the_shop_works_and_is_quiet(
    second_site: RunningSite, page: Page
) -> None:
    nowhere = f"{second_site.origin}/static/notifications_that_are_gone"
    since = log_end(second_site)
    entry = with_entry(second_site, "notifications/toasts", url=nowhere)
    with other_registry(second_site, entry):
        slot = "fragment=notifications/toasts outcome=degraded reason=manifest"
        assert is_whole(visit_until_logged(second_site, shop.PRODUCT, since, slot))
        page.goto(second_site.origin + shop.PRODUCT)
        expect(page.locator("site-notifications")).to_have_count(0)
        with page.expect_response("**/actions/**") as sent:
            page.get_by_role("button", name="Add to cart").click()
        assert sent.value.status == 200
        expect(page.get_by_role("contentinfo")).to_be_visible()

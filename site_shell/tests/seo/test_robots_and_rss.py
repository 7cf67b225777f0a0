"""What may be visited, and what is new."""

import xml.etree.ElementTree as ET

import pytest
from django.conf import LazySettings

from site_shell.composer import conf
from site_shell.speculation import rules

from ..composing.conftest import Open
from ..composing.kit import World
from .conftest import NEWS_PATH, Catalogue

LAMP = {
    "id": "h1",
    "path": "/products/h1/lamp/",
    "title": "Lamp & <Shade>\x0b",
    "summary": "Kind to tired eyes",
    "published": "2026-11-01T10:00:00+00:00",
    "price": "£ 49.00",
    "image": "https://cdn.example/lamp.webp",
}
VASE = {**LAMP, "id": "h2", "path": "/products/h2/vase/", "published": "2026-11-02T10:00:00+00:00"}


def test_search_engines_may_visit_the_shop_and_nothing_of_the_shoppers(
    world: World, open_site: Open
) -> None:
    world.page("Hello")
    response = open_site().get("/robots.txt")
    lines = response.text.splitlines()
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert "Sitemap: https://shop.example/sitemap.xml" in lines
    for path in ("/actions/", "/cart/", "/de/cart/", "/account/", "/de/account/"):
        assert f"Disallow: {path}" in lines
    assert "Disallow: /" not in lines


def test_a_place_that_is_not_production_is_found_by_nobody(
    world: World, open_site: Open, settings: LazySettings
) -> None:
    settings.SEARCH_ENGINES = False
    world.page("Hello")
    client = open_site()
    assert client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"
    for path in ("/shop/", "/nothing/", "/healthz"):
        assert client.get(path).headers["x-robots-tag"] == "noindex"


def test_production_says_nothing_of_the_kind(world: World, open_site: Open) -> None:
    world.page("Hello")
    assert "x-robots-tag" not in open_site().get("/shop/").headers


@pytest.mark.parametrize(("mount", "language"), [("", "en"), ("/de", "de")])
def test_the_feed_has_what_is_new_in_the_language_of_its_path(
    catalogue: Catalogue, open_site: Open, mount: str, language: str
) -> None:
    catalogue.lists_news([LAMP, VASE])
    response = open_site().get(f"{mount}/new.rss")
    assert response.headers["content-type"] == "application/rss+xml; charset=utf-8"
    (channel,) = ET.fromstring(response.content).iter("channel")
    assert channel.findtext("language") == language
    assert channel.findtext("link") == f"https://shop.example{mount}/"
    items = list(channel.iter("item"))
    assert [item.findtext("guid") for item in items] == ["h2", "h1"]
    assert items[1].findtext("title") == "Lamp & <Shade>"
    assert items[1].findtext("link") == f"https://shop.example{mount}/products/h1/lamp/"
    assert items[1].findtext("description") == "Kind to tired eyes · £ 49.00"
    assert items[1].findtext("pubDate") == "Sun, 01 Nov 2026 10:00:00 +0000"
    (asked,) = catalogue.server.requests_for(NEWS_PATH)
    assert asked.parameters == [("locale", language)]


@pytest.mark.parametrize("path", ["/fr/new.rss", "/en/new.rss", "/DE/new.rss"])
def test_there_is_no_feed_in_a_language_that_the_site_does_not_speak(
    catalogue: Catalogue, open_site: Open, path: str
) -> None:
    catalogue.lists_news([LAMP])
    assert open_site().get(path).status_code == 404


def test_without_any_service_there_is_nothing_to_tell(
    catalogue: Catalogue, open_site: Open
) -> None:
    catalogue.says(NEWS_PATH, "broken", 500)
    assert open_site().get("/new.rss").status_code == 503


def test_pages_tell_browsers_what_they_may_fetch_before_a_click(
    world: World, open_site: Open
) -> None:
    world.page("Hello")
    client = open_site()
    address = client.get("/shop/").headers["speculation-rules"]
    response = client.get(address.strip('"'))
    assert response.headers["content-type"] == "application/speculationrules+json"
    (rule,) = response.json()["prefetch"]
    assert rule["eagerness"] == "moderate"
    assert rule["where"]["and"][0] == {"href_matches": ["/products/*/*", "/de/products/*/*"]}
    assert "speculation-rules" not in client.get("/nothing/").headers


def test_only_pages_that_are_the_same_for_everybody_are_fetched_early() -> None:
    (rule,) = rules(conf.runtime().site.locales)["prefetch"]
    paths = rule["where"]["and"][0]["href_matches"]
    assert all("/products/" in path for path in paths)

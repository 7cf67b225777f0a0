"""Sitemaps are assembled from what services list, and survive the services."""

import gzip
import xml.etree.ElementTree as ET
from typing import Any

import httpx
import pytest
from django.core.cache import caches

from site_shell.composer.locales import Locales
from site_shell.crawlers import documents, sources, views
from site_shell.crawlers.listings import Page

from ..composing.conftest import Open
from ..composing.kit import World
from .conftest import PAGES_PATH, Catalogue

NAMES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "x": "http://www.w3.org/1999/xhtml",
    "i": "http://www.google.com/schemas/sitemap-image/1.1",
}


def locations(response: httpx.Response) -> list[str]:
    assert response.status_code == 200, response.text
    root = ET.fromstring(response.content)
    return [found.text or "" for found in root.iterfind(".//s:loc", NAMES)]


def test_the_index_names_a_sitemap_of_the_shell_and_one_of_each_service(
    catalogue: Catalogue, open_site: Open
) -> None:
    response = open_site().get("/sitemap.xml")
    assert locations(response) == [
        "https://shop.example/sitemaps/site-1.xml",
        "https://shop.example/sitemaps/product-1.xml",
    ]
    assert response.headers["content-type"] == "application/xml; charset=utf-8"
    assert "s-maxage=300" in response.headers["cache-control"]
    root = ET.fromstring(response.content)
    assert [m.text for m in root.iterfind(".//s:lastmod", NAMES)] == ["2026-11-01T10:00:00+00:00"]


def test_a_sitemap_has_each_page_in_each_language_with_links_to_the_others(
    catalogue: Catalogue, open_site: Open
) -> None:
    catalogue.lists_pages(
        [{"path": "/products/h1/l%C3%A1mpa&x/", "lastmod": None, "images": ["/media/a.webp"]}]
    )
    response = open_site().get("/sitemaps/product-1.xml")
    english, german = (
        f"https://shop.example{mount}/products/h1/l%C3%A1mpa&x/" for mount in ("", "/de")
    )
    assert locations(response) == [english, german]
    root = ET.fromstring(response.content)
    for url in root.iterfind("s:url", NAMES):
        links = {link.get("hreflang"): link.get("href") for link in url.iterfind("x:link", NAMES)}
        assert links == {"en": english, "de": german, "x-default": english}
        assert [i.text for i in url.iterfind(".//i:loc", NAMES)] == [
            "https://shop.example/media/a.webp"
        ]


@pytest.mark.parametrize("path", ["/sitemaps/product-1.xml", "/sitemap.xml", "/new.rss"])
def test_documents_are_compressed_where_that_is_wanted_and_sent_once(
    catalogue: Catalogue, open_site: Open, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(documents, "PAGES_PER_MAP", 350)
    pages = [{"path": f"/products/h{n}/"} for n in range(7_000 if "map.xml" in path else 350)]
    catalogue.lists_pages(pages)
    catalogue.lists_news(
        [
            {"id": f"h{n}", "path": f"/h{n}/", "title": "Lamp", "published": "2026-11-01T10:00:00Z"}
            for n in range(20)
        ]
    )
    client = open_site()
    plain = client.get(path, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    with client.stream("GET", path, headers={"accept-encoding": "gzip"}) as packed:
        sent = b"".join(packed.iter_raw())
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(sent) == plain.content
    assert len(sent) < len(plain.content) / 4
    assert plain.headers["etag"] != packed.headers["etag"]

    known = {"accept-encoding": "gzip", "if-none-match": packed.headers["etag"]}
    for answer in (client.get(path, headers=known), client.head(path, headers=known)):
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == packed.headers["etag"]
        assert "content-encoding" not in answer.headers
    # Whoever takes nothing compressed has no use for it, and whoever has it plain needs no other.
    known["accept-encoding"] = "identity"
    assert client.get(path, headers=known).content == plain.content
    known = {"accept-encoding": "gzip", "if-none-match": plain.headers["etag"]}
    assert client.get(path, headers=known).status_code == 304
    for answer in (plain, packed, client.get(path, headers=known)):
        assert "accept-encoding" in answer.headers["vary"].lower()
        assert "s-maxage=300" in answer.headers["cache-control"]
    head = client.head(path, headers={"accept-encoding": "gzip"})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == packed.headers["etag"]


def test_another_listing_is_another_sitemap(
    catalogue: Catalogue, open_site: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "FRESH_SECONDS", 0.0)
    client = open_site()
    path = "/sitemaps/product-1.xml"
    first = client.get(path)
    assert client.get(path, headers={"if-none-match": first.headers["etag"]}).status_code == 304
    catalogue.lists_pages([{"path": "/products/h1/lamp/", "lastmod": "2026-11-02T10:00:00+00:00"}])
    changed = client.get(path, headers={"if-none-match": first.headers["etag"]})
    assert b"2026-11-02" in changed.content


def test_the_shells_own_pages_are_those_that_say_so_and_have_no_parameters(
    catalogue: Catalogue, open_site: Open
) -> None:
    found = locations(open_site().get("/sitemaps/site-1.xml"))
    assert found == ["https://shop.example/", "https://shop.example/de/"]


def test_a_service_is_asked_once_in_five_minutes(catalogue: Catalogue, open_site: Open) -> None:
    client = open_site()
    for _ in range(3):
        client.get("/sitemap.xml")
        client.get("/sitemaps/product-1.xml")
    assert len(catalogue.server.requests_for(PAGES_PATH)) == 1


@pytest.mark.parametrize("restarted", [False, True])
def test_the_last_listing_counts_while_its_service_is_dead(
    catalogue: Catalogue,
    open_site: Open,
    monkeypatch: pytest.MonkeyPatch,
    restarted: bool,
) -> None:
    monkeypatch.setattr(sources, "FRESH_SECONDS", 0.0)
    client = open_site()
    before = locations(client.get("/sitemaps/product-1.xml"))
    catalogue.says(PAGES_PATH, "broken", 500)
    if restarted:
        views._sources_of.cache_clear()
    assert locations(client.get("/sitemaps/product-1.xml")) == before
    assert len(locations(client.get("/sitemap.xml"))) == 2
    assert len(catalogue.server.requests_for(PAGES_PATH)) == 2


def test_a_service_that_never_listed_anything_is_asked_again_later(
    catalogue: Catalogue, open_site: Open
) -> None:
    catalogue.says(PAGES_PATH, "broken", 500)
    client = open_site()
    index = client.get("/sitemap.xml")
    assert locations(index) == ["https://shop.example/sitemaps/site-1.xml"]
    assert index.headers["cache-control"] == "no-store"
    response = client.get("/sitemaps/product-1.xml")
    assert response.status_code == 503
    assert response.headers["retry-after"] == "300"


@pytest.mark.parametrize(
    "path", ["/sitemaps/nobody-1.xml", "/sitemaps/product-2.xml", "/sitemaps/product-0.xml"]
)
def test_a_sitemap_that_is_not_in_the_index_is_not_there(
    catalogue: Catalogue, open_site: Open, path: str
) -> None:
    assert open_site().get(path).status_code == 404


@pytest.mark.parametrize(
    "entry",
    [
        {"path": "//evil.example/"},
        {"path": "https://evil.example/"},
        {"path": "/a b/"},
        {"path": '/"><script>'},
        {"path": "/" + "a" * 3000},
        {"path": None},
        {},
        "text",
        {"path": "/x/", "lastmod": "yesterday"},
        {"path": "/x/", "lastmod": "2026-11-01T10:00:00"},
        {"path": "/x/", "images": ["javascript:alert(1)"]},
        {"path": "/x/", "images": 3},
    ],
)
def test_an_entry_that_is_no_page_of_the_site_is_left_out(
    catalogue: Catalogue, open_site: Open, entry: Any
) -> None:
    catalogue.lists_pages([entry, {"path": "/products/h1/lamp/"}])
    found = locations(open_site().get("/sitemaps/product-1.xml"))
    assert found == [
        "https://shop.example/products/h1/lamp/",
        "https://shop.example/de/products/h1/lamp/",
    ]


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"urls": {}}', "[" * 100_000, "\xff"])
def test_what_is_no_listing_is_none(catalogue: Catalogue, open_site: Open, body: str) -> None:
    catalogue.says(PAGES_PATH, body)
    assert open_site().get("/sitemaps/product-1.xml").status_code == 503


def test_a_large_listing_becomes_several_sitemaps(
    catalogue: Catalogue, open_site: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "PAGES_PER_MAP", 400)
    catalogue.lists_pages([{"path": f"/products/h{n}/"} for n in range(1000)])
    client = open_site()
    assert len(locations(client.get("/sitemap.xml"))) == 4
    found = [locations(client.get(f"/sitemaps/product-{n}.xml")) for n in (1, 2, 3)]
    assert [len(each) for each in found] == [800, 800, 400]


def test_a_sitemap_stays_below_the_limits_of_the_protocol() -> None:
    pages = [
        Page(f"/products/h{n}/{'x' * 60}/", images=("https://cdn.example/" + "y" * 80,) * 4)
        for n in range(documents.PAGES_PER_MAP)
    ]
    text = b"".join(documents.sitemap(pages, "https://shop.example", Locales(("en", "de"))))
    assert text.count(b"<url>") <= 50_000
    assert len(text) <= 50 * 1024 * 1024


def test_documents_are_for_reading(catalogue: Catalogue, open_site: Open) -> None:
    client = open_site()
    for path in ("/sitemap.xml", "/sitemaps/product-1.xml", "/robots.txt", "/new.rss"):
        assert client.post(path).status_code in (403, 405)


def test_a_cache_that_fails_costs_nothing_but_the_copy(
    catalogue: Catalogue, open_site: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*args: object, **kwargs: object) -> None:
        raise ConnectionError("no cache")

    client = open_site()
    monkeypatch.setattr(caches["default"].__class__, "aset", fail)
    assert len(locations(client.get("/sitemaps/product-1.xml"))) == 2


def test_services_without_listings_are_in_no_index(world: World, open_site: Open) -> None:
    world.fragment("reviews/list")
    world.page("Hello")
    assert locations(open_site().get("/sitemap.xml")) == []

"""What the shell learns for the sitemap and RSS, and the catalogue about ratings."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from product_details.demo.stores import seed_stores
from product_details.models import Product, ProductTranslation

from .conftest import Purges
from .factories import PhotographFactory, ProductFactory, tree, vase

pytestmark = pytest.mark.django_db


def test_the_urls_are_those_of_products_categories_and_stores(client: Client) -> None:
    lamps, table, empty = tree("lamps", "lamps/table", "rugs")
    product = vase(ref="h1", slug="tide", category=table)
    photograph = PhotographFactory.create(product=product)
    for state in (Product.State.DRAFT, Product.State.WITHDRAWN):
        vase(category=empty, state=state)
    vase(category=empty, when_sold_out="lead").variants.update(stock=0)
    seed_stores()
    answer = client.get("/feeds/urls.json")
    urls = {entry["path"]: entry for entry in answer.json()["urls"]}
    assert list(urls) == [
        "/products/",
        "/categories/lamps/",
        "/categories/lamps/table/",
        "/products/h1/tide/",
        "/stores/",
    ]
    product.refresh_from_db()
    assert urls["/products/h1/tide/"]["images"] == [f"https://shop.test{photograph.picture.src}"]
    assert datetime.fromisoformat(urls["/categories/lamps/"]["lastmod"]) == product.updated_at
    assert lamps.path == "lamps"


def test_an_empty_shop_has_no_urls(client: Client) -> None:
    assert client.get("/feeds/urls.json").json() == {"urls": []}
    assert client.get("/feeds/new.json").json() == {"items": []}


def test_the_queries_for_all_urls_do_not_grow(
    client: Client, django_assert_num_queries: Any
) -> None:
    (lamps,) = tree("lamps")
    for product in ProductFactory.create_batch(30, category=lamps):
        PhotographFactory.create_batch(2, product=product)
    with django_assert_num_queries(4):
        assert len(client.get("/feeds/urls.json").json()["urls"]) == 32


def test_new_products_come_newest_first_and_in_a_language(client: Client) -> None:
    day = datetime(2026, 3, 1, tzinfo=UTC)
    old = vase(ref="h1", slug="tide", name="Tide", published_at=day)
    vase(ref="h2", name="Ebb", published_at=day + timedelta(days=1))
    ProductTranslation.objects.create(product=old, locale="de", name="Flut")
    items = client.get("/feeds/new.json").json()["items"]
    assert [item["title"] for item in items] == ["Ebb", "Tide"]
    assert items[1] == {
        "id": "h1",
        "path": "/products/h1/tide/",
        "title": "Tide",
        "summary": "A vase.",
        "published": "2026-03-01T00:00:00+00:00",
        "price": "£49.00",
        "image": None,
    }
    german = client.get("/feeds/new.json?locale=de").json()["items"]
    assert [item["title"] for item in german] == ["Ebb", "Flut"]
    assert german[0]["price"] == "49,00\xa0£"
    assert client.get("/feeds/new.json?locale=xx").status_code == 400


def rate(client: Client, settings: LazySettings, data: Any, ref: str = "h1") -> int:
    """Tell a rating."""
    settings.SERVICE_TOKEN = "token"
    body = data if isinstance(data, str) else json.dumps(data)
    headers = {"authorization": "Bearer token"}
    answer = client.put(f"/api/ratings/{ref}", body, "application/json", headers=headers)
    return answer.status_code


def test_a_rating_is_kept_until_nobody_has_rated(client: Client, settings: LazySettings) -> None:
    product = vase(ref="h1")
    assert rate(client, settings, {"average_tenths": 43, "count": 12}) == 204
    product.refresh_from_db()
    assert (product.rating_tenths, product.rating_count) == (43, 12)
    assert rate(client, settings, {"average_tenths": None, "count": 0}) == 204
    product.refresh_from_db()
    assert (product.rating_tenths, product.rating_count) == (None, 0)


@pytest.mark.parametrize(
    "data",
    [
        "",
        "[]",
        {},
        {"average_tenths": 43},
        {"average_tenths": 43, "count": 0},
        {"average_tenths": None, "count": 3},
        {"average_tenths": 51, "count": 3},
        {"average_tenths": 9, "count": 3},
        {"average_tenths": 4.3, "count": 3},
        {"average_tenths": 43, "count": -1},
        {"average_tenths": 43, "count": True},
        {"average_tenths": 43, "count": 2**31},
        {"average_tenths": 43, "count": 3, "more": 1},
    ],
)
def test_an_impossible_rating_is_refused(client: Client, settings: LazySettings, data: Any) -> None:
    product = vase(ref="h1")
    assert rate(client, settings, data) == 400
    product.refresh_from_db()
    assert product.rating_count == 0


def test_an_unknown_product_cannot_be_rated(client: Client, settings: LazySettings) -> None:
    assert rate(client, settings, {"average_tenths": 43, "count": 3}, "h9") == 404
    assert client.put("/api/ratings/h9").status_code == 401


@pytest.mark.django_db(transaction=True)
def test_a_new_rating_purges_what_shows_it_and_a_known_one_nothing(
    client: Client, settings: LazySettings, purges: Purges
) -> None:
    vase(ref="h1")
    before = len(purges.messages)
    for _ in range(2):
        rate(client, settings, {"average_tenths": 43, "count": 12})
    assert len(purges.messages) == before + 1
    assert "product:h1" in purges.messages[-1]


@pytest.mark.parametrize(
    ("choice", "status", "location"),
    [("keep", 200, ""), ("lead", 302, "/categories/lamps/"), ("gone", 410, "")],
)
def test_the_page_of_a_sold_out_product_answers_as_its_editor_chose(
    client: Client, choice: str, status: int, location: str
) -> None:
    (lamps,) = tree("lamps")
    product = vase(ref="h1", slug="tide", category=lamps, when_sold_out=choice)
    assert client.get("/fragments/page/?ref=h1&slug=tide").status_code == 200
    product.variants.update(stock=0)
    answer = client.get("/fragments/page/?ref=h1&slug=tide")
    assert (answer.status_code, answer.headers.get("location", "")) == (status, location)
    shown = client.get("/fragments/list/").content.decode()
    assert ("/products/h1/tide/" in shown) == (choice == "keep")


def test_a_page_of_another_language_says_what_is_translated_and_links_within_it(
    client: Client,
) -> None:
    product = vase(ref="h1", slug="tide", name="Tide")
    ProductTranslation.objects.create(product=product, locale="de", name="Flut")
    german = {"podium-locale": "de", "podium-mount-pathname": "/de/"}
    html = client.get("/fragments/list/", headers=german).content.decode()
    assert "Flut" in html and "Tide" not in html
    assert 'href="/de/products/h1/tide/"' in html
    moved = client.get("/fragments/page/?ref=h1&slug=old", headers=german)
    assert moved["location"] == "/de/products/h1/tide/"

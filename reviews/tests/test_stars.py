"""The fragment reviews/stars."""

import json

import pytest
from django.test import Client
from fragment_contract.testing import parse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from reviews.selectors import HistogramRow, Summary

from .factories import PendingFactory, ReviewFactory

pytestmark = pytest.mark.django_db
PAGE = "/fragments/stars/"


def test_the_average_is_told_in_words_and_drawn(client: Client) -> None:
    for rating in (5, 5, 4, 3):
        ReviewFactory.create(rating=rating)
    PendingFactory.create(rating=1)
    page = parse(client.get(PAGE, {"product": "h1001"}).content)
    assert "4.3 out of 5 stars, 4.3 4 reviews" in page.text
    assert page.all("svg")[1].attributes["width"] == "4.3"
    assert page.all("a") == page.all("script") == []


def test_it_links_to_the_reviews_of_the_page_it_is_told(client: Client) -> None:
    ReviewFactory.create()
    page = parse(client.get(PAGE, {"product": "h1001", "href": "/products/h1001/bowl/"}).content)
    assert page.one("a").attributes["href"] == "/products/h1001/bowl/#reviews"


def test_search_engines_get_the_rating_of_the_thing_that_the_page_describes(client: Client) -> None:
    for rating in (5, 4):
        ReviewFactory.create(rating=rating)
    given = {"product": "h1001", "describes": "https://shop.example/products/h1001/#product"}
    script = parse(client.get(PAGE, given).content).one("head").one("script")
    assert script.attributes["type"] == "application/ld+json"
    data = json.loads(script.text)
    assert data["@id"] == given["describes"]
    assert data["aggregateRating"] == {
        "@type": "AggregateRating",
        "ratingValue": 4.5,
        "reviewCount": 2,
        "bestRating": 5,
        "worstRating": 1,
    }


def test_nothing_is_shown_of_a_product_without_reviews(client: Client) -> None:
    PendingFactory.create()
    response = client.get(PAGE, {"product": "h1001"})
    assert (response.status_code, response.content) == (204, b"")
    assert response["surrogate-key"] == "reviews:h1001"


@pytest.mark.parametrize(
    "given",
    [
        {"href": "//evil.example/"},
        {"href": "javascript:alert(1)"},
        {"describes": "javascript:alert(1)"},
        {"describes": "https://x/</script>"},
        {"describes": 'https://x/"'},
    ],
)
def test_addresses_that_lead_elsewhere_are_refused(client: Client, given: dict[str, str]) -> None:
    assert client.get(PAGE, {"product": "h1001", **given}).status_code == 400


def test_a_list_page_costs_one_query_for_each_product(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    ReviewFactory.create_batch(30)
    client.get(f"{PAGE}manifest.json")
    with django_assert_max_num_queries(1):
        client.get(PAGE, {"product": "h1001"})


@given(st.lists(st.integers(0, 500), min_size=5, max_size=5))
def test_the_rounded_average_is_never_off_by_more_than_half_a_tenth(counts: list[int]) -> None:
    total = sum(counts)
    rows = tuple(
        HistogramRow(n, count, total) for n, count in zip((5, 4, 3, 2, 1), counts, strict=True)
    )
    rating = Summary(rows, total, 0).rating
    assert rating.count == total
    if not total:
        assert (rating.average_tenths, rating.average) == (None, None)
        return
    exact = 10 * sum(row.rating * row.count for row in rows) / total
    assert rating.average_tenths is not None
    assert 10 <= rating.average_tenths <= 50
    assert abs(rating.average_tenths - exact) <= 0.5 + 1e-9

"""Pages, sorts and filters of reviews/list, and what they ask of the database."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from .factories import ReviewFactory
from .reading import START, fetch, many, titles

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("newest", ["new 2", "mid 5", "old 5"]),
        ("highest", ["mid 5", "old 5", "new 2"]),
        ("lowest", ["new 2", "mid 5", "old 5"]),
    ],
)
def test_sorting(client: Client, sort: str, expected: list[str]) -> None:
    for days, title in enumerate(["old 5", "mid 5", "new 2"]):
        ReviewFactory.create(
            title=title, rating=int(title[-1]), created_at=START + timedelta(days=days)
        )
    page = fetch(client, sort=sort)
    assert titles(page) == expected
    chosen = [a for a in page.one(css="chips").all("a") if "aria-current" in a.attributes]
    assert [a.attributes["href"] for a in chosen] == [f"?sort={sort}#reviews"]


def test_all_pages_together_show_every_review_once(client: Client) -> None:
    # All at the same second: only the tie-break keeps pages from overlapping.
    ReviewFactory.create_batch(23, created_at=START)
    pages = [fetch(client, page=page) for page in (1, 2, 3)]
    shown = [article.attributes["id"] for page in pages for article in page.all("article")]
    assert len(shown) == 23
    assert len(set(shown)) == 23


def test_page_links_are_relative_and_keep_the_sorting(client: Client) -> None:
    many(25)
    pages = fetch(client, sort="highest", page=2).one(css="pagination")
    links = {a.attributes["rel"]: a.attributes["href"] for a in pages.all("a")}
    assert links == {
        "prev": "?sort=highest#reviews",
        "next": "?sort=highest&page=3#reviews",
    }
    assert "Page 2 of 3" in pages.text


def test_one_page_needs_no_page_links(client: Client) -> None:
    many(10)
    assert fetch(client).all(css="pagination") == []


def test_a_page_beyond_the_last_is_the_last(client: Client) -> None:
    many(11)
    page = fetch(client, page=1000)
    assert len(titles(page)) == 1
    assert "Page 2 of 2" in page.text


@pytest.mark.parametrize("count", [0, 1, 2_000])
def test_three_queries_suffice_however_many_reviews_there_are(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    many(count)
    client.get("/fragments/list/manifest.json")
    with django_assert_max_num_queries(3):
        fetch(client, sort="lowest", page=3)


# How a plan says that it reads through an index of ours, and that it sorts.
PLANS = {
    "sqlite": (r"INDEX reviews_", r"TEMP B-TREE FOR ORDER BY"),
    "postgresql": (r"Index (Only )?Scan( Backward)? using reviews_", r"\bSort\b"),
}


def plan_of(sql: str) -> str:
    """How the database would carry out a query over many rows."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # A table this small is read whole and sorted, unless that counts as expensive.
            for way in ("seqscan", "bitmapscan", "sort"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(connection.ops.explain_query_prefix() + f" {sql}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


@pytest.mark.parametrize("sort", ["newest", "highest", "lowest"])
def test_no_query_reads_or_sorts_all_rows(client: Client, sort: str) -> None:
    many(50)
    with CaptureQueriesContext(connection) as queries:
        fetch(client, sort=sort)
    reads, sorts = PLANS[connection.vendor]
    for query in queries.captured_queries:
        plan = plan_of(query["sql"])
        assert re.search(reads, plan), plan
        assert not re.search(sorts, plan), plan


def test_the_most_helpful_come_first(client: Client) -> None:
    for helpful, title in ((2, "Some"), (9, "Most"), (0, "None"), (2, "Some, newer")):
        ReviewFactory.create(helpful=helpful, title=title)
    assert titles(fetch(client, sort="helpful")) == ["Most", "Some, newer", "Some", "None"]


@pytest.mark.parametrize("sort", ["newest", "highest", "lowest", "helpful"])
def test_the_stars_of_a_filter_are_those_of_all_that_is_shown(client: Client, sort: str) -> None:
    many(60)
    page = fetch(client, sort=sort, stars=3, page=2)
    assert len(page.all("article")) == 2
    assert {article.one(css="reviews-list__rating").text for article in page.all("article")} == {
        "3 out of 5 stars ★★★ ★★"
    }
    assert "12 reviews with 3 of 5 stars." in page.text
    # The summary is of all reviews.
    assert "3.0 out of 5 stars, 60 reviews" in page.text


def test_rows_of_the_histogram_lead_to_their_reviews(client: Client) -> None:
    for rating in (5, 5, 2):
        ReviewFactory.create(rating=rating)
    page = fetch(client, sort="helpful", stars=2)
    links = page.one(css="reviews-list__histogram").all("a")
    assert [(a.text, a.attributes["href"]) for a in links] == [
        ("5 stars", "?sort=helpful&stars=5#reviews"),
        ("2 stars", "?sort=helpful&stars=2#reviews"),
    ]
    assert ["aria-current" in a.attributes for a in links] == [False, True]
    assert page.one(css="reviews-list__filter").one("a").attributes["href"] == (
        "?sort=helpful#reviews"
    )
    sorts = page.one(css="chips").all("a")
    assert sorts[0].attributes["href"] == "?sort=newest&stars=2#reviews"


def test_a_filter_that_nothing_passes_says_so(client: Client) -> None:
    ReviewFactory.create(rating=5)
    page = fetch(client, stars=1)
    assert "0 reviews with 1 of 5 stars." in page.text
    assert page.all("article") == []


@pytest.mark.parametrize("sort", ["newest", "highest", "lowest", "helpful"])
def test_no_filtered_query_reads_or_sorts_all_rows(client: Client, sort: str) -> None:
    many(50)
    with CaptureQueriesContext(connection) as queries:
        fetch(client, sort=sort, stars=4)
    reads, sorts = PLANS[connection.vendor]
    for query in queries.captured_queries:
        plan = plan_of(query["sql"])
        assert re.search(reads, plan), plan
        assert not re.search(sorts, plan), plan

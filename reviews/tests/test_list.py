"""The fragment reviews/list."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from fragment_contract.testing import Element, parse
from fragment_contract.testing.identity import as_visitor
from pytest_django import DjangoAssertNumQueries

from reviews.demo.grammar import phrases
from reviews.models import Review

from .factories import PendingFactory, ReviewFactory

pytestmark = pytest.mark.django_db
START = datetime(2026, 1, 1, tzinfo=UTC)


def fetch(client: Client, **parameters: Any) -> Element:
    response = client.get("/fragments/list/", {"product": "h1001", **parameters})
    assert response.status_code == 200, response.content
    return parse(response.content)


def titles(page: Element) -> list[str]:
    return [element.text for element in page.all("h3", "reviews-list__title")]


def many(count: int, **fields: Any) -> None:
    Review.objects.bulk_create(
        ReviewFactory.build(
            rating=number % 5 + 1, created_at=START + timedelta(hours=number), **fields
        )
        for number in range(count)
    )


def test_the_average_is_told_in_words(client: Client) -> None:
    for rating in (5, 5, 4, 2):
        ReviewFactory.create(rating=rating)
    assert "4.0 out of 5 stars, 4 reviews" in fetch(client).text


def test_the_histogram_has_a_meter_for_each_rating_from_five_down(client: Client) -> None:
    for rating in (5, 5, 4, 1):
        ReviewFactory.create(rating=rating)
    meters = fetch(client).all("meter")
    assert [meter.attributes["value"] for meter in meters] == ["2", "1", "0", "0", "1"]
    assert {meter.attributes["max"] for meter in meters} == {"4"}
    assert [meter.attributes["aria-label"] for meter in meters][::4] == ["5 stars", "1 star"]
    assert [meter.text for meter in meters] == ["50%", "25%", "0%", "0%", "25%"]


def test_only_published_reviews_of_this_product_are_counted_and_shown(client: Client) -> None:
    ReviewFactory.create(title="Seen")
    ReviewFactory.create(title="Other product", product="h1002", rating=1)
    PendingFactory.create(title="Waiting", rating=1)
    ReviewFactory.create(title="Refused", state=Review.State.REJECTED, rating=1)
    page = fetch(client)
    assert titles(page) == ["Seen"]
    assert "5.0 out of 5 stars, 1 review" in page.text


def test_a_review_shows_stars_as_text_date_author_and_badge(client: Client) -> None:
    ReviewFactory.create(
        rating=3, author="Ada L.", created_at=START, verified=True, language="pt-BR"
    )
    article = fetch(client).one("article")
    assert "3 out of 5 stars" in article.text
    assert article.one("time").attributes["datetime"] == "2026-01-01"
    assert article.one("bdi").text == "Ada L."
    assert article.one(css="badge").text == "Verified purchase"
    assert article.attributes["lang"] == "pt-BR"
    assert article.attributes["dir"] == "auto"


def test_a_purchase_that_nobody_knows_of_has_no_badge(client: Client) -> None:
    ReviewFactory.create(verified=False)
    assert fetch(client).all(css="badge") == []


def test_without_reviews_the_shopper_is_asked_for_the_first_one(client: Client) -> None:
    page = fetch(client)
    assert "Nobody has reviewed this product yet" in page.text
    assert page.all("meter") == []
    assert page.all("nav") == []
    assert page.one("a").attributes["href"] == "#reviews-form"


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


def test_synthetic_reviews_are_labelled(client: Client) -> None:
    ReviewFactory.create(synthetic=True)
    assert "Demonstration reviews, written by a program" in fetch(client).text


def test_real_reviews_are_not_labelled_as_demonstration(client: Client) -> None:
    ReviewFactory.create()
    assert "Demonstration" not in fetch(client).text


def test_hostile_reviews_add_no_element_and_lose_no_character(client: Client) -> None:
    ReviewFactory.create()
    harmless = fetch(client)
    allowed = {(e.name, *sorted(e.attributes)) for e in harmless.walk()}
    Review.objects.all().delete()
    for entry in phrases("hostile")["review"]:
        ReviewFactory.create(**entry)
    pages = fetch(client), fetch(client, page=2)
    elements = [e for page in pages for e in page.one(css="reviews-list__reviews").walk()]
    assert {(e.name, *sorted(e.attributes)) for e in elements} <= allowed
    shown = {e.text for e in elements if e.attributes.get("class") == "reviews-list__title"}
    for entry in phrases("hostile")["review"]:
        assert " ".join(entry["title"].split()) in shown


def test_paragraphs_of_a_review_stay_paragraphs(client: Client) -> None:
    ReviewFactory.create(body="One.\n\nTwo.\nStill two.")
    body = fetch(client).one(css="reviews-list__body")
    assert [p.text for p in body.all("p")] == ["One.", "Two. Still two."]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "product=",
        "product=H1001",
        "product=h1001%00",
        "product=" + "h" * 21,
        "product=h1001&sort=best",
        "product=h1001&page=0",
        "product=h1001&page=1001",
        "product=h1001&page=two",
        "product=h1001&page=1&page=2",
        "product=h1001&colour=red",
        "product=%FF",
    ],
)
def test_malformed_parameters_are_named_and_refused(client: Client, query: str) -> None:
    response = client.get(f"/fragments/list/?{query}")
    assert response.status_code == 400
    assert response["content-type"].startswith("text/plain")


def test_the_answer_may_be_shared_and_is_tagged_with_its_product(client: Client) -> None:
    response = client.get("/fragments/list/?product=h1001")
    assert response["surrogate-key"] == "reviews:h1001"
    assert response["cache-control"].startswith("public, max-age=60,")
    assert not response.cookies
    assert "vary" not in response.headers


@pytest.mark.parametrize("fragment", ["list", "form"])
def test_the_fallback_needs_no_database(client: Client, fragment: str) -> None:
    page = parse(client.get(f"/fragments/{fragment}/fallback").content)
    assert page.one("section").attributes["data-boundary"] == f"reviews/{fragment}"


# Filters, votes and answers.


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


def test_an_answer_of_the_shop_stands_below_the_review(client: Client) -> None:
    ReviewFactory.create(answer="Thank you.\n\nWe <b>mended</b> it.", answered_at=START)
    answer = fetch(client).one(css="reviews-list__answer")
    assert answer.one("h4").text == "Answer from the shop 1 January 2026"
    assert [p.text for p in answer.all("p")] == ["Thank you.", "We <b>mended</b> it."]


def test_votes_and_reports_come_back_to_what_the_reader_sees(client: Client) -> None:
    many(30)
    page = fetch(client, sort="lowest", page=2, return_to="/products/h1001/bowl/")
    for form in page.one(css="reviews-list__reviews").all("form"):
        fields = {i.attributes["name"]: i.attributes["value"] for i in form.all("input")}
        assert fields["return_to"] == "/products/h1001/bowl/"
        assert fields["query"] == "sort=lowest&page=2"
        assert form.attributes["action"] == form.attributes["data-hx-post"]


def test_the_list_is_the_same_for_everybody(client: Client) -> None:
    ReviewFactory.create(subject="user:1", title="Mine")
    answers = [
        client.get("/fragments/list/?product=h1001", headers=headers).content
        for headers in ({}, as_visitor("user:1"), as_visitor("anon:1"))
    ]
    assert len(set(answers)) == 1
    assert b"user:1" not in answers[0]


def test_german_pages_have_german_words_dates_numbers_and_plurals(client: Client) -> None:
    ReviewFactory.create(rating=5, created_at=START, helpful=1)
    ReviewFactory.create(rating=4, created_at=START, helpful=2)
    german = {"podium-locale": "de", "podium-mount-pathname": "/de/"}
    response = client.get("/fragments/list/?product=h1001", headers=german)
    text = parse(response.content).text
    for words in (
        "4,5 von 5 Sternen, 2 Bewertungen",
        "1. Januar 2026",
        "1 Person fand das hilfreich",
        "2 Personen fanden das hilfreich",
        "1 Stern",
    ):
        assert words in text
    # Numbers for machines stay numbers.
    assert parse(response.content).all("svg")[1].attributes["width"] == "4.5"

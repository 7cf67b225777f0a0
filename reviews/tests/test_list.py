"""What the fragment reviews/list shows of the reviews of a product."""

import pytest
from django.test import Client
from fragment_contract.testing import parse
from fragment_contract.testing.identity import as_visitor

from reviews.demo.grammar import phrases
from reviews.models import Review

from .factories import PendingFactory, ReviewFactory
from .reading import START, fetch, many, titles

pytestmark = pytest.mark.django_db


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
    assert response["surrogate-key"] == "reviews:h1001 votes:h1001"
    assert response["cache-control"].startswith("public, max-age=60,")
    assert not response.cookies
    assert "vary" not in response.headers


@pytest.mark.parametrize("fragment", ["list", "form"])
def test_the_fallback_needs_no_database(client: Client, fragment: str) -> None:
    page = parse(client.get(f"/fragments/{fragment}/fallback").content)
    assert page.one("section").attributes["data-boundary"] == f"reviews/{fragment}"


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

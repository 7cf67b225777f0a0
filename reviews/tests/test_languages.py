"""Reviews keep the language they are written in, and say it to screen readers."""

from typing import Any

import pytest
from django.test import Client
from fragment_contract.testing import Element, parse

from reviews.models import Draft, Review

from .factories import ReviewFactory
from .shopper import Shopper

pytestmark = pytest.mark.django_db
GERMAN = {"podium-locale": "de", "podium-mount-pathname": "/de/"}


class Speaker(Shopper):
    """A shopper on pages of one language."""

    def __init__(self, subject: str, locale: str, **more: Any) -> None:
        super().__init__(subject, **more)
        self.locale = locale

    def _token(self) -> dict[str, str]:
        return {**super()._token(), "podium-locale": self.locale}


def german(client: Client) -> Element:
    """The list of reviews on a German page."""
    answer = client.get("/fragments/list/", {"product": "h1001"}, headers=GERMAN)
    assert answer.status_code == 200, answer.content
    return parse(answer.content)


@pytest.mark.parametrize("locale", ["en", "de"])
def test_a_review_is_in_the_language_of_the_page_where_it_was_written(locale: str) -> None:
    Speaker("user:1", locale).sends()
    assert Review.objects.get().language == locale


def test_what_waited_for_signing_in_keeps_its_language() -> None:
    Speaker("anon:1", "de").sends()
    assert Draft.objects.get().language == "de"
    Speaker("user:1", "en", former="anon:1").acts("form", "adopt")
    assert Review.objects.get().language == "de"


def test_a_word_mended_on_another_page_changes_no_language_but_a_new_text_does() -> None:
    Speaker("user:1", "en").sends(body="It holds soup very well.")
    on_german_pages = Speaker("user:1", "de")
    on_german_pages.sends(body="It holds stew very well.", revision=1)
    assert Review.objects.get().language == "en"
    on_german_pages.sends(title="Schön", body="Die Suppe bleibt darin.", revision=2)
    assert Review.objects.get().language == "de"


def test_texts_and_answers_are_marked_with_their_languages(client: Client) -> None:
    ReviewFactory.create(product="h1001", language="en", answer="Thank you!", state="published")
    html = german(client)
    assert html.one("article").attributes["lang"] == "en"
    answer = html.one("div", "reviews-list__answer")
    assert answer.attributes["lang"] == "de"
    assert answer.all("div")[-1].attributes["lang"] == "en"


def test_an_answer_may_be_in_another_language_than_the_review(client: Client) -> None:
    ReviewFactory.create(
        product="h1001", language="es", answer="Danke!", answer_language="de", state="published"
    )
    answer = german(client).one("div", "reviews-list__answer")
    assert answer.all("div")[-1].attributes["lang"] == "de"


def test_its_author_sees_it_marked_too() -> None:
    Speaker("user:1", "en").sends()
    html = Speaker("user:1", "de").looks()
    assert html.one("h3", "reviews-list__title").attributes["lang"] == "en"
    assert html.one("div", "reviews-list__body").attributes["lang"] == "en"


def test_buttons_name_a_review_in_its_own_language(client: Client) -> None:
    ReviewFactory.create(product="h1001", title="Nice", language="en", state="published")
    named = [span for span in german(client).all("span") if span.text.strip() == ": Nice"]
    assert [span.attributes.get("lang") for span in named] == ["en", "en"]

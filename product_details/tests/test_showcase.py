"""Teasers, recommendations, what was looked at, and the stores."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from fragment_contract.testing import Element, parse

from product_details import showcase
from product_details.demo.catalogue import load
from product_details.demo.facets import seed_facets
from product_details.demo.german import seed_german
from product_details.demo.seeding import seed
from product_details.demo.stores import seed_stores
from product_details.models import Colour, Product, Store, Teaser, Variant

from .conftest import Purges
from .factories import PhotographFactory, tree, vase
from .test_demo import scribble

pytestmark = pytest.mark.django_db
GERMAN = {"podium-locale": "de", "podium-mount-pathname": "/de/"}


def shown(client: Client, path: str, **headers: str) -> Element:
    """A fragment, parsed."""
    response = client.get(f"/fragments/{path}", headers=headers)
    assert response.status_code == 200, response.content
    return parse(response.content)


def tease(**fields: Any) -> Teaser:
    """A teaser that is shown now."""
    return Teaser.objects.create(
        **{"title": "T", "link_text": "L", "path": "/products/?stock=yes", **fields}
    )


def test_teasers_lead_somewhere_in_the_language_of_the_page(client: Client) -> None:
    product = vase()
    PhotographFactory.create(product=product, alt="Front", position=1)
    last = PhotographFactory.create(product=product, alt="In a room", position=2)
    PhotographFactory.create(product=product, alt="Moss", only_for="Moss", position=3)
    tease(title="Lamps", locale="en", picture_of=product)
    tease(title="Lampen", locale="de")
    html = shown(client, "teasers/")
    assert [h.text for h in html.all("h2")] == ["Lamps"]
    assert html.one("img").attributes["src"] == last.picture.src
    german = shown(client, "teasers/", **GERMAN)
    assert [h.text for h in german.all("h2")] == ["Lampen"]
    assert german.one("a").attributes["href"] == "/de/products/?stock=yes"


def test_teasers_have_their_time(client: Client) -> None:
    hour = timedelta(hours=1)
    tease(shown_from=timezone.now() + hour)
    tease(shown_until=timezone.now() - hour)
    assert client.get("/fragments/teasers/").status_code == 204
    tease(title="Now", shown_from=timezone.now() - hour, shown_until=timezone.now() + hour)
    assert [h.text for h in shown(client, "teasers/").all("h2")] == ["Now"]


@pytest.mark.parametrize(
    "path", ["//evil.test/", "https://evil.test/", "javascript:alert(1)", "x", "/a b"]
)
def test_a_teaser_leads_nowhere_but_into_the_shop(path: str) -> None:
    with pytest.raises(Exception, match="one slash"):
        Teaser(title="T", link_text="L", path=path).full_clean()


@pytest.mark.django_db(transaction=True)
def test_teasers_and_stores_purge_what_shows_them(purges: Purges) -> None:
    tease()
    Store.objects.create(ref="s", name="S", street="1", postcode="1", city="C")
    assert purges.messages == [{"teasers"}, {"stores"}]


def names(html: Element) -> list[str]:
    """The names on the cards."""
    return [card.one("bdi").text for card in html.all("li", "product_details-card")]


def test_recommendations_are_of_the_same_categories_and_say_so(client: Client) -> None:
    lamps, rugs = tree("lamps", "rugs")
    vase(ref="h1", category=lamps)
    vase(ref="h2", name="Other lamp", category=lamps)
    vase(ref="h3", name="Loved rug", category=rugs, rating_tenths=50, rating_count=30)
    vase(ref="h4", name="Rug", category=rugs)
    vase(ref="h5", name="Sold out", category=lamps).variants.update(stock=0)
    html = shown(client, "recommendations/?refs=h1")
    assert names(html) == ["Other lamp", "Loved rug", "Rug"]
    assert [p.text for p in html.all("p", "product_details-card__reason")] == [
        "Also in Lamps",
        "Popular now",
        "Popular now",
    ]
    assert names(shown(client, "recommendations/?skus=H4-01&limit=1")) == ["Loved rug"]


def test_without_anything_known_what_is_liked_best_is_recommended(client: Client) -> None:
    vase(name="Plain")
    vase(name="Loved", rating_tenths=50, rating_count=30)
    html = shown(client, "recommendations/")
    assert (html.one("h2").text, names(html)) == ("Popular now", ["Loved", "Plain"])
    assert names(shown(client, "recommendations/?refs=h404")) == ["Loved", "Plain"]


def test_where_there_is_nothing_to_recommend_there_is_nothing(client: Client) -> None:
    vase(ref="h1")
    assert client.get("/fragments/recommendations/?refs=h1").status_code == 204


@pytest.mark.parametrize("query", ["refs=h1,", "refs=,h1", "skus=a", "limit=13", "refs=H1"])
def test_malformed_recommendations_are_refused(client: Client, query: str) -> None:
    assert client.get(f"/fragments/recommendations/?{query}").status_code == 400


@pytest.mark.parametrize("known", [1, 30])
def test_recommendations_are_few_queries(
    client: Client, known: int, django_assert_num_queries: Any
) -> None:
    (lamps,) = tree("lamps")
    refs = [vase(category=lamps).ref for _ in range(known + 5)][:known]
    with django_assert_num_queries(2):
        shown(client, f"recommendations/?refs={','.join(refs)}")


def test_what_was_looked_at_is_hidden_until_the_browser_tells(client: Client) -> None:
    product = vase(ref="h1", slug="tide", name='<b>"Tide"</b>')
    PhotographFactory.create(product=product)
    section = shown(client, "recently-viewed/?ref=h1").one("section")
    assert "hidden" in section.attributes
    assert section.attributes["data-name"] == '<b>"Tide"</b>'
    assert section.attributes["data-url"] == "/products/h1/tide/"
    assert section.all("li") == []


@pytest.mark.parametrize("ref", ["", "h404", "h9"])
def test_what_is_no_product_in_the_shop_is_not_remembered(client: Client, ref: str) -> None:
    vase(ref="h9", state=Product.State.WITHDRAWN)
    section = shown(client, f"recently-viewed/?ref={ref}").one("section")
    assert "data-ref" not in section.attributes


def test_the_stores_are_on_the_page_and_in_its_data(client: Client) -> None:
    seed_stores()
    html = shown(client, "stores/")
    assert len(html.all("li", "product_details-store")) == 3
    first = html.all("li", "product_details-store")[0]
    assert [dd.text for dd in first.all("dd")] == ["10:00–18:00", "10:00–17:00"]
    data = json.loads(html.one("script").text)
    assert [store["@type"] for store in data["@graph"]] == ["HomeGoodsStore"] * 3
    assert data["@graph"][0]["geo"] == {
        "@type": "GeoCoordinates",
        "latitude": 51.4562,
        "longitude": -2.5989,
    }
    assert len(data["@graph"][0]["openingHoursSpecification"]) == 6


def test_numbers_for_machines_are_the_same_in_every_language(client: Client) -> None:
    seed_stores()
    maps = [a.attributes["href"] for a in shown(client, "stores/", **GERMAN).all("a")]
    assert any("mlat=51.45620&mlon=-2.59890" in href for href in maps)


def test_without_stores_the_page_says_so(client: Client) -> None:
    assert "no stores" in shown(client, "stores/").one("p", "notice").text


def test_every_fragment_keeps_the_contract(fragment_conformance: Any) -> None:
    vase(ref="h1")
    vase()
    tease()
    seed_stores()
    fragment_conformance(showcase.teasers)
    fragment_conformance(showcase.recommendations, refs="h1", limit=2)
    fragment_conformance(showcase.recently_viewed, ref="h1")
    fragment_conformance(showcase.stores)


def test_the_demonstration_can_be_narrowed_and_is_german_too(
    client: Client, settings: LazySettings
) -> None:
    seed(load(), default_storage, scribble, lambda words: None)
    assert seed_facets(load())
    assert not seed_facets(load())
    assert seed_german(load())
    assert Colour.objects.count() == 12
    assert not Variant.objects.filter(
        colour=None, first_value__in=["Moss", "Ink", "Chalk", "Brass", "Oak"]
    ).exists()
    published = Product.objects.filter(state=Product.State.PUBLISHED)
    assert not published.filter(materials=None).exists()
    for record in (*Teaser.objects.all(), *Colour.objects.all()):
        record.full_clean()
    found = shown(client, "list/?q=gezeitenvase&colour=green", **GERMAN)
    assert names(found) == ["Gezeitenvase"]
    for query in ("lampp", "vaas", "cushon", "stol"):
        assert names(shown(client, f"list/?q={query}")), query


def test_a_photograph_that_is_taken_away_takes_its_teaser_along(client: Client) -> None:
    product = vase(ref="h7")
    PhotographFactory.create(product=product)
    tease(picture_of=product)
    tease()
    keys = client.get("/fragments/teasers/")["surrogate-key"].split()
    assert "product:h7" in keys

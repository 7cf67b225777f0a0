"""One product as lists show it, for the lists that other services keep."""

from collections.abc import Callable

import pytest
from django.test import Client
from fragment_contract.testing import parse

from product_details.fragments import product_card
from product_details.models import Product

from .factories import vase

pytestmark = pytest.mark.django_db


def test_a_card_has_name_price_and_the_way_to_the_product(client: Client) -> None:
    product = vase(name="Ebb vase")
    response = client.get("/fragments/card/", {"ref": product.ref})
    card = parse(response.content).one("article", "product_details-card")
    assert card.attributes["data-boundary"] == "product_details/card"
    assert card.one("bdi").text == "Ebb vase"
    assert card.one("a").attributes["href"].startswith(f"/products/{product.ref}/")
    assert card.one("p", "price").text == "£49.00"
    assert f"product:{product.ref}" in response["surrogate-key"].split()


@pytest.mark.parametrize(("state", "status"), [("draft", 404), ("withdrawn", 410)])
def test_what_is_not_sold_has_no_card(client: Client, state: str, status: int) -> None:
    product = vase(state=Product.State(state))
    assert client.get("/fragments/card/", {"ref": product.ref}).status_code == status


def test_what_nobody_knows_has_no_card(client: Client) -> None:
    assert client.get("/fragments/card/", {"ref": "h9999"}).status_code == 404


def test_a_list_that_goes_on_naming_it_is_told_that_it_is_no_longer_offered(client: Client) -> None:
    product, new = vase(name="Old vase", state=Product.State.WITHDRAWN), vase(name="New vase")
    told = {"gone": "tell", "ref": product.ref}
    answer = client.get("/fragments/card/", told)
    assert answer.status_code == 200
    assert f"product:{product.ref}" in answer["surrogate-key"].split()
    assert parse(answer.content).one("p", "product_details-gone").text == "No longer offered."
    for ref in (vase(state=Product.State.DRAFT).ref, "h9999"):
        assert b"No longer offered." in client.get("/fragments/card/", told | {"ref": ref}).content
    assert b"No longer" not in client.get("/fragments/card/", told | {"ref": new.ref}).content

    product.successor = new
    product.save()
    answer = client.get("/fragments/card/", told, headers={"podium-locale": "de"})
    html = parse(answer.content)
    assert html.text.strip() == "Nicht mehr im Angebot. An seiner Stelle gibt es New vase ."
    assert html.one("a").attributes["href"].startswith(f"/products/{new.ref}/")
    assert html.one("bdi").attributes["lang"] == "en"
    assert f"product:{new.ref}" in answer["surrogate-key"].split()


def test_the_card_keeps_the_contract(fragment_conformance: Callable[..., None]) -> None:
    fragment_conformance(product_card, ref=vase().ref)


@pytest.mark.parametrize("path", ["list/", "list/?collection=new"])
def test_lists_that_ask_for_buttons_say_that_they_hold_slots(client: Client, path: str) -> None:
    vase()
    assert b'<micro-frontend src="bookmarks/toggle"' in client.get(f"/fragments/{path}").content
    manifest = client.get("/fragments/list/manifest.json").json()
    assert manifest["fragment"]["nested"] is True

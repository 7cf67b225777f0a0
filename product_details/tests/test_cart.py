"""Adding to the cart, with and without JavaScript."""

import json
from typing import Any

import pytest
from django.test import Client
from fragment_contract.testing import parse

from product_details.models import Product, Variant

from .factories import colours, vase

pytestmark = pytest.mark.django_db
URL = "/fragments/page/actions/add-to-cart"


@pytest.fixture
def variant() -> Variant:
    """Ten moss-green vases."""
    product = vase(name="Vase “Zoë”", slug="zoe")
    return colours(product, "Moss")[0]


def post(client: Client, *, htmx: bool = False, **data: Any) -> Any:
    """Send the form as a browser does, with htmx or without."""
    return client.post(URL, data, headers={"hx-request": "true"} if htmx else {})


def test_the_form_on_the_page_posts_to_the_shop_itself(client: Client, variant: Variant) -> None:
    product = variant.product
    html = parse(client.get(f"/fragments/page/?ref={product.ref}&slug=zoe&variant=moss").content)
    form = html.one("form")
    assert form.attributes["method"] == "post"
    assert form.attributes["action"] == "/actions/product_details/page/add-to-cart"
    assert form.attributes["hx-post"] == form.attributes["action"]
    fields = {i.attributes["name"]: i.attributes["value"] for i in form.all("input")}
    assert fields == {"sku": variant.sku, "quantity": "1"}


def test_without_javascript_a_friendly_page_answers(client: Client, variant: Variant) -> None:
    response = post(client, sku=variant.sku, quantity=2)
    assert response.status_code == 200
    html = parse(response.content)
    assert html.one("h1").text == "Good choice"
    assert "2 × Vase “Zoë” , Moss, at £49.00 each." in html.text
    links = [a.attributes["href"] for a in html.all("a")]
    assert links == [f"/products/{variant.product.ref}/zoe/moss/", "/products/"]


def test_with_htmx_the_form_comes_back_and_the_event_is_dispatched(
    client: Client, variant: Variant
) -> None:
    response = post(client, htmx=True, sku=variant.sku, quantity=2)
    assert response.status_code == 200
    assert [e.name for e in parse(response.content).children if not isinstance(e, str)] == ["form"]
    assert response["hx-trigger"].isascii()
    assert json.loads(response["hx-trigger"]) == {
        "cart:item-added": {
            "ref": variant.product.ref,
            "sku": variant.sku,
            "name": "Vase “Zoë”, Moss",
            "quantity": 2,
            "price": "£49.00",
        }
    }


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(
    ("quantity", "complaint"),
    [
        ("", "Enter how many you would like."),
        ("0", "Enter at least 1."),
        ("-1", "Enter at least 1."),
        ("11", "Enter at most 10; write to us for larger orders."),
        ("two", "Enter how many you would like as a whole number."),
        ("1e9", "Enter how many you would like as a whole number."),
        ("9" * 400, "Enter at most 10; write to us for larger orders."),
        ("7", "Only 5 left; enter at most that."),
    ],
)
def test_a_quantity_that_cannot_be_is_explained_and_kept(
    client: Client, variant: Variant, quantity: str, complaint: str, htmx: bool
) -> None:
    Variant.objects.filter(pk=variant.pk).update(stock=5)
    response = post(client, htmx=htmx, sku=variant.sku, quantity=quantity)
    assert response.status_code == 422
    assert "hx-trigger" not in response
    html = parse(response.content)
    assert html.one("div", "error-summary").text == complaint
    (field,) = [i for i in html.all("input") if i.attributes["name"] == "quantity"]
    assert field.attributes["value"] == quantity


@pytest.mark.parametrize("htmx", [False, True])
def test_what_was_sold_meanwhile_is_explained(client: Client, variant: Variant, htmx: bool) -> None:
    Variant.objects.filter(pk=variant.pk).update(stock=0)
    response = post(client, htmx=htmx, sku=variant.sku, quantity=1)
    assert response.status_code == 422
    assert "the last one has just been sold" in parse(response.content).text


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("sku", ["", "NO-SUCH", "A\x00B", "X" * 200, "<script>"])
def test_an_unknown_article_is_explained(client: Client, sku: str, htmx: bool) -> None:
    response = post(client, htmx=htmx, sku=sku, quantity=1)
    assert response.status_code == 422
    html = parse(response.content)
    assert html.one("h1").text == "This could not be added"
    assert html.one("div", "error-summary").text


@pytest.mark.parametrize("state", [Product.State.DRAFT, Product.State.WITHDRAWN])
def test_what_is_not_in_the_shop_cannot_be_added(
    client: Client, variant: Variant, state: str
) -> None:
    Product.objects.update(state=state)
    assert post(client, sku=variant.sku, quantity=1).status_code == 422


def test_a_variant_that_is_no_longer_offered_cannot_be_added(
    client: Client, variant: Variant
) -> None:
    Variant.objects.update(offered=False)
    assert post(client, sku=variant.sku, quantity=1).status_code == 422


def test_the_action_is_only_posted_to(client: Client) -> None:
    assert client.get(URL).status_code == 405


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"", "application/x-www-form-urlencoded", 422),
        (b"{}", "application/json", 422),
        (b"sku=%FF%FE&quantity=1", "application/x-www-form-urlencoded", 422),
        (b"sku=A&sku=B&quantity=1", "application/x-www-form-urlencoded", 422),
        (b"garbage", "multipart/form-data; boundary=x", 422),
        (b"garbage", "multipart/form-data", 400),
        (b"&".join(b"a%d=1" % n for n in range(2000)), "application/x-www-form-urlencoded", 400),
        (b"sku=" + b"x" * 1_100_000, "application/x-www-form-urlencoded", 400),
    ],
)
def test_a_body_that_is_no_form_is_refused(
    client: Client, body: bytes, content_type: str, status: int
) -> None:
    assert client.post(URL, body, content_type=content_type).status_code == status

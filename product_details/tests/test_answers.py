"""What the product page answers when there is no page: moved, gone, unknown, malformed."""

from typing import Any

import pytest
from django.test import Client

from product_details.models import Product

from .factories import ProductFactory, colours, vase

pytestmark = pytest.mark.django_db
WITHDRAWN = Product.State.WITHDRAWN


def ask(client: Client, **query: Any) -> Any:
    """Ask for a product page."""
    return client.get("/fragments/page/", query)


@pytest.mark.parametrize("slug", ["x", ""])
@pytest.mark.parametrize("ref", ["h9999", "h-1001", "tide-vase", "h" * 120])
def test_an_unknown_product_is_not_found(client: Client, ref: str, slug: str) -> None:
    assert ask(client, ref=ref, slug=slug).status_code == 404


def test_a_draft_is_not_found(client: Client) -> None:
    product = vase(state=Product.State.DRAFT)
    assert ask(client, ref=product.ref, slug=product.slug).status_code == 404


def test_a_withdrawn_product_is_gone(client: Client) -> None:
    product = vase(state=WITHDRAWN)
    assert ask(client, ref=product.ref, slug=product.slug).status_code == 410
    assert ask(client, ref=product.ref).status_code == 410


def test_a_withdrawn_product_leads_to_its_successor(client: Client) -> None:
    new = vase(slug="new")
    product = vase(state=WITHDRAWN, successor=new)
    response = ask(client, ref=product.ref, slug="whatever")
    assert (response.status_code, response["location"]) == (301, f"/products/{new.ref}/new/")


def test_successors_are_followed_to_the_one_that_is_in_the_shop(client: Client) -> None:
    last = vase(slug="last")
    between = vase(state=WITHDRAWN, successor=last)
    product = vase(state=WITHDRAWN, successor=between)
    assert ask(client, ref=product.ref, slug="x")["location"] == f"/products/{last.ref}/last/"


def test_successors_in_a_circle_lead_nowhere(client: Client) -> None:
    one = vase(state=WITHDRAWN)
    other = vase(state=WITHDRAWN, successor=one)
    Product.objects.filter(pk=one.pk).update(successor=other)
    assert ask(client, ref=one.ref, slug=one.slug).status_code == 410


def test_a_successor_that_is_only_a_draft_leads_nowhere(client: Client) -> None:
    draft = ProductFactory.create(state=Product.State.DRAFT)
    product = vase(state=WITHDRAWN, successor=draft)
    assert ask(client, ref=product.ref, slug=product.slug).status_code == 410


@pytest.mark.parametrize("query", [{"slug": "tied-vaze"}, {"slug": ""}, {}])
def test_another_slug_or_none_leads_to_the_right_address(
    client: Client, query: dict[str, str]
) -> None:
    product = vase(slug="tide-vase")
    response = ask(client, ref=product.ref, **query)
    assert (response.status_code, response["location"]) == (
        301,
        f"/products/{product.ref}/tide-vase/",
    )


def test_another_slug_keeps_the_chosen_variant(client: Client) -> None:
    product = vase(slug="tide-vase")
    colours(product, "Moss")
    response = ask(client, ref=product.ref, slug="old", variant="moss")
    assert response["location"] == f"/products/{product.ref}/tide-vase/moss/"


def test_an_unknown_variant_is_not_found(client: Client) -> None:
    product = vase()
    assert ask(client, ref=product.ref, slug=product.slug, variant="no").status_code == 404


def test_a_variant_that_is_no_longer_offered_leads_to_the_product_for_now(client: Client) -> None:
    product = vase()
    colours(product, "Moss")
    product.variants.filter(first_value="Moss").update(offered=False)
    response = ask(client, ref=product.ref, slug=product.slug, variant="moss")
    assert (response.status_code, response["location"]) == (
        302,
        f"/products/{product.ref}/{product.slug}/",
    )


def test_a_renamed_colour_keeps_its_address(client: Client) -> None:
    product = vase()
    (variant,) = colours(product, "Moss")
    variant.first_value = "Forest"
    variant.save()
    assert ask(client, ref=product.ref, slug=product.slug, variant="moss").status_code == 200


@pytest.mark.parametrize("state", list(Product.State))
def test_answers_carry_the_tag_that_a_change_of_the_product_purges(
    client: Client, state: str
) -> None:
    product = vase(state=state)
    response = ask(client, ref=product.ref, slug=product.slug)
    assert f"product:{product.ref}" in response["surrogate-key"].split()


@pytest.mark.parametrize(
    "query",
    [
        "",
        "ref=H1001&slug=x",
        "ref=h1001%00&slug=x",
        "ref=h1001&slug=x%0Ay",
        "ref=h1001&slug=../x",
        "ref=h1001&ref=h1002&slug=x",
        "ref=h1001&slug=x&colour=red",
        "ref=h1001&slug=x&variant=a%2Fb",
        f"ref={'h' * 121}&slug=x",
        f"ref=h1001&slug={'x' * 201}",
        "ref=%FF&slug=x",
    ],
)
def test_malformed_parameters_are_refused_with_a_sentence(client: Client, query: str) -> None:
    response = client.get(f"/fragments/page/?{query}")
    assert response.status_code == 400
    assert response["content-type"].startswith("text/plain")
    assert response.content


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_fragments_are_only_read(client: Client, method: str) -> None:
    assert getattr(client, method)("/fragments/page/?ref=h1001&slug=x").status_code == 405


def test_nobody_is_sent_on_twice_to_what_is_offered_no_more(client: Client) -> None:
    product = vase(slug="tide-vase")
    colours(product, "Moss")
    product.variants.filter(first_value="Moss").update(offered=False)
    response = ask(client, ref=product.ref, slug="old", variant="moss")
    assert (response.status_code, response["location"]) == (
        302,
        f"/products/{product.ref}/tide-vase/",
    )


@pytest.mark.parametrize(("choice", "status"), [("LEAD", 302), ("GONE", 410)])
def test_nobody_is_sent_on_twice_by_a_successor_that_is_sold_out(
    client: Client, choice: str, status: int
) -> None:
    new = vase(when_sold_out=Product.SoldOut[choice])
    new.variants.update(stock=0)
    product = vase(state=WITHDRAWN, successor=new)
    response = ask(client, ref=product.ref, slug=product.slug)
    assert response.status_code == status
    if status == 302:
        assert response["location"] == f"/categories/{new.category.path}/"

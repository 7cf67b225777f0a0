"""The editors' lists: finding, correcting in place, and changing many at once."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from product_details.models import Product, Variant

from .conftest import Purges
from .factories import PhotographFactory, ProductFactory, colours, vase

pytestmark = pytest.mark.django_db


def test_strangers_are_sent_to_the_login(client: Client) -> None:
    response = client.get(reverse("admin:product_details_product_changelist"))
    assert response.status_code == 302
    assert "/admin/login/" in response["location"]


def test_editors_do_not_see_accounts(editor: Client) -> None:
    assert editor.get(reverse("admin:auth_user_changelist")).status_code == 403


def test_whoever_may_manage_accounts_can(client: Client) -> None:
    client.force_login(User.objects.create_superuser("root"))
    for name in ("user", "group"):
        assert client.get(reverse(f"admin:auth_{name}_changelist")).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_stock_is_corrected_in_the_list_and_purged_at_once(editor: Client, purges: Purges) -> None:
    product = vase(ref="h1")
    first, second = colours(product, "Moss", "Ink")
    product.variants.exclude(pk__in=[first.pk, second.pk]).delete()
    before = len(purges.messages)
    data = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "_save": "Save"}
    for n, variant in enumerate((first, second)):
        data |= {f"form-{n}-id": str(variant.pk), f"form-{n}-offered": "on", f"form-{n}-stock": "7"}
    response = editor.post(reverse("admin:product_details_variant_changelist"), data)
    assert response.status_code == 302
    assert set(Variant.objects.values_list("stock", flat=True)) == {7}
    assert purges.messages[before:] == [
        {"product:h1", "category:", f"category:{product.category.path}"}
    ]


@pytest.mark.parametrize(
    ("level", "shown"), [("out", {0}), ("few", {1, 5}), ("plenty", {6}), ("", {0, 1, 5, 6})]
)
def test_stock_is_found_by_its_level(editor: Client, level: str, shown: set[int]) -> None:
    for stock in (0, 1, 5, 6):
        vase().variants.update(stock=stock)
    response = editor.get(reverse("admin:product_details_variant_changelist"), {"level": level})
    assert {variant.stock for variant in response.context["cl"].queryset} == shown


def test_variants_come_and_go_only_with_their_product(editor: Client) -> None:
    variant = vase().variants.get()
    assert editor.get(reverse("admin:product_details_variant_add")).status_code == 403
    url = reverse("admin:product_details_variant_delete", args=[variant.pk])
    assert editor.post(url, {"post": "yes"}).status_code == 403


def run(editor: Client, action: str, *products: Product) -> Any:
    """Carry out an action on ticked products."""
    data = {"action": action, "_selected_action": [str(p.pk) for p in products]}
    url = reverse("admin:product_details_product_changelist")
    return editor.post(url, data, follow=True)


def test_ticked_products_are_published_and_the_others_named(editor: Client) -> None:
    ready = vase(state=Product.State.DRAFT)
    empty = ProductFactory.create(state=Product.State.DRAFT, name="Empty one")
    response = run(editor, "publish", ready, empty)
    assert [str(message) for message in response.context["messages"]] == [
        "Published: 1.",
        "Not published, because no variant is on offer: Empty one.",
    ]
    ready.refresh_from_db()
    assert ready.state == Product.State.PUBLISHED


def test_ticked_products_are_withdrawn(editor: Client) -> None:
    product = vase()
    run(editor, "withdraw", product)
    product.refresh_from_db()
    assert product.state == Product.State.WITHDRAWN


def test_who_may_only_look_cannot_publish(client: Client) -> None:
    user = User.objects.create_user("looker", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_product"))
    client.force_login(user)
    product = vase(state=Product.State.DRAFT)
    run(client, "publish", product)
    product.refresh_from_db()
    assert product.state == Product.State.DRAFT


@pytest.mark.parametrize(
    ("query", "found"), [("tide", True), ("h77", True), ("SKU-77", True), ("nothing", False)]
)
def test_products_are_found_by_name_reference_and_article(
    editor: Client, query: str, found: bool
) -> None:
    product = vase(ref="h77", name="Tide Vase")
    product.variants.update(sku="SKU-77")
    response = editor.get(reverse("admin:product_details_product_changelist"), {"q": query})
    assert list(response.context["cl"].queryset) == [product] * found


def test_only_what_shoppers_see_has_a_link_to_the_shop(editor: Client) -> None:
    product = vase(ref="h1", slug="tide")
    url = b"https://shop.test/products/h1/tide/"
    page = reverse("admin:product_details_product_change", args=[product.pk])
    assert url in editor.get(page).content
    assert url in editor.get(reverse("admin:product_details_product_changelist")).content
    product.state = Product.State.DRAFT
    product.save()
    assert url not in editor.get(page).content


def test_the_list_of_products_shows_a_small_picture_and_few_queries(
    editor: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(12):
        PhotographFactory.create(product=vase(), image="products/front.jpg")
    with django_assert_max_num_queries(14):
        page = editor.get(reverse("admin:product_details_product_changelist"))
    assert page.content.count(b"products/front/400.webp") == 12

"""What editors do, through the admin's own forms."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from product_details.models import Photograph, Product, Variant

from .conftest import Purges
from .factories import PhotographFactory, ProductFactory, colours, picture_file, tree, vase

pytestmark = pytest.mark.django_db
NO_PHOTOGRAPHS = {"photographs-TOTAL_FORMS": "0", "photographs-INITIAL_FORMS": "0"}


def variant_row(number: int, **fields: Any) -> dict[str, Any]:
    """What the browser sends for one variant."""
    row = {"sku": f"H1-0{number}", "price_minor": "49.00", "currency": "GBP", "stock": "3"}
    row |= {"offered": "on", "position": "0", **fields}
    return {f"variants-{number}-{name}": value for name, value in row.items()}


def form(product: Product, *rows: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """What the browser sends for a product."""
    data = {
        "name": product.name,
        "slug": product.slug,
        "ref": product.ref,
        "category": product.category_id,
        "summary": product.summary,
        "state": product.state,
        "delivery": product.delivery,
        "first_option": product.first_option,
        "variants-TOTAL_FORMS": str(len(rows)),
        "variants-INITIAL_FORMS": str(sum(key.endswith("-id") for row in rows for key in row)),
        **NO_PHOTOGRAPHS,
        **fields,
    }
    for row in rows:
        data |= row
    return data


def save(editor: Client, product: Product, data: dict[str, Any]) -> Any:
    """Press “save” on the page of a product."""
    return editor.post(reverse("admin:product_details_product_change", args=[product.pk]), data)


def errors(response: Any) -> str:
    """Every complaint on the page."""
    assert response.status_code == 200, "the form was accepted"
    return " ".join(str(e) for e in [response.context["errors"], *response.context["errors"].data])


@pytest.mark.parametrize("model", ["product", "category", "variant"])
def test_every_list_and_every_form_opens(editor: Client, model: str) -> None:
    product = vase(successor=None)
    PhotographFactory.create(product=product)
    assert editor.get(reverse(f"admin:product_details_{model}_changelist")).status_code == 200
    pk = {"product": product.pk, "category": product.category_id}.get(model)
    pk = pk or product.variants.get().pk
    url = reverse(f"admin:product_details_{model}_change", args=[pk])
    assert editor.get(url).status_code == 200


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


def test_a_new_product_is_made_with_its_variants_and_photographs(editor: Client) -> None:
    (lamps,) = tree("lamps")
    product = Product(ref="h1", name="Lamp", category=lamps, summary="A lamp.", state="published")
    product.first_option = "Colour"
    data = form(
        product,
        variant_row(0, first_value="Moss", price_minor="19.5", was_minor="25"),
        variant_row(1, first_value="Ink"),
        description="<p>Nice</p><script>no</script>",
        **{
            "photographs-TOTAL_FORMS": "1",
            "photographs-0-image": picture_file(),
            "photographs-0-alt": "A lamp in moss",
            "photographs-0-only_for": "Moss",
            "photographs-0-position": "1",
        },
    )
    response = editor.post(reverse("admin:product_details_product_add"), data)
    assert response.status_code == 302, errors(response)
    made = Product.objects.get(ref="h1")
    assert (made.slug, made.description) == ("lamp", "<p>Nice</p>")
    assert list(made.variants.values_list("slug", "price_minor", "was_minor")) == [
        ("moss", 1950, 2500),
        ("ink", 4900, None),
    ]
    assert default_storage.exists(made.photographs.get().name)


def test_prices_are_shown_as_they_are_typed_and_unchanged_ones_stay(editor: Client) -> None:
    product = vase(ref="h1")
    variant = product.variants.get()
    page = editor.get(reverse("admin:product_details_product_change", args=[product.pk]))
    assert b'value="49.00"' in page.content
    row = variant_row(0, id=variant.pk, sku=variant.sku, price_minor="49.00")
    formset = save(editor, product, form(product, row | {"variants-0-price_minor": "x"}))
    assert "Enter a number" in errors(formset)
    assert save(editor, product, form(product, row)).status_code == 302
    variant.refresh_from_db()
    assert variant.price_minor == 4900


@pytest.mark.parametrize(
    ("rows", "fields", "message"),
    [
        ([], {}, "A published product needs a variant on offer"),
        ([variant_row(0, offered="")], {}, "A published product needs a variant on offer"),
        ([variant_row(0, price_minor="0")], {}, "greater than or equal to 0.01"),
        ([variant_row(0, price_minor="1.005")], {}, "no more than 2 decimal places"),
        ([variant_row(0, was_minor="49.00")], {}, "The former price must be higher"),
        ([variant_row(0, sku="h 1")], {}, "capitals, digits and hyphens"),
        (
            [variant_row(0, first_value="Moss")],
            {"first_option": ""},
            "“Moss” needs a name, such as “Colour”",
        ),
        ([variant_row(0)], {"first_option": "Colour"}, "H1-00: enter its colour."),
        (
            [variant_row(0, first_value="A"), variant_row(1, first_value="B", currency="EUR")],
            {"first_option": "Colour"},
            "in the same currency",
        ),
        (
            [variant_row(0, first_value="A"), variant_row(1, first_value="A")],
            {"first_option": "Colour"},
            "duplicate",
        ),
        ([variant_row(0)], {"highlights": "x\n" * 9}, "at most 8 highlights"),
        ([variant_row(0)], {"state": "withdrawn", "successor": "self"}, "its own successor"),
    ],
)
def test_what_would_confuse_a_shopper_is_refused_with_a_reason(
    editor: Client, rows: list[dict[str, Any]], fields: dict[str, str], message: str
) -> None:
    product = ProductFactory.create(ref="h1")
    fields = {k: str(product.pk) if v == "self" else v for k, v in fields.items()}
    assert message in errors(save(editor, product, form(product, *rows, **fields)))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"alt": ""}, "This field is required"),
        ({"only_for": "Pink"}, "only for “Pink”, which no variant has. Values: Moss."),
        ({"image": picture_file(size=(100, 100))}, "100 × 100 pixels; the shorter side"),
        ({"image": ""}, "This field is required"),
    ],
)
def test_a_poor_photograph_is_refused_with_a_reason(
    editor: Client, fields: dict[str, Any], message: str
) -> None:
    product = ProductFactory.create(ref="h1", first_option="Colour")
    row = {"image": picture_file(), "alt": "A lamp", "only_for": "Moss", "position": "1", **fields}
    data = form(
        product,
        variant_row(0, first_value="Moss"),
        **{"photographs-TOTAL_FORMS": "1"},
        **{f"photographs-0-{name}": value for name, value in row.items()},
    )
    assert message in errors(save(editor, product, data))


def test_a_reference_never_changes(editor: Client) -> None:
    product = vase(ref="h1")
    data = form(product, variant_row(0, id=product.variants.get().pk), ref="h2")
    assert save(editor, product, data).status_code == 302
    product.refresh_from_db()
    assert product.ref == "h1"


@pytest.mark.django_db(transaction=True)
def test_saving_the_page_of_a_product_purges_once(editor: Client, purges: Purges) -> None:
    product = vase(ref="h1")
    row = variant_row(0, id=product.variants.get().pk, stock="0")
    before = len(purges.messages)
    assert save(editor, product, form(product, row)).status_code == 302
    (message,) = purges.messages[before:]
    assert message == {"product:h1", "category:", f"category:{product.category.path}"}


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
    with django_assert_max_num_queries(12):
        page = editor.get(reverse("admin:product_details_product_changelist"))
    assert page.content.count(b"products/front/400.webp") == 12


def test_deleting_a_photograph_in_the_form_deletes_its_files(editor: Client) -> None:
    product = vase(ref="h1")
    photograph = Photograph(product=product, alt="A vase", image=picture_file())
    photograph.save()
    data = form(
        product,
        variant_row(0, id=product.variants.get().pk),
        **{"photographs-TOTAL_FORMS": "1", "photographs-INITIAL_FORMS": "1"},
        **{"photographs-0-id": photograph.pk, "photographs-0-DELETE": "on"},
        **{"photographs-0-alt": "A vase", "photographs-0-position": "0"},
    )
    assert save(editor, product, data).status_code == 302
    assert not product.photographs.exists()


def test_a_category_in_use_cannot_be_deleted(editor: Client) -> None:
    product = vase()
    url = reverse("admin:product_details_category_delete", args=[product.category_id])
    page = editor.post(url, {"post": "yes"})
    assert page.status_code == 200
    assert "protected" in page.content.decode()


def test_the_tree_explains_what_it_cannot_do(editor: Client) -> None:
    *_, small = tree("lamps", "lamps/table", "lamps/table/small")
    data = {"parent": small.pk, "name": "Tiny", "slug": "tiny", "position": "0"}
    response = editor.post(reverse("admin:product_details_category_add"), data)
    assert "at most 3 levels" in errors(response)

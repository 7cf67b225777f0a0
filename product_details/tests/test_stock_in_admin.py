"""What editors do about stock and stores while other services reserve."""

from typing import Any

import pytest
from django.test import Client

from product_details import stock
from product_details.demo.stores import seed_stores
from product_details.models import Reservation, Store, Variant

from .factories import in_stock, vase

pytestmark = pytest.mark.django_db


def _form(editor: Client, path: str, **changed: str) -> Any:
    """Fill the form of a page of the admin as it is, but for some fields, and send it later."""
    page = editor.get(path)
    data: dict[str, Any] = {}
    forms = [page.context["adminform"].form] if "adminform" in page.context else []
    for formset in page.context.get("inline_admin_formsets") or ():
        forms += [formset.formset.management_form, *formset.formset.forms]
    if cl := page.context.get("cl"):
        forms += [cl.formset.management_form, *cl.formset.forms]
    for form in forms:
        for field in form:
            value = field.value()
            if value is not None and value is not False:
                data[field.html_name] = value
            if field.field.show_hidden_initial:
                assert field.html_initial_name in page.content.decode()
                data[field.html_initial_name] = value
    return data | changed


@pytest.mark.parametrize("where", ["product", "stock"])
def test_an_editor_who_saves_something_else_takes_no_stock_back(editor: Client, where: str) -> None:
    product = vase(ref="h1")
    if where == "product":
        path = f"/admin/product_details/product/{product.pk}/change/"
        data = _form(editor, path, **{"variants-0-price_minor": "51.00"})
    else:
        path = "/admin/product_details/variant/"
        data = _form(editor, path, **{"form-0-offered": "", "_save": "Save"})
    stock.reserve("order", [stock.Wanted("H1-01", 4, 4900)])
    answer = editor.post(path, data)
    assert answer.status_code == 302, answer.context["errors"]
    variant = Variant.objects.get(sku="H1-01")
    assert (variant.stock, variant.price_minor, variant.offered) in [
        (6, 5100, True),
        (6, 4900, False),
    ]


@pytest.mark.parametrize("where", ["product", "stock"])
def test_an_editor_who_corrects_a_stock_that_was_sold_meanwhile_is_told(
    editor: Client, where: str
) -> None:
    product = vase(ref="h1")
    path, field = {
        "product": (f"/admin/product_details/product/{product.pk}/change/", "variants-0-stock"),
        "stock": ("/admin/product_details/variant/", "form-0-stock"),
    }[where]
    data = _form(editor, path, **{field: "12", "_save": "Save"})
    stock.reserve("order", [stock.Wanted("H1-01", 4, 4900)])
    assert "the stock has become 6" in editor.post(path, data).content.decode()
    assert in_stock("H1-01") == 6
    again = _form(editor, path, **{field: "12", "_save": "Save"})
    assert editor.post(path, again).status_code == 302
    assert in_stock("H1-01") == 12


def test_an_editor_gives_back_what_an_order_left_behind(editor: Client) -> None:
    vase(ref="h1")
    stock.reserve("order", [stock.Wanted("H1-01", 4, 4900)])
    path = "/admin/product_details/reservation/"
    found = Reservation.objects.get()
    assert "order" in editor.get(path).content.decode()
    assert editor.get(f"{path}{found.pk}/change/").status_code == 200
    editor.post(path, {"action": "give_back", "_selected_action": [found.pk]})
    assert in_stock("H1-01") == 10


def test_an_editor_keeps_a_store(editor: Client) -> None:
    seed_stores()
    store = Store.objects.get(ref="bristol")
    path = f"/admin/product_details/store/{store.pk}/change/"
    assert "Mon–Fri 10:00–18:00" in editor.get("/admin/product_details/store/").content.decode()
    data = _form(editor, path, name="The Shed", latitude="51.1", longitude="")
    assert "neither" in editor.post(path, data).content.decode()
    answer = editor.post(path, data | {"longitude": "-2.5"})
    assert answer.status_code == 302
    store.refresh_from_db()
    assert (store.name, store.ref) == ("The Shed", "bristol")

"""Orders: for their shoppers, for other services, and for the shop's staff."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from fragment_contract.testing import parse

from cart.models import Order

from .conftest import Shopper
from .fake_catalogue import TOKEN, FakeCatalogue

pytestmark = pytest.mark.django_db
State = Order.State


@pytest.fixture
def order(ada: Shopper, shops: FakeCatalogue) -> Order:
    """Two vases, ordered by Ada."""
    shops.sell("A", name="Tide Vase", price=2450)
    return ada.buy("A", 2)


def test_only_its_shopper_sees_an_order(ada: Shopper, order: Order) -> None:
    assert ada.get("order", number=order.number).status_code == 200
    assert Shopper("anon:bob").get("order", number=order.number).status_code == 404
    assert Shopper("user:1").get("order", number=order.number).status_code == 404
    assert Client().get("/fragments/order/", {"number": order.number}).status_code == 404


@pytest.mark.parametrize("number", ["", "1", "AAAA-BBBB-CCCC", "../../etc", "<script>", "A" * 400])
def test_a_number_that_is_none_leads_nowhere(ada: Shopper, number: str) -> None:
    assert ada.get("order", number=number).status_code in (400, 404)


def test_no_order_is_kept_by_a_cache(ada: Shopper, order: Order) -> None:
    for answer in (ada.get("order", number=order.number), ada.get("orders")):
        assert answer["cache-control"] == "no-store"


def test_an_order_does_not_follow_the_catalogue(
    ada: Shopper, order: Order, shops: FakeCatalogue
) -> None:
    shops.articles["A"].price, shops.articles["A"].name = 9900, "Another Vase"
    text = ada.see("order", number=order.number).text
    assert "Tide Vase" in text and "£53.50" in text


def test_the_account_lists_orders_newest_first(
    ada: Shopper, order: Order, shops: FakeCatalogue
) -> None:
    shops.sell("B", name="Oak Bowl")
    second = ada.buy("B")
    html = ada.see("orders")
    assert [h.text for h in html.all("h2")] == [second.number, order.number]
    assert "2 things" in html.text and "Being packed" in html.text


def test_who_has_ordered_nothing_is_told_so(ada: Shopper) -> None:
    assert "You have not ordered anything yet." in ada.see("orders").text


def test_an_order_that_did_not_come_about_is_not_listed(ada: Shopper, shops: FakeCatalogue) -> None:
    shops.sell("A")
    ada.add("A")
    ada.order(payment="demo-declined")
    number = Order.objects.get().number
    assert ada.see("orders").all("h2") == []
    assert ada.get("order", number=number).status_code == 404


# -- other services ---------------------------------------------------------------------------


def ask(subject: str, ref: str, token: str = TOKEN) -> Any:
    headers = {"authorization": f"Bearer {token}"}
    query = {"subject": subject, "ref": ref}
    return Client().get("/api/purchases", query, headers=headers)


def test_a_service_is_told_who_has_bought_what(ada: Shopper, order: Order) -> None:
    assert ask("anon:ada", "h1001").json() == {"bought": True}
    assert ask("anon:ada", "h1002").json() == {"bought": False}
    assert ask("anon:bob", "h1001").json() == {"bought": False}
    assert ask("anon:ada", "h1001")["cache-control"] == "no-store"


@pytest.mark.parametrize("state", [State.PLACING, State.RESERVED, State.CANCELLED])
def test_what_was_not_bought_in_the_end_is_no_purchase(order: Order, state: str) -> None:
    placed = order.placed_at if state == State.CANCELLED else None
    Order.objects.update(state=state, placed_at=placed)
    assert ask("anon:ada", "h1001").json() == {"bought": False}


@pytest.mark.parametrize("token", ["", "wrong", TOKEN[:-1], f"{TOKEN}x"])
def test_nobody_else_is_told(order: Order, token: str) -> None:
    answer = ask("anon:ada", "h1001", token)
    assert (answer.status_code, answer["www-authenticate"]) == (401, "Bearer")
    assert "bought" not in answer.json()


def test_without_a_token_of_its_own_the_service_tells_nobody(order: Order, settings: Any) -> None:
    settings.SERVICE_TOKEN = ""
    assert ask("anon:ada", "h1001", "").status_code == 401


@pytest.mark.parametrize(
    ("subject", "ref"),
    [("", "h1"), ("a b", "h1"), ("u" * 65, "h1"), ("user:1", ""), ("user:1", "H-1")],
)
def test_a_question_that_makes_no_sense_is_refused(subject: str, ref: str) -> None:
    answer = ask(subject, ref)
    assert answer.status_code == 400
    assert "must match" in answer.json()["error"]


def test_purchases_are_only_read() -> None:
    assert Client().post("/api/purchases").status_code == 405


# -- the shop's staff -------------------------------------------------------------------------


@pytest.fixture
def clerk(client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    """The demonstration's clerk."""
    monkeypatch.setenv("DEMO_PASSWORD", "a good password")
    for _ in range(2):
        call_command("seed_demo")
    client.force_login(User.objects.get(username="clerk"))
    return client


def act(clerk: Client, action: str, order: Order) -> Any:
    data = {"action": action, "_selected_action": [order.pk]}
    return clerk.post("/admin/cart/order/", data, follow=True)


def test_the_clerk_reads_orders_and_changes_none_of_what_was_agreed(
    clerk: Client, order: Order
) -> None:
    listed = clerk.get("/admin/cart/order/")
    assert order.number in listed.content.decode()
    url = f"/admin/cart/order/{order.pk}/change/"
    html = parse(clerk.get(url).content)
    assert "£53.50" in html.text and "Tide Vase" in html.text
    clerk.post(url, {"total_minor": "1", "state": "sent", "name": "Eve"})
    order.refresh_from_db()
    assert (order.total_minor, order.name, order.state) == (5350, "Ada Lovelace", State.PLACED)


@pytest.mark.parametrize(
    "query", ["q=tide", "q=%00", "q=<script>", "state__exact=placed", "o=1.-2", "created_at_from=x"]
)
def test_the_list_answers_whatever_is_asked(clerk: Client, order: Order, query: str) -> None:
    answer = clerk.get(f"/admin/cart/order/?{query}", follow=True)
    assert answer.status_code == 200
    assert b"<script>alert" not in answer.content


def test_fields_of_the_desk_have_room(clerk: Client, order: Order) -> None:
    page = clerk.get(f"/admin/cart/order/{order.pk}/change/")
    rows = [row for fields in page.context["adminform"] for row in fields]
    assert max(len(list(row)) for row in rows) == 2, "three would run into each other"
    assert "cart/desk.css" in page.content.decode()


def test_orders_are_neither_added_nor_deleted_by_hand(clerk: Client, order: Order) -> None:
    assert clerk.get("/admin/cart/order/add/").status_code == 403
    assert clerk.post(f"/admin/cart/order/{order.pk}/delete/").status_code == 403


def test_a_sent_order_says_so_to_its_shopper(clerk: Client, ada: Shopper, order: Order) -> None:
    answer = act(clerk, "mark_sent", order)
    told = answer.content.decode()
    assert "1 marked as sent" in told and "left unchanged" not in told
    assert "On its way, or with you" in ada.see("order", number=order.number).text


def test_a_cancelled_order_gives_its_stock_back_once(
    clerk: Client, ada: Shopper, order: Order, shops: FakeCatalogue
) -> None:
    assert shops.articles["A"].stock == 8
    assert "1 cancelled" in act(clerk, "cancel_orders", order).content.decode()
    again = act(clerk, "cancel_orders", order).content.decode()
    assert "1 left unchanged" in again and "0 cancelled" not in again
    assert shops.articles["A"].stock == 10
    assert "Cancelled" in ada.see("order", number=order.number).text


def test_a_sent_order_is_not_cancelled(clerk: Client, order: Order) -> None:
    act(clerk, "mark_sent", order)
    act(clerk, "cancel_orders", order)
    order.refresh_from_db()
    assert order.state == State.SENT


def test_stock_is_given_back_later_where_the_catalogue_is_away(
    clerk: Client, order: Order, shops: FakeCatalogue
) -> None:
    shops.broken["/api/"] = (503, b"")
    answer = act(clerk, "cancel_orders", order)
    assert "as soon as the catalogue and the payment provider answer" in answer.content.decode()
    del shops.broken["/api/"]
    Order.objects.update(created_at=timezone.now() - timedelta(hours=1))
    call_command("settle_orders")
    order.refresh_from_db()
    assert order.state == State.CANCELLED
    assert shops.articles["A"].stock == 10


def test_nobody_without_a_right_sees_orders(client: Client, order: Order) -> None:
    assert client.get("/admin/cart/order/").status_code == 302
    client.force_login(User.objects.create_user("eve", is_staff=True))
    assert client.get("/admin/cart/order/").status_code == 403
    assert act(client, "cancel_orders", order).status_code == 403

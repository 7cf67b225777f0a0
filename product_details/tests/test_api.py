"""The JSON API: who may ask, what is answered, and what is refused."""

import json
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from product_details.demo.stores import seed_stores
from product_details.models import Phrase, ProductTranslation, Reservation, Store, Variant

from .conftest import Purges
from .factories import PhotographFactory, ProductFactory, VariantFactory, in_stock, tree, vase

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(client: Client, settings: LazySettings) -> Client:
    """Another service, which knows the token."""
    settings.SERVICE_TOKEN = "only for services"
    client.defaults["HTTP_AUTHORIZATION"] = "Bearer only for services"
    return client


def put(service: Client, key: str, *items: Any, **body: Any) -> Any:
    """Reserve items, or send another body."""
    wanted = [dict(zip(("sku", "quantity", "price_minor"), item, strict=True)) for item in items]
    data = body or {"items": wanted}
    return service.put(f"/api/reservations/{key}", json.dumps(data), "application/json")


@pytest.mark.parametrize("path", ["offers?sku=A", "reservations/a", "stores"])
@pytest.mark.parametrize("header", [None, "Bearer", "Bearer wrong", "Basic only for services"])
def test_nobody_without_the_token_comes_in(service: Client, path: str, header: str | None) -> None:
    del service.defaults["HTTP_AUTHORIZATION"]
    headers = {"authorization": header} if header else {}
    for method in ("get", "put", "delete", "post"):
        assert getattr(service, method)(f"/api/{path}", headers=headers).status_code == 401


def test_without_a_token_of_its_own_the_service_lets_nobody_in(
    client: Client, settings: LazySettings
) -> None:
    settings.SERVICE_TOKEN = ""
    for header in ("Bearer ", "Bearer", "Bearer x"):
        answer = client.get("/api/stores", headers={"authorization": header})
        assert answer.status_code == 401


def test_offers_tell_all_that_a_cart_shows(service: Client) -> None:
    product = ProductFactory.create(ref="h7", name="Tide", slug="tide")
    VariantFactory.create(product=product, sku="T-1", first_value="Moss", stock=3)
    PhotographFactory.create(product=product, alt="General", position=1)
    PhotographFactory.create(product=product, alt="Own", only_for="Moss", position=2)
    own = product.photographs.get(alt="Own")
    answer = service.get("/api/offers?sku=T-1&sku=NONE&sku=T-1")
    assert answer["cache-control"] == "no-store"
    assert answer.json() == {
        "offers": [
            {
                "sku": "T-1",
                "ref": "h7",
                "name": "Tide",
                "label": "Moss",
                "path": "/products/h7/tide/moss/",
                "image": {"src": own.picture.smallest, "width": 1600, "height": 1200},
                "price": {"minor": 4900, "currency": "GBP"},
                "stock": 3,
                "offered": True,
                "delivery": "parcel",
            }
        ],
        "unknown": ["NONE"],
    }


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_what_cannot_be_bought_is_not_offered(service: Client, state: str) -> None:
    vase(ref="h1", state=state)
    vase(ref="h2").variants.update(offered=False)
    offers = service.get("/api/offers?sku=H1-01&sku=H2-01").json()["offers"]
    assert [offer["offered"] for offer in offers] == [False, False]
    assert [offer["image"] for offer in offers] == [None, None]


@pytest.mark.parametrize("query", ["", "sku=", "sku=a%00b", f"sku={'A' * 33}", "sku=%F0%28"])
def test_offers_of_impossible_skus_are_refused(service: Client, query: str) -> None:
    answer = service.get(f"/api/offers?{query}")
    assert answer.status_code in (200, 400)
    if answer.status_code == 200:  # a replacement character is printable, and nobody's SKU
        assert answer.json()["offers"] == []


def test_a_hundred_offers_are_three_queries_and_more_are_refused(
    service: Client, django_assert_num_queries: Any
) -> None:
    skus = [f"S-{n}" for n in range(101)]
    for sku in skus[:20]:
        VariantFactory.create(sku=sku)
    with django_assert_num_queries(2):
        answer = service.get("/api/offers", {"sku": skus[:100]})
    assert (len(answer.json()["offers"]), len(answer.json()["unknown"])) == (20, 80)
    assert service.get("/api/offers", {"sku": skus}).status_code == 400


def test_a_reservation_takes_stock_once_and_gives_it_back_once(service: Client) -> None:
    VariantFactory.create(sku="A", stock=5)
    first = put(service, "order-1", ("A", 2, 4900))
    again = put(service, "order-1", ("A", 2, 4900))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json()["items"] == [
        {"sku": "A", "quantity": 2, "price": {"minor": 4900, "currency": "GBP"}}
    ]
    assert in_stock("A") == 3
    for _ in range(2):
        assert service.delete("/api/reservations/order-1").status_code == 204
        assert in_stock("A") == 5


def test_the_order_of_items_does_not_matter(service: Client) -> None:
    VariantFactory.create(sku="A")
    VariantFactory.create(sku="B")
    assert put(service, "k", ("B", 1, 4900), ("A", 1, 4900)).status_code == 201
    assert put(service, "k", ("A", 1, 4900), ("B", 1, 4900)).status_code == 200


def test_a_key_stands_for_the_same_items_for_ever(service: Client) -> None:
    VariantFactory.create(sku="A")
    put(service, "k", ("A", 1, 4900))
    assert put(service, "k", ("A", 2, 4900)).status_code == 422
    service.delete("/api/reservations/k")
    assert put(service, "k", ("A", 1, 4900)).status_code == 410
    assert in_stock("A") == 10


def test_a_release_that_overtakes_its_reservation_wins(service: Client) -> None:
    VariantFactory.create(sku="A")
    assert service.delete("/api/reservations/late").status_code == 204
    assert put(service, "late", ("A", 1, 4900)).status_code == 410
    assert in_stock("A") == 10


def test_all_is_reserved_or_nothing_and_every_problem_is_told(service: Client) -> None:
    VariantFactory.create(sku="GOOD", stock=9)
    VariantFactory.create(sku="SHORT", stock=1)
    VariantFactory.create(sku="DEAR", price_minor=5000)
    VariantFactory.create(sku="OFF", offered=False)
    wanted = [("GOOD", 1), ("SHORT", 2), ("DEAR", 1), ("OFF", 1), ("NONE", 1)]
    answer = put(service, "k", *((sku, number, 4900) for sku, number in wanted))
    price = {"minor": 4900, "currency": "GBP"}
    assert answer.status_code == 409
    assert answer.json()["problems"] == [
        {"sku": "DEAR", "stock": 10, "price": {"minor": 5000, "currency": "GBP"}},
        {"sku": "NONE", "stock": 0, "price": None},
        {"sku": "OFF", "stock": 0, "price": price},
        {"sku": "SHORT", "stock": 1, "price": price},
    ]
    assert in_stock("GOOD") == 9
    assert not Reservation.objects.exists()
    VariantFactory.create(sku="NEW")
    assert put(service, "k", ("NEW", 1, 4900)).status_code == 201


def test_what_was_reserved_and_then_deleted_can_still_be_given_back(service: Client) -> None:
    VariantFactory.create(sku="A")
    VariantFactory.create(sku="B")
    put(service, "k", ("A", 1, 4900), ("B", 1, 4900))
    Variant.objects.filter(sku="A").delete()
    assert service.delete("/api/reservations/k").status_code == 204
    assert in_stock("B") == 10


ITEM: dict[str, Any] = {"sku": "A", "quantity": 1, "price_minor": 4900}
NO_ITEMS: list[Any] = [
    None,
    [],
    {},
    [None],
    [{}],
    [ITEM, ITEM],
    [ITEM | {"more": 1}],
    [ITEM | {"sku": 5}],
    [ITEM | {"sku": "a\0b"}],
    [ITEM | {"sku": "A" * 33}],
    [ITEM | {"quantity": 0}],
    [ITEM | {"quantity": -1}],
    [ITEM | {"quantity": 1.0}],
    [ITEM | {"quantity": "1"}],
    [ITEM | {"quantity": True}],
    [ITEM | {"quantity": 1001}],
    [ITEM | {"price_minor": 10**30}],
    [ITEM | {"price_minor": float("nan")}],
    [ITEM | {"sku": f"A{n}"} for n in range(101)],
]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "null",
        "[]",
        "{}",
        "\xff",
        "[" * 100_000,
        *(json.dumps({"items": items}) for items in NO_ITEMS),
        json.dumps({"items": [ITEM], "note": "x"}),
    ],
)
def test_a_malformed_reservation_is_refused_and_takes_nothing(service: Client, text: str) -> None:
    VariantFactory.create(sku="A")
    answer = service.put("/api/reservations/k", text.encode("latin-1"), "application/json")
    assert answer.status_code in (400, 413)
    assert answer.json()["error"]
    assert in_stock("A") == 10


@pytest.mark.parametrize("key", ["", "a/b", "a b", "ä", "x" * 65])
def test_a_key_that_cannot_be_one_is_not_found(service: Client, key: str) -> None:
    assert put(service, key, ("A", 1, 1)).status_code == 404


def test_other_methods_are_refused_with_those_that_are_legal(service: Client) -> None:
    answer = service.post("/api/reservations/k")
    assert (answer.status_code, answer["allow"]) == (405, "PUT, DELETE")


def test_stores_come_with_their_hours_and_without_the_closed(service: Client) -> None:
    seed_stores()
    Store.objects.filter(ref="margate").update(open=False)
    first, second = service.get("/api/stores").json()["stores"]
    assert first == {
        "ref": "bristol",
        "name": "The Workshop",
        "street": "14 Lower Park Row",
        "postcode": "BS1 5BJ",
        "city": "Bristol",
        "hours": "Mon–Fri 10:00–18:00; Sat 10:00–17:00",
    }
    assert second["hours"] == (
        "Tue–Wed 10:00–18:00; Thu 10:00–18:00, 18:30–20:00; Fri 10:00–18:00; Sat 09:30–17:30"
    )
    assert seed_stores() == 0


@pytest.mark.django_db(transaction=True)
def test_reserving_and_releasing_purge_what_shows_the_stock(
    service: Client, purges: Purges
) -> None:
    _, table = tree("lamps", "lamps/table")
    vase(ref="h1", category=table)
    before = len(purges.messages)
    put(service, "k", ("H1-01", 1, 4900))
    put(service, "k", ("H1-01", 1, 4900))
    put(service, "other", ("H1-01", 99, 4900))
    service.delete("/api/reservations/k")
    service.delete("/api/reservations/k")
    of_lamp = {"product:h1", "category:", "category:lamps", "category:lamps/table"}
    assert purges.messages[before:] == [of_lamp, of_lamp]


def test_names_and_labels_are_in_the_language_that_is_asked_for(service: Client) -> None:
    product = vase()
    ProductTranslation.objects.create(product=product, locale="de", name="Gezeitenvase")
    product.variants.update(sku="A", first_value="Moss", second_value="Large")
    Phrase.objects.create(locale="de", text="Moss", translation="Moosgrün")
    english, german = (
        service.get("/api/offers?sku=A", headers={"accept-language": language}).json()["offers"][0]
        for language in ("en-gb", "de")
    )
    assert (english["name"], english["label"]) == (product.name, "Moss, Large")
    assert (german["name"], german["label"]) == ("Gezeitenvase", "Moosgrün, Large")
    assert german["path"] == english["path"]

"""What the tests of the cart share: a catalogue to ask, and shoppers with tokens."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from fragment_contract.testing import Element, parse
from fragment_contract.testing.identity import as_visitor
from hypothesis import HealthCheck
from hypothesis import settings as of_hypothesis

from cart.catalogue import _connected
from cart.catalogue_client import HttpCatalogue
from cart.models import Line, Order

from .fake_catalogue import TOKEN, FakeCatalogue, serving
from .provider import Provider

# How fast a machine is, or how busy, says nothing about the code.
of_hypothesis.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
of_hypothesis.load_profile("any machine")

ADDRESS = {
    "name": "Ada Lovelace",
    "email": "ada@example.com",
    "method": "delivery",
    "street": "12 St James's Square",
    "city": "London",
    "postcode": "SW1Y 4JH",
    "payment": "demo-card",
}


@pytest.fixture
def shops(settings: LazySettings) -> Iterator[FakeCatalogue]:
    """The catalogue that the service asks, over a real socket."""
    with serving() as fake:
        settings.PRODUCT_DETAILS_URL = fake.url
        yield fake
        connected = _connected(fake.url, TOKEN)
        assert isinstance(connected, HttpCatalogue)
        connected.close()
        _connected.cache_clear()


@dataclass
class Shopper:
    """A visitor of the shop, as the shell passes him on."""

    subject: str = "anon:ada"
    name: str = ""
    former: str = ""
    htmx: bool = False
    locale: str = "en"

    @property
    def headers(self) -> dict[str, str]:
        headers = as_visitor(self.subject, name=self.name, former=self.former)
        mount = {"en": "/", "de": "/de/"}[self.locale]
        headers |= {"podium-locale": self.locale, "podium-mount-pathname": mount}
        return headers | ({"hx-request": "true"} if self.htmx else {})

    def see(self, fragment: str, **parameters: str) -> Element:
        """The HTML of a fragment."""
        answer = self.get(fragment, **parameters)
        assert answer.status_code == 200, answer.content
        return parse(answer.content)

    def get(self, fragment: str, **parameters: str) -> Any:
        return Client().get(f"/fragments/{fragment}/", parameters, headers=self.headers)

    def post(self, action: str, **data: Any) -> Any:
        """``post("page/remove", sku="A")``."""
        fragment, _, name = action.partition("/")
        url = f"/fragments/{fragment}/actions/{name}"
        return Client().post(url, data, headers=self.headers)

    def add(self, sku: str, quantity: int = 1) -> None:
        answer = self.post("add/add", sku=sku, quantity=quantity)
        assert answer.status_code in (200, 303), answer.content.decode()

    def form(self) -> dict[str, str]:
        """The hidden fields of the checkout that he sees."""
        page = self.see("checkout")
        hidden = [i.attributes for i in page.all("input") if i.attributes["type"] == "hidden"]
        return {attributes["name"]: attributes["value"] for attributes in hidden}

    def order(self, form: dict[str, str] | None = None, /, **changes: Any) -> Any:
        """Send a checkout form, a fresh one or the given one."""
        return self.post("checkout/place", **(form or self.form()), **(ADDRESS | changes))

    def buy(self, sku: str, quantity: int = 1, **changes: Any) -> Order:
        """From the product page to thank-you."""
        self.add(sku, quantity)
        answer = self.order(**changes)
        assert answer.status_code == 303, answer.content.decode()
        return Order.objects.get(number=answer["location"].split("/")[2])


def told(answer: Any) -> dict[str, Any]:
    """The events of an answer."""
    events: dict[str, Any] = json.loads(answer["hx-trigger"])
    return events


def quantities() -> dict[str, int]:
    """What is in all carts."""
    return dict(Line.objects.filter(quantity__gt=0).values_list("sku", "quantity"))


@pytest.fixture
def ada(trusted_visitors: None) -> Shopper:
    """An anonymous shopper."""
    return Shopper()


@pytest.fixture
def buying(ada: Shopper, shops: FakeCatalogue) -> Shopper:
    """A shopper with two vases in the cart."""
    shops.sell("A", name="Tide Vase", price=2450)
    ada.add("A", 2)
    return ada


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Provider:
    """The provider that the service asks, with a memory."""
    found = Provider()
    for module in ("cart.fragments.checkout", "cart.management.commands.settle_orders"):
        # By hand: the package's attribute of that name is the fragment.
        monkeypatch.setattr(import_module(module), "payment", lambda: found)
    return found

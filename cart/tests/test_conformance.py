"""The promise of every fragment to every composer, checked by the contract's own suite."""

from collections.abc import Callable

import pytest

from cart.fragments import FRAGMENTS
from cart.fragments.add import add_to_cart
from cart.fragments.orders import order

from .conftest import Shopper
from .fake_catalogue import FakeCatalogue

pytestmark = pytest.mark.django_db


def test_the_form_keeps_the_contract(fragment_conformance: Callable[..., None]) -> None:
    fragment_conformance(add_to_cart, ref="h1001", sku="H1001-01", most=3)


# Not an order: the suite asks without a token where one is not required, and gets none to see.
@pytest.mark.parametrize(
    "fragment", [f for f in FRAGMENTS if f not in (add_to_cart, order)], ids=lambda f: f.short_name
)
def test_what_is_personal_keeps_the_contract(
    fragment_conformance: Callable[..., None], ada: Shopper, shops: FakeCatalogue, fragment: object
) -> None:
    shops.sell("A")
    ada.add("A")
    fragment_conformance(fragment)

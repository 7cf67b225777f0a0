"""Totals add up, whatever is in the cart."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cart.pricing import CHARGES, shipping, totals, vat_in

prices = st.lists(st.tuples(st.integers(1, 10_000_000), st.integers(1, 10)), max_size=50)
kinds = st.lists(st.sampled_from([*CHARGES, "unheard-of"]), max_size=50)


@given(prices, kinds, st.sampled_from(["delivery", "pickup"]))
def test_a_total_is_the_sum_of_its_parts(
    prices: list[tuple[int, int]], kinds: list[str], method: str
) -> None:
    sums = totals(prices, kinds, "delivery" if method == "delivery" else "pickup")
    assert sums.goods == sum(price * quantity for price, quantity in prices)
    assert sums.total == sums.goods + sums.shipping
    assert 0 <= sums.vat <= sums.total
    assert sums.shipping >= 0
    assert sums.shipping == 0 or method == "delivery"


@given(st.integers(0, 10**12))
def test_vat_is_a_sixth_to_the_nearest_penny(total: int) -> None:
    assert abs(vat_in(total) - Fraction(total, 6)) <= Fraction(1, 2)


@given(st.integers(0, 5_999), kinds, st.sampled_from([*CHARGES]))
def test_one_thing_more_of_the_same_value_never_makes_delivery_cheaper(
    goods: int, kinds: list[str], more: str
) -> None:
    assert shipping(goods, [*kinds, more]) >= shipping(goods, kinds) or goods >= 3_000


@pytest.mark.parametrize(
    ("goods", "kinds", "charge"),
    [
        (0, [], 0),
        (2_999, ["post"], 250),
        (3_000, ["post"], 0),
        (5_999, ["post", "parcel"], 450),
        (6_000, ["parcel"], 0),
        (90_000, ["post", "furniture", "parcel"], 2_900),
        (1_000, ["unheard-of"], 450),
    ],
)
def test_an_order_travels_as_its_bulkiest_thing_does(
    goods: int, kinds: list[str], charge: int
) -> None:
    assert shipping(goods, kinds) == charge

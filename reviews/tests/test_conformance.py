"""The promise of a fragment to every composer, checked by the contract's own suite."""

from collections.abc import Callable

import pytest

from reviews.fragments import review_form, review_list, review_stars

from .factories import ReviewFactory

pytestmark = pytest.mark.django_db


def test_the_list_keeps_the_contract(fragment_conformance: Callable[..., None]) -> None:
    ReviewFactory.create_batch(12)
    fragment_conformance(review_list, product="h1001", sort="lowest", page=2)


def test_the_form_keeps_the_contract(fragment_conformance: Callable[..., None]) -> None:
    fragment_conformance(review_form, product="h1001", return_to="/products/h1001/oak-bowl/")


def test_the_stars_keep_the_contract(fragment_conformance: Callable[..., None]) -> None:
    ReviewFactory.create_batch(2)
    fragment_conformance(
        review_stars, product="h1001", href="/products/h1001/", describes="https://shop.example/#p"
    )

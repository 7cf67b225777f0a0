"""What a first start leaves out."""

import pytest

from dev.prepare import ForShoppers


@pytest.mark.parametrize("name", ["product_details/list.css", "django_htmx/htmx-2.min.js"])
def test_what_pages_of_the_shop_load_is_compressed(name: str) -> None:
    assert ForShoppers().should_compress(name)


@pytest.mark.parametrize("name", ["unfold/css/styles.css", "admin/js/core.js", "site/photo.jpg"])
def test_what_only_desks_load_is_not_and_neither_is_what_is_small_already(name: str) -> None:
    assert not ForShoppers().should_compress(name)

"""Which cached fragments a change in the catalogue throws away, and when."""

import pytest
from django.db import transaction

from product_details import editing
from product_details.models import Product, Variant

from .conftest import Purges
from .factories import PhotographFactory, colours, tree, vase

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lamp() -> Product:
    """A lamp in a category of the second level, made before anything is recorded."""
    _, table = tree("lamps", "lamps/table")
    return vase(ref="h1", category=table)


OF_LAMP = {"product:h1", "category:", "category:lamps", "category:lamps/table"}


def test_a_changed_product_purges_its_page_and_every_list_that_shows_it(
    lamp: Product, purges: Purges
) -> None:
    lamp.name = "Other"
    lamp.save()
    assert purges.messages == [OF_LAMP]


def test_a_new_product_purges_the_lists(lamp: Product, purges: Purges) -> None:
    Product.objects.create(ref="h2", name="New", category=lamp.category, summary="New.")
    assert purges.messages == [OF_LAMP - {"product:h1"} | {"product:h2"}]


def test_a_changed_stock_purges_the_product(lamp: Product, purges: Purges) -> None:
    variant = lamp.variants.get()
    variant.stock = 0
    variant.save()
    assert purges.messages == [OF_LAMP]


@pytest.mark.parametrize("part", ["variant", "photograph"])
def test_a_deleted_part_purges_the_product(lamp: Product, purges: Purges, part: str) -> None:
    (
        colours(lamp, "Moss")[0] if part == "variant" else PhotographFactory.create(product=lamp)
    ).delete()
    assert purges.messages[-1] == OF_LAMP


def test_a_product_that_moves_purges_the_lists_it_leaves(lamp: Product, purges: Purges) -> None:
    (rugs,) = tree("rugs")
    lamp.category = rugs
    with transaction.atomic():
        lamp.save()
    assert purges.messages[-1] == OF_LAMP | {"category:rugs"}


def test_several_changes_in_one_transaction_are_one_message(lamp: Product, purges: Purges) -> None:
    with transaction.atomic():
        lamp.save()
        colours(lamp, "Moss", "Ink")
    assert purges.messages == [OF_LAMP]


def test_nothing_is_purged_before_the_commit_nor_after_a_rollback(
    lamp: Product, purges: Purges
) -> None:
    with transaction.atomic():
        lamp.save()
        assert purges.messages == []
        transaction.set_rollback(True)
    assert purges.messages == []


def test_a_deleted_product_purges_itself_and_what_led_to_it(lamp: Product, purges: Purges) -> None:
    vase(ref="h0", category=lamp.category, state=Product.State.WITHDRAWN, successor=lamp)
    lamp.delete()
    assert purges.messages[-1] == OF_LAMP | {"product:h0"}


def test_a_change_purges_every_address_that_leads_along_to_the_product(
    lamp: Product, purges: Purges
) -> None:
    between = vase(ref="h8", state=Product.State.WITHDRAWN, successor=lamp)
    vase(ref="h9", state=Product.State.WITHDRAWN, successor=between)
    lamp.save()
    assert {"product:h9", "product:h8"} <= purges.messages[-1]


def test_a_renamed_category_purges_everything_that_shows_its_name(
    lamp: Product, purges: Purges
) -> None:
    lamp.category.name = "Desk lamps"
    lamp.category.save()
    assert purges.messages == [OF_LAMP - {"product:h1"} | {"categories"}]


def test_a_moved_category_purges_old_and_new_addresses_of_its_subtree(
    lamp: Product, purges: Purges
) -> None:
    parent = lamp.category.parent
    assert parent is not None
    parent.slug = "lighting"
    parent.save()
    (message,) = purges.messages
    assert {"category:lamps", "category:lamps/table"} <= message
    assert {"category:lighting", "category:lighting/table", "categories"} <= message


def test_publishing_and_withdrawing_many_is_one_message_each(lamp: Product, purges: Purges) -> None:
    other = vase(ref="h2", category=lamp.category)
    before = len(purges.messages)
    editing.withdraw(Product.objects.all())
    editing.publish(Product.objects.all())
    both = OF_LAMP | {f"product:{other.ref}"}
    assert purges.messages[before:] == [both, both]


def test_only_what_can_be_bought_is_published() -> None:
    ready, empty = vase(state=Product.State.DRAFT), vase(state=Product.State.DRAFT)
    Variant.objects.filter(product=empty).update(offered=False)
    changed = editing.publish(Product.objects.all())
    assert (changed.done, changed.left) == ([ready], [empty])
    empty.refresh_from_db()
    assert empty.state == Product.State.DRAFT

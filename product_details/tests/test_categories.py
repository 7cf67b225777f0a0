"""The category tree keeps its shape and its addresses."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from product_details.models import Category, FormerCategoryPath

from .factories import CategoryFactory, tree

pytestmark = pytest.mark.django_db


def paths() -> set[str]:
    """Every path in the tree."""
    return set(Category.objects.values_list("path", flat=True))


def test_a_path_is_the_line_of_slugs() -> None:
    tree("lamps", "lamps/table", "lamps/table/small")
    assert paths() == {"lamps", "lamps/table", "lamps/table/small"}


def test_moving_a_category_takes_its_subtree_along_and_remembers_where_it_was() -> None:
    tree("lamps", "lamps/table", "lamps/table/small", "light")
    table = Category.objects.get(path="lamps/table")
    table.parent = Category.objects.get(path="light")
    table.save()
    assert paths() == {"lamps", "light", "light/table", "light/table/small"}
    former = {f.path: f.category.path for f in FormerCategoryPath.objects.all()}
    assert former == {"lamps/table": "light/table", "lamps/table/small": "light/table/small"}


def test_an_address_that_is_used_again_is_nobodys_former_address() -> None:
    (lamps,) = tree("lamps")
    lamps.slug = "lighting"
    lamps.save()
    tree("lamps")
    assert not FormerCategoryPath.objects.filter(path="lamps").exists()


def test_moving_there_and_back_again_leaves_no_loop() -> None:
    (lamps,) = tree("lamps")
    for slug in ("lighting", "lamps"):
        lamps.slug = slug
        lamps.save()
    former = {f.path: f.category.path for f in FormerCategoryPath.objects.all()}
    assert former == {"lighting": "lamps"}


def test_a_fourth_level_is_refused() -> None:
    *_, small = tree("lamps", "lamps/table", "lamps/table/small")
    with pytest.raises(ValidationError, match="at most 3 levels"):
        CategoryFactory.build(parent=small).full_clean()


def test_a_subtree_that_would_become_too_deep_is_refused() -> None:
    tree("lamps", "lamps/table", "light", "light/soft")
    moved = Category.objects.get(path="lamps")
    moved.parent = Category.objects.get(path="light/soft")
    with pytest.raises(ValidationError, match="at most 3 levels"):
        moved.full_clean()


def test_a_category_cannot_lie_inside_itself() -> None:
    lamps, table = tree("lamps", "lamps/table")
    lamps.parent = table
    with pytest.raises(ValidationError, match="lies inside"):
        lamps.full_clean()


@pytest.mark.parametrize("parent", ["", "lamps"])
def test_two_categories_cannot_have_one_address(parent: str) -> None:
    tree("lamps", "lamps/lamps")
    above = Category.objects.filter(path=parent).first()
    twin = CategoryFactory.build(parent=above, slug="lamps")
    with pytest.raises(ValidationError, match="has the address"):
        twin.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


@pytest.mark.parametrize("slug", ["Lamps", "a_b", "a/b", "ä", "a" * 37])
def test_a_slug_that_could_not_travel_is_refused(slug: str) -> None:
    with pytest.raises(ValidationError):
        CategoryFactory.build(slug=slug).full_clean()


def test_the_longest_path_fits_into_a_surrogate_key() -> None:
    parent = None
    for _ in range(3):
        parent = CategoryFactory.create(parent=parent, slug="x" * 36)
    assert parent is not None
    assert len(f"category:{parent.path}") <= 128

"""Reading the catalogue: every question that a fragment asks, in a fixed number of queries."""

from collections.abc import Iterable, Sequence
from typing import Literal

from django.db.models import Case, F, IntegerField, Q, QuerySet, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from .cards import Card, cards, in_shop, priced
from .models import Category, FormerCategoryPath, Photograph, Product, Store, Variant
from .wording import localise_categories

Collection = Literal["all", "new", "featured", "popular"]
# A withdrawn product may lead to one that was withdrawn later; three steps are looked along.
_SUCCESSORS = "successor__successor__successor"
_NEWEST = ("-published_at", "ref")
_USUAL = ("-featured", *_NEWEST)
# What a shop shows off first has proven itself; it also differs from what is new.
_PROVEN = ("published_at", "ref")
_LOVED = ("-esteem", "-featured", *_PROVEN)
_CATEGORY_LINE = "category__parent__parent"


def product_by_ref(ref: str) -> Product | None:
    """Return a product in any state, with the line of its categories."""
    return Product.objects.select_related(_CATEGORY_LINE, _SUCCESSORS).filter(ref=ref).first()


def live_successor(product: Product) -> Product | None:
    """Return the published product that a withdrawn one leads to, if there is one."""
    successor, seen = product.successor, {product.pk}
    for _ in range(3):
        if successor is None or successor.pk in seen:
            return None
        if successor.state == Product.State.PUBLISHED:
            return successor
        seen.add(successor.pk)
        successor = successor.successor
    return None


def led_to(products: Iterable[Product]) -> set[str]:
    """Return the references of the withdrawn products whose addresses may lead to one of these."""
    keys = [product.pk for product in products]
    asked = Q(successor__in=keys) | Q(successor__successor__in=keys)
    asked |= Q(successor__successor__successor__in=keys)
    return set(Product.objects.filter(asked).values_list("ref", flat=True))


def variants_of(product: Product) -> list[Variant]:
    """Return all variants of a product in their order, no longer offered ones included."""
    return list(product.variants.all())


def photographs_of(product: Product) -> list[Photograph]:
    """Return all photographs of a product in their order."""
    return list(product.photographs.all())


def variants_by_sku(skus: Iterable[str]) -> dict[str, Variant]:
    """Return variants in any state with their products, by their SKUs."""
    found = Variant.objects.select_related("product").filter(sku__in=skus)
    return {variant.sku: variant for variant in found}


def first_photographs(variants: Iterable[Variant]) -> dict[int, Photograph]:
    """Return for each variant (by its key) the photograph that shows it best."""
    variants = list(variants)
    by_product: dict[int, list[Photograph]] = {}
    for photograph in Photograph.objects.filter(product__in={v.product_id for v in variants}):
        by_product.setdefault(photograph.product_id, []).append(photograph)
    best: dict[int, Photograph] = {}
    for variant in variants:
        of_product = by_product.get(variant.product_id, [])
        own = [p for p in of_product if p.only_for and p.only_for == variant.first_value]
        general = [p for p in of_product if not p.only_for]
        for photograph in [*own, *general, *of_product][:1]:
            best[variant.pk] = photograph
    return best


def stores() -> list[Store]:
    """Return the stores that are open for business, with their hours."""
    return list(Store.objects.filter(open=True).prefetch_related("hours"))


def category_by_path(path: str) -> Category | None:
    """Return a category with its line of parents."""
    return Category.objects.select_related("parent__parent").filter(path=path).first()


def category_formerly_at(path: str) -> Category | None:
    """Return the category that once had this address."""
    former = FormerCategoryPath.objects.select_related("category").filter(path=path).first()
    return former.category if former else None


def children_of(category: Category | None) -> list[Category]:
    """Return the categories right below one, or those of the first level."""
    return list(Category.objects.filter(parent=category))


def category_tree() -> list[tuple[Category, list[Category]]]:
    """Return the first two levels, in one query."""
    by_parent: dict[int | None, list[Category]] = {}
    for category in Category.objects.filter(Q(parent=None) | Q(parent__parent=None)):
        by_parent.setdefault(category.parent_id, []).append(category)
    return [(top, by_parent.get(top.pk, [])) for top in by_parent.get(None, [])]


def collection(name: Collection, category: Category | None, *, limit: int) -> list[Card]:
    """Return the cards of a short block."""
    products = in_shop() if category is None else in_shop().filter(_within(category.path))
    if name == "featured":
        products = products.filter(featured=True)
    if name == "popular":
        products = _esteemed(products)
    # Grouping, which the prices need, makes Django forget the model's own ordering.
    order = {"new": _NEWEST, "featured": _PROVEN, "popular": _LOVED, "all": _USUAL}[name]
    found = priced(products).order_by(*order)
    # What is popular is shown to be bought; a new thing that sold out is news all the same.
    return cards((found.filter(units__gt=0) if name == "popular" else found)[:limit])


def related_to(product: Product, *, limit: int) -> list[Card]:
    """Return cards of neighbours: the same category first, then those around it.

    Within a category the products that follow this one come first, so that not every page
    of a category shows the same few.
    """
    parent = product.category.parent
    others = in_shop().filter(_within(product.category.line()[0].path)).exclude(pk=product.pk)
    near = [When(category=product.category_id, then=0)]
    if parent is not None:
        near.append(When(_within(parent.path), then=1))
    ranked = priced(others).order_by(
        Case(*near, default=2, output_field=IntegerField()),
        Case(When(ref__gt=product.ref, then=0), default=1, output_field=IntegerField()),
        "ref",
    )
    return cards(ranked.filter(units__gt=0)[:limit])


def products_of(refs: Iterable[str], skus: Iterable[str]) -> list[Product]:
    """Return products by their references or by the SKUs of their variants, with categories."""
    asked = Q(ref__in=list(refs)) | Q(variants__sku__in=list(skus))
    return list(Product.objects.select_related("category").filter(asked).distinct())


def recommended(known: Sequence[Product], *, limit: int) -> list[tuple[Card, str]]:
    """Return cards and why they are there: of the same categories, then what is liked best.

    Only of what is in stock; what is known already is left out.
    """
    places = {product.category_id: product.category for product in known}
    others = _esteemed(in_shop().exclude(pk__in=[product.pk for product in known]))
    near = Case(When(category__in=list(places), then=0), default=1, output_field=IntegerField())
    rows = list(
        priced(others)
        .annotate(distance=near)
        .filter(units__gt=0)
        .order_by("distance", *_LOVED)[:limit]
    )
    localise_categories(places.values())
    why = {key: gettext("Also in %(category)s") % {"category": p.name} for key, p in places.items()}
    liked = gettext("Popular now") if known else ""
    reasons = [why.get(row.category_id, liked) for row in rows]
    return list(zip(cards(rows), reasons, strict=True))


def card_of(product: Product) -> Card:
    """Return the card of one product."""
    (card,) = cards(priced(Product.objects.filter(pk=product.pk)))
    return card


def _esteemed(products: QuerySet[Product]) -> QuerySet[Product]:
    # An average of few reviews says little: as in browsing.py five more with four stars.
    given = F("rating_count") * Coalesce(F("rating_tenths"), 0) + 200.0
    return products.annotate(esteem=given / (F("rating_count") + 5.0))


def _within(path: str) -> Q:
    return Q(category__path=path) | Q(category__path__startswith=f"{path}/")

"""What the service shows in the shop: the product page, lists, neighbours and the menu."""

from dataclasses import replace
from typing import Annotated, Literal

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from fragment_contract import (
    Cache,
    Css,
    Gone,
    Integer,
    Moved,
    NothingToShow,
    Text,
    add_tags,
    fragment,
)

from . import (
    addresses,
    listing,
    presentation,
    purging,
    selectors,
    shelves,
    structured_data,
    wording,
)
from .browsing import Sort, Wish
from .filters import Asked
from .models import Product, Variant
from .search.finding import QUERY_LENGTH, counted
from .selectors import Collection

# In the address of a page, which anybody may type: what can be a tag is looked for.
TypedRef = Annotated[str, Text(pattern=r"[a-z0-9_-]+", max_length=120)]
ProductRef = Annotated[str, Text(pattern=r"[a-z0-9]+", max_length=20)]
TypedSlug = Annotated[str, Text(pattern=r"[a-zA-Z0-9_-]*", max_length=200)]
VariantSlug = Annotated[str, Text(pattern=r"[a-zA-Z0-9_-]*", max_length=80)]
Slugs = Annotated[str, Text(pattern=r"[a-z0-9-]*(,[a-z0-9-]+)*", max_length=200)]
CategoryPath = Annotated[str, Text(pattern=r"([a-z0-9-]+(/[a-z0-9-]+)*)?", max_length=110)]

CACHE = Cache(max_age=60, stale_while_revalidate=600, stale_if_error=86_400)
MENU_CACHE = Cache(max_age=300, stale_while_revalidate=3_600, stale_if_error=604_800)
SHARED = Css("product_details/shared.css")
RELATED = 4


@fragment(
    "product_details/page",
    version="1.0.0",
    cache=CACHE,
    tags=("product:{ref}", purging.TREE),
    css=(Css("product_details/page.css"),),
    fallback="product_details/page_fallback.html",
    # The form that adds to the cart is the cart's own, as the heart is that of the bookmarks.
    nested=True,
)
def product_page(
    request: HttpRequest, *, ref: TypedRef, slug: TypedSlug = "", variant: VariantSlug = ""
) -> HttpResponse:
    """A product with everything that a shopper needs to decide, and the button to buy it.

    Without its slug, or with another one, an address leads to the right one.
    """
    product = _visible(selectors.product_by_ref(ref))
    variants = selectors.variants_of(product)
    chosen = _chosen(variants, variant)
    _check_sold_out(product, variants)
    # In this order, so that nobody is sent on twice: what is not offered has no address of its own.
    if chosen is not None and not chosen.offered:
        raise Moved(addresses.product_path(product), permanent=False)
    if slug != product.slug:
        raise Moved(addresses.product_path(product, variant))
    photographs = selectors.photographs_of(product)
    view = presentation.product_view(product, variants, photographs, chosen)
    context = {
        "view": view,
        "product_data": structured_data.in_script(structured_data.product(view)),
        "crumbs_data": structured_data.in_script(structured_data.breadcrumbs(view.crumbs)),
    }
    return render(request, "product_details/page.html", context)


@fragment(
    "product_details/list",
    version="2.0.0",
    cache=CACHE,
    tags=(purging.TREE, "category:{category}"),
    css=(SHARED, Css("product_details/list.css")),
    nested=True,
)
def product_list(
    request: HttpRequest,
    *,
    category: CategoryPath = "",
    page: Annotated[int, Integer(1, 1000)] = 1,
    limit: Annotated[int, Integer(1, 48)] = 24,
    collection: Collection = "all",
    heading: Annotated[str, Text(max_length=80)] = "",
    q: Annotated[str, Text(max_length=200)] = "",
    colour: Slugs = "",
    material: Slugs = "",
    price: Slugs = "",
    rating: Literal["", "3", "4"] = "",
    stock: Literal["", "yes"] = "",
    sort: Sort = "",
) -> HttpResponse:
    """A page of products, narrowed and sorted as its address says; or a short block of some."""
    wish = Wish(
        colours=_several(colour),
        materials=_several(material),
        prices=_several(price),
        rating=int(rating or 0),
        in_stock=bool(stock),
    )
    typed = " ".join(q.split())
    asked = Asked(category, typed[:QUERY_LENGTH].rstrip(), wish, sort)
    place = selectors.category_by_path(category) if category else None
    if category and place is None:
        moved = selectors.category_formerly_at(category)
        if moved is None:
            raise Http404("no such category")
        raise Moved(replace(asked, category=moved.path).url(page))
    if collection != "all":
        cards = selectors.collection(collection, place, limit=limit)
        if not cards:
            raise NothingToShow
        block = listing.block(collection, heading, cards)
        return render(request, "product_details/block.html", {"block": block})
    view = shelves.look(asked, place, page=page, size=limit, heading=heading)
    if view is None:
        raise Http404("the list has fewer pages")
    crumbs_data = structured_data.in_script(structured_data.breadcrumbs(view.crumbs))
    words = counted(typed)
    cut = words if words != typed else ""
    context = {"view": view, "crumbs_data": crumbs_data, "cut": cut}
    answer = render(request, "product_details/list.html", context)
    if view.helpful:
        # What others like comes from the whole shop, also where nothing of a category was found.
        add_tags(answer, purging.category_tag(""))
    return answer


@fragment(
    "product_details/card",
    version="1.1.0",
    cache=CACHE,
    tags=("product:{ref}",),
    css=(SHARED,),
)
def product_card(
    request: HttpRequest, *, ref: ProductRef, gone: Literal["", "tell"] = ""
) -> HttpResponse:
    """One product as lists show it, for lists that other services keep.

    A list that goes on naming what is no more lets it be told, below the name that it kept.
    """
    product = selectors.product_by_ref(ref)
    if gone and (product is None or product.state != Product.State.PUBLISHED):
        return _told_gone(request, product)
    if product is None or product.state == Product.State.DRAFT:
        raise Http404("no such product")
    if product.state == Product.State.WITHDRAWN:
        raise Gone
    return render(request, "product_details/card.html", {"card": selectors.card_of(product)})


@fragment(
    "product_details/related",
    version="1.0.0",
    cache=CACHE,
    tags=("product:{product}", purging.TREE),
    css=(SHARED,),
    nested=True,
)
def related_products(request: HttpRequest, *, product: ProductRef) -> HttpResponse:
    """A few products from around this one; nothing at all if there are none."""
    found = selectors.product_by_ref(product)
    if found is None:
        raise NothingToShow
    cards = selectors.related_to(found, limit=RELATED)
    if cards:
        answer = render(request, "product_details/related.html", {"cards": cards})
    else:
        answer = HttpResponse(status=204)
    # All neighbours, also the first one to come, are under one category of the first level.
    add_tags(answer, purging.category_tag(found.category.line()[0].path))
    return answer


@fragment(
    "product_details/navigation",
    version="1.0.0",
    cache=MENU_CACHE,
    tags=(purging.TREE,),
    css=(SHARED,),
    fallback="product_details/navigation_fallback.html",
)
def navigation(request: HttpRequest) -> HttpResponse:
    """The menu of categories, for the header of every page."""
    menu = listing.menu(selectors.category_tree())
    return render(request, "product_details/navigation.html", {"menu": menu})


def _told_gone(request: HttpRequest, product: Product | None) -> HttpResponse:
    successor = selectors.live_successor(product) if product else None
    context = {
        "successor": successor and wording.of_products([successor])[successor.pk].name,
        "url": successor and addresses.product_path(successor),
    }
    answer = render(request, "product_details/card_gone.html", context)
    if successor:
        add_tags(answer, f"product:{successor.ref}")
    return answer


def _several(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for part in text.split(",") if part))


def _visible(product: Product | None) -> Product:
    """Return a product that shoppers may see, or answer why they may not."""
    if product is None or product.state == Product.State.DRAFT:
        raise Http404("no such product")
    if product.state == Product.State.WITHDRAWN:
        successor = selectors.live_successor(product)
        if successor is None:
            raise Gone
        # Where the successor would send them on, they go there at once.
        _check_sold_out(successor, selectors.variants_of(successor))
        raise Moved(addresses.product_path(successor))
    return product


def _check_sold_out(product: Product, variants: list[Variant]) -> None:
    """Answer what the editor chose for a product of which nothing is in stock."""
    if any(variant.offered and variant.stock for variant in variants):
        return
    if product.when_sold_out == Product.SoldOut.GONE:
        raise Gone
    if product.when_sold_out == Product.SoldOut.LEAD:
        # For now: the product comes back, and so does its address.
        raise Moved(addresses.category_path(product.category.path), permanent=False)


def _chosen(variants: list[Variant], slug: str) -> Variant | None:
    if not slug:
        return None
    for variant in variants:
        if variant.slug == slug:
            return variant
    raise Http404("no such variant")

"""Smaller things that the shop shows beside products and lists: teasers, recommendations, what was
looked at, and stores."""

from typing import Annotated, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from fragment_contract import Cache, Css, Integer, Js, NothingToShow, Text, add_tags, fragment

from . import addresses, opening, purging, selectors, structured_data, teasing, wording
from .models import Product

CACHE: Final = Cache(max_age=60, stale_while_revalidate=600, stale_if_error=86_400)
CALM: Final = Cache(max_age=300, stale_while_revalidate=3_600, stale_if_error=604_800)
SHARED: Final = Css("product_details/shared.css")
Refs = Annotated[str, Text(pattern=r"([a-z0-9]{1,20}(,[a-z0-9]{1,20}){0,49})?", max_length=1_050)]
Skus = Annotated[str, Text(pattern=r"([A-Z0-9-]{1,32}(,[A-Z0-9-]{1,32}){0,49})?", max_length=1_650)]


@fragment(
    "product_details/teasers",
    version="1.0.0",
    cache=CACHE,
    tags=(purging.TEASERS, purging.TREE),
    css=(Css("product_details/teasers.css"),),
)
def teasers(request: HttpRequest, *, limit: Annotated[int, Integer(1, 6)] = 3) -> HttpResponse:
    """What the editors draw attention to, in the language of the page."""
    shown = teasing.shown(limit=limit)
    if not shown:
        raise NothingToShow
    answer = render(request, "product_details/teasers.html", {"teasers": shown})
    # A photograph that is taken away takes its files along.
    refs = {teaser.picture_of for teaser in shown} - {""}
    add_tags(answer, *(purging.product_tag(ref) for ref in sorted(refs)))
    return answer


@fragment(
    "product_details/recommendations",
    version="1.0.0",
    cache=CACHE,
    tags=(purging.TREE, "category:"),
    css=(SHARED,),
)
def recommendations(
    request: HttpRequest,
    *,
    refs: Refs = "",
    skus: Skus = "",
    limit: Annotated[int, Integer(1, 12)] = 4,
    heading: Annotated[str, Text(max_length=80)] = "",
) -> HttpResponse:
    """Products that go with these: of the same categories, in stock, the best liked first.

    Without any, or where these have no neighbours, what shoppers like best; it says which it is.
    """
    known = selectors.products_of(_names(refs), _names(skus))
    shown = selectors.recommended(known, limit=limit)
    if not shown:
        raise NothingToShow
    title = heading or (gettext("Goes well with these") if known else gettext("Popular now"))
    context = {"heading": title, "shown": shown}
    return render(request, "product_details/recommendations.html", context)


@fragment(
    "product_details/recently-viewed",
    version="1.0.0",
    cache=CACHE,
    tags=("product:{ref}", purging.TREE),
    css=(SHARED,),
    js=(Js("product_details/recently-viewed.js", type="module"),),
)
def recently_viewed(
    request: HttpRequest,
    *,
    ref: Annotated[str, Text(pattern=r"[a-z0-9]*", max_length=20)] = "",
) -> HttpResponse:
    """What this browser looked at, which only the browser knows; ``ref`` is what it looks at now.

    The service learns nothing: it says what to remember, and the script keeps and shows it.
    """
    product = selectors.product_by_ref(ref) if ref else None
    card = None
    if product is not None and product.state == Product.State.PUBLISHED:
        card = selectors.card_of(product)
    return render(request, "product_details/recently_viewed.html", {"card": card})


@fragment(
    "product_details/stores",
    version="1.0.0",
    cache=CALM,
    tags=(purging.STORES,),
    css=(Css("product_details/stores.css"),),
)
def stores(request: HttpRequest) -> HttpResponse:
    """Where shoppers can look around and collect orders."""
    found = selectors.stores()
    phrases = wording.phrases(text for store in found for text in (store.name, store.summary))
    context = {
        "stores": [
            {
                "store": store,
                "name": phrases.say(store.name),
                "summary": phrases.say(store.summary),
                "spans": opening.spans(store.hours.all()),
            }
            for store in found
        ],
        "canonical": addresses.absolute(addresses.stores_path()),
        "stores_data": structured_data.in_script(structured_data.stores(found, phrases)),
    }
    return render(request, "product_details/stores.html", context)


def _names(text: str) -> list[str]:
    return [name for name in text.split(",") if name]

"""What everybody may read: the reviews of a product, and its stars by themselves."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from fragment_contract import Cache, Css, Integer, Js, NothingToShow, Text, fragment

from .. import return_path, structured_data
from ..models import PRODUCT_MAX_LENGTH, PRODUCT_PATTERN
from ..selectors import Sort, page_of_reviews, rating_of, summarise

ProductRef = Annotated[str, Text(pattern=PRODUCT_PATTERN, max_length=PRODUCT_MAX_LENGTH)]
ReturnPath = Annotated[str, Text(pattern=return_path.PATTERN, max_length=return_path.MAX_LENGTH)]
Address = Annotated[str, Text(pattern=structured_data.ADDRESS, max_length=400)]
OptionalPath = Annotated[
    str, Text(pattern=f"({return_path.PATTERN})?", max_length=return_path.MAX_LENGTH)
]
Stars = Literal[0, 1, 2, 3, 4, 5]

REVIEW_STYLES = Css("reviews/list.css")
CACHE = Cache(max_age=60, stale_while_revalidate=600, stale_if_error=86_400)
SORTS: dict[Sort, object] = {
    "newest": _("Newest"),
    "helpful": _("Most helpful"),
    "highest": _("Highest rated"),
    "lowest": _("Lowest rated"),
}


@fragment(
    "reviews/list",
    version="2.0.0",
    cache=CACHE,
    # Votes are counted here and nowhere else.
    tags=("reviews:{product}", "votes:{product}"),
    css=(REVIEW_STYLES,),
    # Of the form, which comes late and on its own; here it is loaded without a loader.
    js=(Js("reviews/votes.js", type="module"),),
    fallback="reviews/list_fallback.html",
    events=("notification:show",),
)
def review_list(
    request: HttpRequest,
    *,
    product: ProductRef,
    sort: Sort = "newest",
    stars: Stars = 0,
    page: Annotated[int, Integer(1, 1000)] = 1,
    return_to: ReturnPath = "/",
) -> HttpResponse:
    """Average, histogram and one page of the published reviews of a product."""
    summary = summarise(product)
    reviews = page_of_reviews(product, summary, sort=sort, page=page, stars=stars)
    context = {
        "summary": summary,
        "reviews": reviews,
        "sort": sort,
        "stars": stars,
        "sorts": SORTS.items(),
        "return_to": return_to,
        "query": _query(sort, stars, page),
    }
    return render(request, "reviews/list.html", context)


@fragment(
    "reviews/stars",
    version="1.0.0",
    # A card of a list may be a little behind: whatever changes a rating purges it anyway.
    cache=Cache(max_age=600, stale_while_revalidate=3_600, stale_if_error=604_800),
    tags=("reviews:{product}",),
    css=(Css("reviews/stars.css"),),
)
def review_stars(
    request: HttpRequest,
    *,
    product: ProductRef,
    href: OptionalPath = "",
    describes: Address = "",
) -> HttpResponse:
    """The average as stars, small; nothing for a product without reviews.

    ``href`` is the product's page, for a link to its reviews. ``describes`` is the ``@id`` of the
    product in the page's structured data, which then gets its rating.
    """
    rating = rating_of(product)
    if not rating.count:
        raise NothingToShow
    data = structured_data.rating_in_script(rating, describes) if describes else ""
    context = {"rating": rating, "href": href, "data": data}
    return render(request, "reviews/stars.html", context)


def _query(sort: Sort, stars: int, page: int) -> str:
    """The part of the page's query that leads back to what is shown."""
    chosen = [("sort", sort, "newest"), ("stars", stars, 0), ("page", page, 1)]
    return "&".join(f"{name}={value}" for name, value, usual in chosen if value != usual)

"""The two fragments of the service: what others wrote, and the form to write oneself."""

import json
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import render
from fragment_contract import Cache, Css, Integer, Text, fragment, wire

from . import return_path
from .models import PRODUCT_MAX_LENGTH, PRODUCT_PATTERN
from .selectors import Sort, page_of_reviews, summarise
from .submission import SubmissionForm, receive

ProductRef = Annotated[str, Text(pattern=PRODUCT_PATTERN, max_length=PRODUCT_MAX_LENGTH)]
ReturnPath = Annotated[str, Text(pattern=return_path.PATTERN, max_length=return_path.MAX_LENGTH)]

STYLES = Css("reviews/reviews.css")
SORTS: dict[Sort, str] = {"newest": "Newest", "highest": "Highest rated", "lowest": "Lowest rated"}


@fragment(
    "reviews/list",
    version="1.0.0",
    cache=Cache(max_age=60, stale_while_revalidate=600, stale_if_error=86_400),
    tags=("reviews:{product}",),
    css=(STYLES,),
    fallback="reviews/list_fallback.html",
)
def review_list(
    request: HttpRequest,
    *,
    product: ProductRef,
    sort: Sort = "newest",
    page: Annotated[int, Integer(1, 1000)] = 1,
) -> HttpResponse:
    """Average, histogram and one page of the published reviews of a product."""
    summary = summarise(product)
    reviews = page_of_reviews(product, summary, sort=sort, page=page)
    context = {"summary": summary, "reviews": reviews, "sort": sort, "sorts": SORTS.items()}
    return render(request, "reviews/list.html", context)


@fragment(
    "reviews/form",
    version="1.0.0",
    cache=Cache(max_age=600, stale_while_revalidate=3_600, stale_if_error=86_400),
    tags=("reviews-form",),
    css=(STYLES,),
    fallback="reviews/form_fallback.html",
    events=("review:submitted",),
)
def review_form(
    request: HttpRequest,
    *,
    product: ProductRef,
    return_to: ReturnPath,
    review: Literal["", "received"] = "",
) -> HttpResponse:
    """The form to write a review, or thanks to who came back from sending it."""
    if review == "received":
        return render(request, "reviews/received.html")
    form = SubmissionForm(initial={"product": product, "return_to": return_to})
    return render(request, "reviews/form.html", {"form": form})


@review_form.action("submit", methods=("POST",))
def submit(request: HttpRequest) -> HttpResponse:
    """Check a submission; keep it for moderation or give the form back with its mistakes."""
    form = SubmissionForm(request.POST)
    if form.is_valid():
        receive(form)
        return _received(request, form)
    if form.tampering:
        return HttpResponseBadRequest(form.tampering, content_type="text/plain; charset=utf-8")
    # Without htmx the form comes back on a page of its own, and gives it title and heading.
    context = {"form": form, "is_page": not _is_htmx(request)}
    return render(request, "reviews/form.html", context, status=422)


def _received(request: HttpRequest, form: SubmissionForm) -> HttpResponse:
    if not _is_htmx(request):
        answer: HttpResponse = HttpResponseRedirect(
            f"{form.cleaned_data['return_to']}?review=received#reviews-form"
        )
        answer.status_code = 303
        return answer
    answer = render(request, "reviews/received.html")
    detail = {"ref": form.cleaned_data["product"], "state": "pending"}
    answer[wire.HX_TRIGGER] = json.dumps({"review:submitted": detail})
    return answer


def _is_htmx(request: HttpRequest) -> bool:
    return request.headers.get(wire.HX_REQUEST) == "true"

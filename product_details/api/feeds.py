"""``GET /feeds/...``: what sitemap and RSS are made of. Anybody may know it: it is in the shop."""

from typing import Any, Final

from django.http import HttpRequest, JsonResponse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from .. import addresses, feeds, wording
from ..models.translation import Locale

_NEWEST: Final = 30
_KEPT: Final = "public, max-age=300, stale-while-revalidate=3600"


@require_safe
def urls(request: HttpRequest) -> JsonResponse:
    """Answer with every page of the shop that search engines should know."""
    entries = [
        {
            "path": entry.path,
            "lastmod": entry.changed.isoformat() if entry.changed else None,
            "images": [addresses.absolute(image) for image in entry.images],
        }
        for entry in feeds.entries()
    ]
    return _kept({"urls": entries})


@require_safe
def new_products(request: HttpRequest) -> JsonResponse:
    """Answer with the newest products, for RSS, in the language of ``?locale=``."""
    locale, legal = request.GET.get("locale", wording.ORIGINAL), (wording.ORIGINAL, *Locale.values)
    if locale not in legal:
        return JsonResponse({"error": f"locale is one of {', '.join(legal)}"}, status=400)
    with override(locale):
        return _kept({"items": [_item(item) for item in feeds.newest(_NEWEST)]})


def _item(item: feeds.Novelty) -> dict[str, Any]:
    return {
        "id": item.ref,
        "path": item.path,
        "title": item.title,
        "summary": item.summary,
        "published": item.published.isoformat(),
        "price": item.price,
        "image": addresses.absolute(item.image) if item.image else None,
    }


def _kept(data: dict[str, Any]) -> JsonResponse:
    answer = JsonResponse(data)
    answer["Cache-Control"] = _KEPT
    return answer

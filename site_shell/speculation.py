"""What a browser may fetch before it is asked for: product pages, on the way to a click.

The rules come by a header and a file, so that the policy needs to allow nothing inline. Only pages
that are the same for everybody are named; what is a shopper's own, and every action, never is.
"""

from typing import Any, Final

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from .composer.conf import runtime
from .composer.locales import Locales

PATH: Final = "/speculation-rules.json"
_PAGES: Final = "/products/*/*"


def rules(locales: Locales) -> dict[str, Any]:
    """Speculation rules: https://wicg.github.io/nav-speculation/speculation-rules.html"""
    paths = [locales.link(_PAGES, code) for code in locales.codes]
    wanted = {"href_matches": paths}
    unwanted = {"selector_matches": "[download], [rel~=nofollow], [target]"}
    # Moderate: when a pointer rests on a link, or begins to press it.
    rule = {"where": {"and": [wanted, {"not": unwanted}]}, "eagerness": "moderate"}
    return {"prefetch": [{"source": "document", **rule}]}


@require_safe
def speculation_rules(request: HttpRequest) -> JsonResponse:
    return JsonResponse(
        rules(runtime().site.locales),
        content_type="application/speculationrules+json",
        headers={"Cache-Control": "public, max-age=3600"},
    )

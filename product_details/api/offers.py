"""``GET /api/offers?sku=A&sku=B``: what variants are called, cost, look like and have in stock."""

from collections.abc import Sequence
from typing import Any, Final

from django.http import HttpRequest, JsonResponse

from .. import addresses, selectors, wording
from ..models import Photograph, Variant
from .access import Refused, for_services

MOST: Final = 100
SKU_LENGTH: Final = 32


@for_services("GET")
def offers(request: HttpRequest) -> JsonResponse:
    """Answer with what is known of each SKU, in the order asked; others are listed as unknown."""
    skus = list(dict.fromkeys(request.GET.getlist("sku")))
    if not 1 <= len(skus) <= MOST:
        raise Refused(f"ask for 1 to {MOST} different SKUs, not {len(skus)}")
    for sku in skus:
        if not is_sku(sku):
            raise Refused(f"a SKU has 1 to {SKU_LENGTH} printable characters, not {sku[:60]!r}")
    variants = selectors.variants_by_sku(skus)
    found = _offers([variants[sku] for sku in skus if sku in variants])
    return JsonResponse({"offers": found, "unknown": [sku for sku in skus if sku not in variants]})


def price(variant: Variant) -> dict[str, Any]:
    """Return the price as every answer spells it."""
    return {"minor": variant.price_minor, "currency": variant.currency}


def is_sku(text: Any) -> bool:
    """Whether a SKU can look like this at all."""
    return isinstance(text, str) and 1 <= len(text) <= SKU_LENGTH and text.isprintable()


def _offers(variants: Sequence[Variant]) -> list[dict[str, Any]]:
    photographs = selectors.first_photographs(variants)
    words = wording.of_products({variant.product for variant in variants})
    values = [value for v in variants for value in (v.first_value, v.second_value) if value]
    phrases = wording.phrases(values)
    return [
        _offer(
            variant,
            photographs.get(variant.pk),
            name=words[variant.product_id].name,
            label=variant.label_in(phrases.say),
        )
        for variant in variants
    ]


def _offer(
    variant: Variant, photograph: Photograph | None, *, name: str, label: str
) -> dict[str, Any]:
    picture = photograph.picture if photograph else None
    return {
        "sku": variant.sku,
        "ref": variant.product.ref,
        "name": name,
        "label": label,
        "path": addresses.variant_path(variant),
        "image": picture
        and {"src": picture.smallest, "width": picture.width, "height": picture.height},
        "price": price(variant),
        "stock": variant.stock,
        "offered": variant.can_be_bought,
        # Which of the delivery charges it has part in; who sells it knows what they are.
        "delivery": variant.product.delivery,
    }

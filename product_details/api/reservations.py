"""``PUT`` and ``DELETE /api/reservations/<key>``: stock set aside for an order, or given back."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

from .. import stock
from ..stock import Wanted
from .access import Refused, body, for_services
from .offers import is_sku, price

MOST: Final = 100
MOST_UNITS: Final = 1_000
HIGHEST_PRICE: Final = 2**31 - 1  # what the column holds
_FIELDS: Final = {"sku", "quantity", "price_minor"}


@for_services("PUT", "DELETE")
def reservation(request: HttpRequest, key: str) -> HttpResponseBase:
    """Reserve under a key of the caller's choice, or release what is reserved under it."""
    if request.method == "DELETE":
        stock.release(key)
        return HttpResponse(status=204)
    try:
        reserved = stock.reserve(key, _wanted(body(request)))
    except stock.Short as short:
        return JsonResponse({"problems": [_problem(p) for p in short.problems]}, status=409)
    except stock.OtherItems:
        raise Refused(f"the key {key} is in use for other items", 422) from None
    except stock.Released:
        raise Refused(f"what was reserved as {key} was given back; use a new key", 410) from None
    items = [
        {
            "sku": line.sku,
            "quantity": line.quantity,
            "price": {"minor": line.price_minor, "currency": line.currency},
        }
        for line in reserved.lines
    ]
    return JsonResponse({"items": items}, status=201 if reserved.is_new else 200)


def _wanted(data: Any) -> list[Wanted]:
    items = data.get("items") if isinstance(data, dict) else None
    if not isinstance(items, list) or set(data) != {"items"} or not 1 <= len(items) <= MOST:
        raise Refused(f'the body is {{"items": [...]}} with 1 to {MOST} items')
    wanted = [_item(number, item) for number, item in enumerate(items)]
    if len({item.sku for item in wanted}) != len(wanted):
        raise Refused("each SKU is named once")
    return wanted


def _item(number: int, item: Any) -> Wanted:
    where = f"items[{number}]"
    if not isinstance(item, dict) or set(item) != _FIELDS:
        raise Refused(f"{where} has the fields {', '.join(sorted(_FIELDS))} and no others")
    if not is_sku(item["sku"]):
        raise Refused(f"{where}.sku is no SKU")
    _check_number(f"{where}.quantity", item["quantity"], MOST_UNITS)
    _check_number(f"{where}.price_minor", item["price_minor"], HIGHEST_PRICE)
    return Wanted(item["sku"], item["quantity"], item["price_minor"])


def _check_number(where: str, value: Any, highest: int) -> None:
    if type(value) is not int or not 1 <= value <= highest:
        raise Refused(f"{where} is a whole number from 1 to {highest}, not {str(value)[:40]}")


def _problem(problem: stock.Problem) -> dict[str, Any]:
    variant = problem.variant
    return {
        "sku": problem.sku,
        "stock": problem.available,
        "price": price(variant) if variant else None,
    }

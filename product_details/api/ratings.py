"""``PUT /api/ratings/<ref>``: how shoppers rate a product, told by whoever collects reviews."""

from typing import Final

from django.http import HttpRequest, HttpResponse

from .. import editing
from .access import Refused, body, for_services

_FIELDS: Final = {"average_tenths", "count"}
_MOST: Final = 2**31 - 1


@for_services("PUT")
def rating(request: HttpRequest, ref: str) -> HttpResponse:
    """Keep a rating: the average in tenths of a star, and of how many reviews."""
    data = body(request)
    if not isinstance(data, dict) or set(data) != _FIELDS:
        raise Refused('the body is {"average_tenths": 43, "count": 12}')
    average, count = data["average_tenths"], data["count"]
    if type(count) is not int or not 0 <= count <= _MOST:
        raise Refused(f"count is a whole number from 0 to {_MOST}")
    legal = average is None if count == 0 else type(average) is int and 10 <= average <= 50
    if not legal:
        raise Refused("average_tenths is a whole number from 10 to 50, and null for a count of 0")
    if not editing.rate(ref, average, count):
        raise Refused(f"no product has the reference {ref}", 404)
    return HttpResponse(status=204)

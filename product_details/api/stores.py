"""``GET /api/stores``: where an order can be collected."""

from django.http import HttpRequest, JsonResponse

from .. import opening, selectors
from .access import for_services


@for_services("GET")
def stores(request: HttpRequest) -> JsonResponse:
    """Answer with the open stores in their order."""
    found = [
        {
            "ref": store.ref,
            "name": store.name,
            "street": store.street,
            "postcode": store.postcode,
            "city": store.city,
            "hours": opening.in_one_line(store.hours.all()),
        }
        for store in selectors.stores()
    ]
    return JsonResponse({"stores": found})

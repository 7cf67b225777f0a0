"""``GET /api/stores``: where an order can be collected."""

from django.http import HttpRequest, JsonResponse

from .. import opening, selectors, wording
from .access import for_services


@for_services("GET")
def stores(request: HttpRequest) -> JsonResponse:
    """Answer with the open stores in their order."""
    open_stores = selectors.stores()
    phrases = wording.phrases(store.name for store in open_stores)
    found = [
        {
            "ref": store.ref,
            "name": phrases.say(store.name),
            "street": store.street,
            "postcode": store.postcode,
            "city": store.city,
            "hours": opening.in_one_line(store.hours.all()),
        }
        for store in open_stores
    ]
    return JsonResponse({"stores": found})

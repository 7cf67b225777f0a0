"""The addresses of the JSON API. The shell and the CDN route nothing to them."""

from django.urls import path, register_converter

from .feeds import new_products, urls
from .offers import offers
from .ratings import rating
from .reservations import reservation
from .stores import stores


class KeyConverter:
    """What a caller may choose as the key of a reservation."""

    regex = "[A-Za-z0-9:_.-]{1,64}"

    def to_python(self, value: str) -> str:
        """Take it as it is."""
        return value

    def to_url(self, value: str) -> str:
        """Write it as it is."""
        return value


register_converter(KeyConverter, "reservation")

urlpatterns = [
    path("api/offers", offers),
    path("api/ratings/<slug:ref>", rating),
    path("api/reservations/<reservation:key>", reservation),
    path("api/stores", stores),
    path("feeds/urls.json", urls),
    path("feeds/new.json", new_products),
]

"""What search engines read: schema.org terms as JSON-LD, safe inside a ``<script>``."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from . import addresses, delivery, money, rich_text
from .models import Store
from .presentation import Crumb, Offered, ProductView
from .wording import Phrases

# JSON allows these characters as they are; HTML would end the script at "</script", and some
# JavaScript parsers take the last two for line ends.
_ESCAPES = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}
_CONTEXT = "https://schema.org"
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def in_script(data: dict[str, Any]) -> SafeString:
    """Return the data as JSON that no text in it can break out of.

    >>> in_script({"name": "</script><b>"})
    '{"name": "\\\\u003c/script\\\\u003e\\\\u003cb\\\\u003e"}'
    """
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(_ESCAPES))  # noqa: S308


def product(view: ProductView) -> dict[str, Any]:
    """Describe a product with everything in which it is offered."""
    data: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "Product",
        "@id": f"{view.canonical}#product",
        "productID": view.product.ref,
        "name": view.words.name,
        "description": rich_text.plain(view.words.description) or view.words.summary,
        "category": str(view.product.category),
        "image": [addresses.absolute(picture.src) for picture in view.pictures],
        "url": view.canonical,
    }
    if view.rating is not None:
        data["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": f"{view.rating.tenths / 10:.1f}",
            "reviewCount": view.rating.count,
            "bestRating": 5,
            "worstRating": 1,
        }
    if view.variant is not None:
        data["sku"] = view.variant.sku
    # The one that the page shows first, and then the others: each has an address of its own.
    offers = [_offer(view, offered) for offered in view.offered]
    if offers:
        data["offers"] = offers[0] if len(offers) == 1 else offers
    return data


def _offer(view: ProductView, offered: Offered) -> dict[str, Any]:
    variant, label = offered.variant, offered.label
    return {
        "@type": "Offer",
        "sku": variant.sku,
        "name": f"{view.words.name}, {label}" if label else view.words.name,
        "url": addresses.absolute(addresses.product_path(view.product, variant.slug)),
        "price": money.decimal_text(variant.price_minor, variant.currency),
        "priceCurrency": variant.currency,
        "availability": delivery.stock_in_words(variant.stock).schema,
        "itemCondition": "https://schema.org/NewCondition",
        "seller": {"@type": "Organization", "name": settings.SHOP_NAME},
    }


def stores(found: Iterable[Store], phrases: Phrases) -> dict[str, Any]:
    """Describe the stores."""
    graph = [_store(store, phrases.say(store.name)) for store in found]
    return {"@context": _CONTEXT, "@graph": graph}


def _store(store: Store, name: str) -> dict[str, Any]:
    data: dict[str, Any] = {
        "@type": "HomeGoodsStore",
        "@id": f"{addresses.absolute(addresses.stores_path())}#{store.ref}",
        "name": f"{settings.SHOP_NAME}: {name}",
        "address": {
            "@type": "PostalAddress",
            "streetAddress": store.street,
            "postalCode": store.postcode,
            "addressLocality": store.city,
            "addressCountry": store.country,
        },
        "openingHoursSpecification": [
            {
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": f"https://schema.org/{_DAYS[hours.weekday]}",
                "opens": f"{hours.opens:%H:%M}",
                "closes": f"{hours.closes:%H:%M}",
            }
            for hours in store.hours.all()
        ],
        "url": addresses.absolute(f"{addresses.stores_path()}#{store.ref}"),
    }
    if store.telephone:
        data["telephone"] = store.telephone
    if store.latitude is not None and store.longitude is not None:
        data["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": float(store.latitude),
            "longitude": float(store.longitude),
        }
    return data


def breadcrumbs(crumbs: Sequence[Crumb]) -> dict[str, Any]:
    """Describe the way from the first page to here."""
    return {
        "@context": _CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": position,
                "name": crumb.name,
                "item": addresses.absolute(crumb.url),
            }
            for position, crumb in enumerate(crumbs, start=1)
        ],
    }

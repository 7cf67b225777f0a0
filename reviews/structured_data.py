"""What search engines read: schema.org terms as JSON-LD, safe inside a ``<script>``."""

import json
from typing import Final

from django.utils.safestring import SafeString, mark_safe

from .models import BEST
from .selectors import Rating

# The @id of a thing: an address of the web, or one relative to the page.
ADDRESS: Final = r"((https?:/)?/[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*)?"
# JSON allows these characters as they are; HTML would end the script at "</script", and some
# JavaScript parsers take the last two for line ends.
_ESCAPES: Final = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


def rating_in_script(rating: Rating, describes: str) -> SafeString:
    """The rating of the thing with that ``@id``.

    >>> rating_in_script(Rating(43, 12), "https://shop.example/#a")[:60]
    '{"@context": "https://schema.org", "@type": "Product", "@id"'
    """
    data = {
        "@context": "https://schema.org",
        "@type": "Product",
        "@id": describes,
        "aggregateRating": {
            "@type": "AggregateRating",
            "ratingValue": rating.average,
            "reviewCount": rating.count,
            "bestRating": BEST,
            "worstRating": 1,
        },
    }
    return mark_safe(json.dumps(data).translate(_ESCAPES))  # noqa: S308 -- no character ends it

"""Where a fragment may send the visitors of a page."""

from typing import Final
from urllib.parse import urlsplit

# Renamed for good: the new address stands for the old one with all that was asked of it.
_RENAMED: Final = frozenset({301, 308})


def may_lead_to(location: str, origins: frozenset[str]) -> bool:
    """Whether a Location is on this site, or at one of the origins.

    >>> own = frozenset({"https://shop.example"})
    >>> may_lead_to("/products/", own), may_lead_to("https://shop.example@evil.example/", own)
    (True, False)
    """
    if location.startswith("/"):
        # Browsers read a backslash as a slash, and two of them as the start of a host name.
        return not location.startswith(("//", "/\\"))
    try:
        parts = urlsplit(location)
    except ValueError:
        return False
    return "\\" not in location and f"{parts.scheme}://{parts.netloc}".lower() in origins


def with_query(location: str, status: int, query: str) -> str:
    """A Location with the raw query of the request, where a page was renamed and says none.

    >>> with_query("/products/h1/new/#reviews", 301, "page=2")
    '/products/h1/new/?page=2#reviews'
    """
    if status not in _RENAMED or not query or "?" in location or not location.startswith("/"):
        return location
    path, hash_, fragment = location.partition("#")
    return f"{path}?{query}{hash_}{fragment}"

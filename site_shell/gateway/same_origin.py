"""Proof that a request was made by a page of this site.

Fragments are cached and shared, so their forms can carry no token of a session. Browsers tell
themselves where a request comes from, in headers that no script can set:
https://web.dev/articles/fetch-metadata
"""

from collections.abc import Collection, Mapping


def why_foreign(headers: Mapping[str, str], own: Collection[str]) -> str:
    """Why a request does not count as our own pages'; empty if it does.

    ``headers`` have lower-case names; ``own`` are the site's origins. Where a browser sends both
    headers both must agree: a request that contradicts itself comes from no browser. The origin
    ``null`` says nothing, and is no contradiction.

    >>> why_foreign({"sec-fetch-site": "same-origin"}, {"https://shop.example"})
    ''
    """
    site = headers.get("sec-fetch-site")
    origin = headers.get("origin")
    if site is None and origin is None:
        return "neither Sec-Fetch-Site nor Origin was sent"
    if site is not None and site != "same-origin":
        return f"Sec-Fetch-Site is {site!r:.40}"
    if origin is None or (origin == "null" and site is not None):
        return ""
    return "" if origin.lower() in own else f"Origin is {origin!r:.100}"

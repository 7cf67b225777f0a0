"""A page with a lazy slot, and where its addresses lead."""

import re
from html import unescape

import httpx

CACHED = {"cache-control": "max-age=600, stale-if-error=60", "surrogate-key": "product:h1"}
LAZY = '{% fragment "product/related" product="h1" delivery="lazy" label="More like it" %}'


def source(response: httpx.Response) -> str:
    """Where the page's lazy slot is loaded from."""
    found = re.search(r'<fragment-slot[^>]* src="([^"]+)"', response.text)
    assert found, response.text
    return unescape(found[1])


def page_link(response: httpx.Response) -> str:
    found = re.search(r'class="fragment-slot__link" href="([^"]+)"', response.text)
    assert found, response.text
    return unescape(found[1])

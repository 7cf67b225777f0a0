"""A page with a lazy slot, and where its addresses lead."""

import re
import time
from html import unescape

import httpx

from ..composing.kit import PATIENCE

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


def first_kept(client: httpx.Client) -> httpx.Response:
    """Nobody keeps a page that lacks a part of its policy, because a manifest is not known yet."""
    deadline = time.monotonic() + PATIENCE
    while "no-store" in (page := client.get("/shop/")).headers["cache-control"]:
        assert time.monotonic() < deadline
    return page

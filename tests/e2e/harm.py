"""Doing a running site harm that can be undone, and reading what it says about it."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from dev.atomic import write_atomically
from dev.running_site import RunningSite

from . import shop
from .waiting import eventually

# Longer than any page's budget, which no page may overstep however its services behave.
PATIENCE = 30.0


def get(site: RunningSite, path: str) -> httpx.Response:
    return httpx.get(site.origin + path, timeout=PATIENCE)


def is_whole(page: httpx.Response) -> bool:
    """Whether a product page is there with its product and its reviews."""
    return page.status_code == 200 and "out of 5 stars" in page.text


def log_end(site: RunningSite) -> int:
    return site.log.stat().st_size


def has_logged(site: RunningSite, since: int, pattern: str) -> bool:
    """Whether a line that matches came after a position in the log."""
    with site.log.open() as log:
        log.seek(since)
        return any(re.search(pattern, line) for line in log)


def visit_until_logged(site: RunningSite, path: str, since: int, pattern: str) -> httpx.Response:
    """The page at the time when the log says this, which follows from visits."""

    def page() -> httpx.Response | None:
        page = get(site, path)
        return page if has_logged(site, since, pattern) else None

    return eventually(page)


def registry_of(site: RunningSite) -> Path:
    return site.var / "registry.json"


@contextmanager
def other_registry(site: RunningSite, text: str) -> Iterator[None]:
    """Another registry file, until the site is well again with its own."""
    path = registry_of(site)
    own = path.read_text()
    write_atomically(path, text)
    try:
        yield
    finally:
        write_atomically(path, own)
        eventually(lambda: is_whole(get(site, shop.PRODUCT)))


def with_entry(site: RunningSite, fragment: str, **changes: Any) -> str:
    """The text of the site's registry with changes in the entry of one fragment."""
    document = json.loads(registry_of(site).read_text())
    document["microFrontends"][fragment][0] |= changes
    return json.dumps(document)

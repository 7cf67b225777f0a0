"""Links inside the site: below the path at which the composer has mounted it for this visitor.

A site in several languages has one of them at ``/`` and the others below a path such as ``/de/``.
What a fragment links to is in the language of the page if the path begins with that mount.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

from .request_context import context

if TYPE_CHECKING:
    from django.http import HttpRequest

# What a header says becomes a part of links: plain segments, and never the name of another host.
_MOUNT: Final = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?")
_mount: ContextVar[str] = ContextVar("fragment_mount", default="")


def link(request: "HttpRequest", path: str) -> str:
    """A path of the site as the page's visitor sees it: ``/products/`` may be ``/de/products/``.

    What is no path of the site, an anchor or another origin's URL, stays as it is.
    """
    return _below(_prefix(request), path)


def current_link(path: str) -> str:
    """``link`` for the request that is being answered; for templates, which may not know it."""
    return _below(_mount.get(), path)


@contextmanager
def mounted(request: "HttpRequest") -> Iterator[None]:
    """Let ``current_link`` be this request's inside."""
    token = _mount.set(_prefix(request))
    try:
        yield
    finally:
        _mount.reset(token)


def _prefix(request: "HttpRequest") -> str:
    mount = context(request).mount_pathname or ""
    return mount.rstrip("/") if _MOUNT.fullmatch(mount) else ""


def _below(prefix: str, path: str) -> str:
    if not path.startswith("/") or path.startswith("//"):
        return path
    return f"{prefix}{path}"

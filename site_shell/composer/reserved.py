"""The paths at which the shell itself answers, and no page ever does."""

from typing import Final
from urllib.parse import urlsplit

from .configuration import settings

_OWN: Final = ("/actions", "/_composer", "/admin", "/healthz", "/readyz")


def reserved_prefix(path: str) -> str | None:
    """The reserved path at or below which another one is; a route may stand for its path.

    >>> reserved_prefix("/actions/<slug:x>/"), reserved_prefix("/actionsfilm/")
    ('/actions', None)
    """
    for prefix in (*_OWN, *_folders()):
        if path == prefix or path.startswith(f"{prefix}/"):
            return prefix
    return None


def _folders() -> list[str]:
    """Where static files and media are, if they are on this site."""
    urls = [urlsplit(url) for url in (settings.STATIC_URL, settings.MEDIA_URL) if url]
    return [url.path.rstrip("/") for url in urls if not url.netloc and url.path.strip("/")]

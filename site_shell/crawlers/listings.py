"""What services list: read, checked, and kept through their outages."""

import json
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

logger = logging.getLogger(__name__)

# Google reads that many, and no browser a longer path.
MAX_ENTRIES: Final = 500_000
_MAX_IMAGES: Final = 50
_MAX_PATH: Final = 1_900
_MAX_TEXT: Final = 2_000
# A path of the site as it is written in a URL: no host, no fragment, nothing to escape.
_PATH: Final = re.compile(
    r"/(?!/)[A-Za-z0-9._~!$&'()*+,;=:@%/-]*(?:\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?"
)
_URL: Final = re.compile(r"https?://[A-Za-z0-9._:\[\]-]+/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*")

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the site: its path without a language, when it changed, and its pictures."""

    path: str
    changed: datetime | None = None
    images: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Novelty:
    """Something new in the shop. All but the path are plain text in one language."""

    ref: str
    path: str
    title: str
    summary: str
    published: datetime
    price: str = ""
    image: str = ""


def pages_of(data: bytes, origin: str) -> tuple[Page, ...]:
    """The pages in a document. Raises ValueError if it is none.

    ``origin`` is the site's: a picture may be given by its path.
    """

    def page(entry: dict[str, Any]) -> Page:
        images = [_url(image, origin) for image in (entry.get("images") or [])[:_MAX_IMAGES]]
        changed = entry.get("lastmod")
        return Page(_path(entry["path"]), _moment(changed) if changed else None, tuple(images))

    return tuple(_entries(data, "urls", page))


def news_of(data: bytes, origin: str) -> tuple[Novelty, ...]:
    """The new things in a document. Raises ValueError if it is none."""

    def novelty(entry: dict[str, Any]) -> Novelty:
        image = entry.get("image")
        return Novelty(
            ref=_text(entry["id"]),
            path=_path(entry["path"]),
            title=_text(entry["title"]),
            summary=_text(entry.get("summary") or ""),
            published=_moment(entry["published"]),
            price=_text(entry.get("price") or ""),
            image=_url(image, origin) if image else "",
        )

    return tuple(_entries(data, "items", novelty))


def _entries(data: bytes, key: str, read: Callable[[dict[str, Any]], Entry]) -> Iterator[Entry]:
    """Those that can be understood; a bad one is left out, and the log says how many."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"it is no JSON: {error}") from error
    found = document.get(key) if isinstance(document, dict) else None
    if not isinstance(found, list):
        raise ValueError(f"it has no list {key!r}")
    refused: list[str] = []
    for entry in found[:MAX_ENTRIES]:
        try:
            yield read(entry)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            refused.append(f"{type(error).__name__}: {error}")
    if refused:
        logger.warning("%d of %d entries left out: %.200s", len(refused), len(found), refused[0])


def _path(value: object) -> str:
    if not isinstance(value, str) or len(value) > _MAX_PATH or not _PATH.fullmatch(value):
        raise ValueError(f"{value!r:.100} is no path of the site")
    return value


def _url(value: object, origin: str) -> str:
    if isinstance(value, str) and _PATH.fullmatch(value):
        return f"{origin}{value}"
    if not isinstance(value, str) or len(value) > _MAX_PATH or not _URL.fullmatch(value):
        raise ValueError(f"{value!r:.100} is no URL of a picture")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > _MAX_TEXT:
        raise ValueError(f"{value!r:.100} is no text of at most {_MAX_TEXT} characters")
    return value


def _moment(value: object) -> datetime:
    if not isinstance(value, str):
        raise ValueError(f"{value!r:.100} is no time")
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(f"{value!r:.100} has no offset")
    return moment

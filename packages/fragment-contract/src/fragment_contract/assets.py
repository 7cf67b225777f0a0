"""Stylesheets and scripts of a fragment: from a path in the static files to URL and integrity."""

import base64
import hashlib
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import Storage, storages

from .errors import InvalidDeclaration, UnknownAsset
from .manifest import Asset, FetchPriority, Hydrate, Scope, Strategy


@dataclass(frozen=True, slots=True)
class Css:
    """A stylesheet, by its path in the static files: ``Css("reviews/list.css")``."""

    path: str
    media: str = ""
    fetchpriority: FetchPriority | None = None
    strategy: Strategy | None = None
    scope: Scope = "all"

    def resolve(self) -> Asset:
        url = static_url(self.path)
        return Asset(
            value=url,
            # Not "default": a Podium layout writes the word into the link element, and a
            # browser does not load a stylesheet of an unknown type.
            type="text/css",
            integrity=integrity(self.path),
            crossorigin=_crossorigin(url),
            media=self.media,
            fetchpriority=self.fetchpriority,
            strategy=self.strategy,
            scope=self.scope,
        )


@dataclass(frozen=True, slots=True)
class Js:
    """A script, by its path in the static files: ``Js("reviews/reviews.js", type="module")``.

    A module may wait: ``hydrate="visible"``; with ``"media"`` for what ``media`` asks for.
    """

    path: str
    type: Literal["default", "module"] = "default"
    fetchpriority: FetchPriority | None = None
    strategy: Strategy | None = None
    hydrate: Hydrate | None = None
    media: str = ""
    scope: Scope = "all"
    async_: bool = False
    defer: bool = False

    def __post_init__(self) -> None:
        if self.hydrate and self.type != "module":
            raise InvalidDeclaration(f'{self.path}: hydrate needs type="module"')
        if (self.hydrate == "media") != bool(self.media):
            raise InvalidDeclaration(f'{self.path}: hydrate="media" and media go together')

    def resolve(self) -> Asset:
        url = static_url(self.path)
        return Asset(
            value=url,
            type=self.type,
            integrity=integrity(self.path),
            crossorigin=_crossorigin(url),
            fetchpriority=self.fetchpriority,
            # What a Podium layout knows that comes closest: import() once the page is there.
            strategy=self.strategy or (None if self.hydrate in {None, "load"} else "lazy"),
            hydrate=self.hydrate,
            media=self.media,
            scope=self.scope,
            async_=self.async_,
            defer=self.defer,
        )


def static_storage() -> Storage:
    """The storage that serves this project's static files."""
    return storages["staticfiles"]


def asset_origin() -> str:
    """The origin in front of site-relative asset URLs, or the empty text.

    The setting (or environment variable) ``FRAGMENT_ASSET_ORIGIN``: a composer on another site
    would look for a path below the service, where no file is.
    """
    found = getattr(settings, "FRAGMENT_ASSET_ORIGIN", None)
    origin = os.environ.get("FRAGMENT_ASSET_ORIGIN", "") if found is None else str(found)
    return origin.rstrip("/")


def static_url(path: str) -> str:
    try:
        url = static_storage().url(path)
    except ValueError as error:
        raise UnknownAsset(f"static file {path!r} has no URL: {error}") from error
    return f"{asset_origin()}{url}" if url.startswith("/") and not url.startswith("//") else url


def integrity(path: str) -> str:
    """The sha384 of what the static URL of ``path`` answers.

    Empty where that is not certain: in development a collected file and its source can differ,
    and a wrong integrity would keep the browser from loading either.
    """
    if not settings.DEBUG:
        return _integrity_of_collected(static_storage(), path)
    digests = {_digest(data) for data in (_collected(path), _source(path)) if data is not None}
    if not digests:
        raise UnknownAsset(_not_found(path))
    return digests.pop() if len(digests) == 1 else ""


# Keyed on the storage object, which is another one as soon as the settings are.
@lru_cache(maxsize=512)
def _integrity_of_collected(storage: Storage, path: str) -> str:
    data = _collected(path)
    if data is None:
        data = _source(path)
    if data is None:
        raise UnknownAsset(_not_found(path))
    return _digest(data)


def _collected(path: str) -> bytes | None:
    # Storages with hashed names post-process: the bytes under the hashed name are what is served.
    stored_name = getattr(static_storage(), "stored_name", None)
    return _open(stored_name(path) if stored_name and not settings.DEBUG else path)


def _open(name: str) -> bytes | None:
    try:
        with static_storage().open(name) as file:
            return bytes(file.read())
    except (FileNotFoundError, ImproperlyConfigured):
        # The second is how Django says that STATIC_ROOT is not set.
        return None


def _source(path: str) -> bytes | None:
    found = finders.find(path)
    return Path(found).read_bytes() if isinstance(found, str) else None


def _digest(data: bytes) -> str:
    return f"sha384-{base64.b64encode(hashlib.sha384(data).digest()).decode()}"


def served_bytes(name: str) -> bytes | None:
    """What a static URL answers, by the part of its path after STATIC_URL."""
    for read in (_open, _source):
        data = read(name)
        if data is not None:
            return data
    return None


def _crossorigin(url: str) -> str | None:
    # A browser checks the integrity of another origin's file only if it may read it.
    return "anonymous" if urlsplit(url).netloc else None


def _not_found(path: str) -> str:
    return f"static file {path!r} is neither collected in STATIC_ROOT nor known to a finder"

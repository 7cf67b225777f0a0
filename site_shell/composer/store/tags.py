"""Purging by tag, on caches that know no tags.

Every tag has a stamp in the cache: the time of its last purge. An entry is valid if its fetch
started after the stamp of each of its tags. A stamp that is missing counts as a purge, so a
cache that evicts stamps forgets entries and never revives them; a stamp is born with the first
entry that carries its tag.

Reading stamps with every entry would double the round trips. So each purge also changes one
common token, after the stamps: as long as a process reads the token it knows (in the same round
trip as the entries), the stamps it knows are the ones that count.
"""

import re
import secrets
from collections.abc import Callable, Iterable

from django.core.cache.backends.base import BaseCache

from ..errors import CacheUnavailable
from .backend import Backend, add, read_many
from .entry import Entry, Tagged

# Every entry carries it, though no entry says so; no tag of a service can be it.
EVERYTHING = "*"
TOKEN_KEY = "fragment-purges"
# Longer than entries are kept: a lapsed stamp only costs a miss.
_STAMP_SECONDS = 14 * 86_400
# A new stamp lies so far before the fetch that gave birth to it: the other fragments of the same
# page, fetched a moment earlier, stay valid.
_BIRTH_MARGIN = 5.0
# More than any site's hot set; beyond it the stamps are read again.
_MAX_KNOWN = 20_000

_TAG = re.compile(r"[a-z0-9:/_.-]{1,128}")


def is_tag(text: str) -> bool:
    """Whether the text may be a tag: 1 to 128 of ``a-z 0-9 : / _ . -``."""
    return _TAG.fullmatch(text) is not None


def parse_tags(surrogate_key: str | None) -> frozenset[str]:
    """The tags of a Surrogate-Key header. What is no tag is left out: nobody can purge it."""
    return frozenset(filter(is_tag, surrogate_key.split())) if surrogate_key else frozenset()


class Stamps:
    """What this process knows about purges."""

    def __init__(self, backend: Backend, *, on_purge: Callable[[], None]) -> None:
        self._backend = backend
        self._on_purge = on_purge
        self._token: str | None = None
        self._known: dict[str, float] = {}
        self.generation = 0

    def see(self, token: object) -> None:
        """Take note of the token that was read; another one voids what is known."""
        token = token if isinstance(token, str) else None
        if token != self._token:
            self._token = token
            self._known = {}
            self.generation += 1
            self._on_purge()

    async def are_valid(self, entries: Iterable[Tagged]) -> list[bool]:
        """Which of the entries, read together with the token last seen, were not purged."""
        entries = list(entries)
        tags = {EVERYTHING, *[tag for entry in entries for tag in entry.tags]} if entries else set()
        stamps = self._known
        if not tags <= stamps.keys():
            stamps = await self._read(tags, birth=None)
        return [_is_valid(entry, stamps) for entry in entries]

    async def admit(self, entry: Entry) -> bool:
        """Make sure that each tag of a new entry has a stamp; False if it is purged already."""
        stamps = self._known
        if EVERYTHING not in stamps or not entry.tags <= stamps.keys():
            tags = {EVERYTHING, *entry.tags}
            stamps = await self._read(tags, birth=entry.fetched_at - _BIRTH_MARGIN)
        return _is_valid(entry, stamps)

    async def purge(self, tags: Iterable[str], now: float) -> None:
        """Void everything with one of the tags that was fetched until now."""
        stamps = {_stamp_key(tag): now for tag in tags}
        token = secrets.token_hex(8)

        def write(cache: BaseCache) -> None:
            # Some backends tell failures, others raise them.
            if failed := cache.set_many(stamps, _STAMP_SECONDS):
                raise CacheUnavailable(f"{len(failed)} of {len(stamps)} purges were not written")
            cache.set(TOKEN_KEY, token, _STAMP_SECONDS)

        try:
            await self._backend.run(write)
        finally:
            self.see(token)

    async def _read(self, tags: Iterable[str], *, birth: float | None) -> dict[str, float]:
        tags = list(tags)
        # Of the token that was seen: another one, seen while we read, begins another dictionary.
        known = self._known

        def read(cache: BaseCache) -> dict[str, float]:
            found = read_many(cache, map(_stamp_key, tags))
            if birth is not None:
                found |= {
                    key: _born(cache, key, birth)
                    for key in map(_stamp_key, tags)
                    if not isinstance(found.get(key), float)
                }
            stamps = ((tag, found.get(_stamp_key(tag))) for tag in tags)
            return {tag: stamp for tag, stamp in stamps if isinstance(stamp, float)}

        stamps = await self._backend.run(read)
        if len(known) > _MAX_KNOWN:
            known.clear()
        known.update(stamps)
        return stamps


def _is_valid(entry: Tagged, stamps: dict[str, float]) -> bool:
    for tag in (EVERYTHING, *entry.tags):
        stamp = stamps.get(tag)
        if stamp is None or entry.fetched_at <= stamp:
            return False
    return True


def _born(cache: BaseCache, key: str, birth: float) -> object:
    """The stamp of a new tag. Of several processes giving birth at once the first one counts."""
    return birth if add(cache, key, birth, _STAMP_SECONDS) else cache.get(key)


def _stamp_key(tag: str) -> str:
    return f"fragment-tag:{tag}"

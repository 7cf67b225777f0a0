"""Reads a registry document: AWS's frontend-discovery schema, with our fields under ``extras``.

{"schema": "...", "microFrontends": {"reviews/list": [{
    "url": "http://127.0.0.1:9002/fragments/list",
    "fallbackUrl": "http://...",                                      # optional
    "metadata": {"version": "1.0.0", "integrity": "..."},             # integrity is not used
    "deployment": {"traffic": 100, "default": true},                  # optional for a sole release
    "extras": {"credentials": "ApiKey", "secret": "env:NAME", "concurrency": 64,
               "strategy": "Linear10PercentEvery1Minute", "start": "2026-11-21T13:00:00Z",
               "group": "reviews", "canary": {"sample": 100, "errors": 1, "slowdown": 1.5}}
               # mTLS: "certificate", "key", "authority"; functions: "events": "1.0"
}]}}

Pure: bytes in, releases and problems out. What is wrong with one fragment leaves the others alone.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from ..errors import RegistryError
from ..release import Release, Rollout
from ._extras import read_client, read_group, read_halt, read_limits, read_listings, read_rollout
from ._reader import Reader
from .notes import history

MAX_BYTES: Final = 4_194_304
_FRAGMENT_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]*/[a-z0-9][a-z0-9_-]*")
_RELEASE_KEYS: Final = ("url", "fallbackUrl", "metadata", "deployment", "extras")
# "replaced": when another release became the default one; the way back of a rollback.
# "history": the last changes to the fragment, for people.
_EXTRAS_KEYS: Final = (
    *("credentials", "secret", "certificate", "key", "authority"),
    *("events", "concurrency", "replaced"),
    *("strategy", "start", "group", "canary", "halted", "history"),
    *("owner", "pages", "news"),
)
_SOLE_DEPLOYMENT: Final = {"traffic": 100, "default": True}


@dataclass(frozen=True, slots=True)
class Registered:
    """What a document says.

    ``refused`` names the fragments whose entries are wrong. ``problems`` are sentences for
    people, each naming its fragment and field; some are about fragments that still work.
    """

    releases: Mapping[str, tuple[Release, ...]]
    refused: frozenset[str] = frozenset()
    problems: tuple[str, ...] = ()


def parse_registry(data: bytes) -> Registered:
    """Read a whole document; raises RegistryError only where none of it can be understood."""
    if len(data) > MAX_BYTES:
        raise RegistryError(f"the document has {len(data)} bytes, more than {MAX_BYTES}")
    document = read_json(data)
    fragments = document.get("microFrontends") if isinstance(document, dict) else None
    if not isinstance(fragments, dict):
        raise RegistryError('the document must be an object with an object "microFrontends"')
    return parse_fragments(fragments)


def read_json(data: bytes | str) -> Any:
    """JSON in which no key stands twice in one object."""
    try:
        text = data if isinstance(data, str) else data.decode("utf-8")
        return json.loads(text, object_pairs_hook=_without_duplicates)
    except (ValueError, RecursionError) as error:
        raise RegistryError(f"the document is not JSON in UTF-8: {error}") from error


def parse_fragments(fragments: Mapping[str, Any]) -> Registered:
    """Read the entry of each fragment; what is wrong with one is told and concerns no other."""
    releases: dict[str, tuple[Release, ...]] = {}
    refused: set[str] = set()
    problems: list[str] = []
    for name, entries in fragments.items():
        try:
            releases[name] = _parse_fragment(name, entries, problems)
        except RegistryError as error:
            refused.add(name)
            problems.append(str(error))
    return Registered(releases, frozenset(refused), tuple(problems))


def _parse_fragment(name: str, entries: Any, problems: list[str]) -> tuple[Release, ...]:
    """The releases of one fragment, the default one first."""
    reader = Reader(name, "", {}, problems)
    if not _FRAGMENT_NAME.fullmatch(name):
        raise reader.wrong("name", name, "service/fragment in lower case letters, digits, _ and -")
    if not isinstance(entries, list) or not entries:
        raise reader.wrong("entry", entries, "a list of at least one release")
    releases = []
    for index, entry in enumerate(entries):
        if not isinstance(entry, dict):
            raise reader.wrong(f"[{index}]", entry, "an object")
        release = Reader(name, f"[{index}].", entry, problems)
        releases.append(_parse_release(name, release, is_sole=len(entries) == 1))

    defaults = sum(release.default for release in releases)
    if defaults != 1:
        raise reader.wrong("deployment.default", f"true {defaults} times", "true for one release")
    _check_shares(reader, releases)
    versions = [release.version for release in releases]
    if len(set(versions)) != len(versions):
        raise reader.wrong("metadata.version", versions, "different in each release")
    # One that names the group speaks for all.
    group = next((release.group for release in releases if release.group), "")
    owner = next((release.owner for release in releases if release.owner), "")
    releases = [replace(release, group=group, owner=owner) for release in releases]
    notes = tuple(history(entries))
    releases = [replace(one, history=notes) if one.default else one for one in releases]
    return tuple(sorted(releases, key=lambda release: not release.default))


def _check_shares(reader: Reader, releases: Sequence[Release]) -> None:
    """The parts of a fragment's visitors: they fit together, and move for one reason at a time."""
    traffic = sum(release.traffic for release in releases)
    if traffic > 100 + 1e-6:
        raise reader.wrong("deployment.traffic", traffic, "100 at most in sum")
    moving = [release for release in releases if release.rollout is not None]
    if len(moving) > 1:
        names = [release.version for release in moving]
        raise reader.wrong("extras.strategy", names, "in one release at a time")
    others = sum(release.traffic for release in releases if not release.default)
    if moving and others:
        legal = f"0 beside the default while {moving[0].version} has a strategy"
        raise reader.wrong("deployment.traffic", others, legal)
    if any(release.default for release in moving):
        strategy = cast(Rollout, moving[0].rollout).strategy
        raise reader.wrong("extras.strategy", strategy, "left out in the default release")
    groups = {release.group for release in releases if release.group}
    if len(groups) > 1:
        raise reader.wrong("extras.group", sorted(groups), "the same in all releases")


def _parse_release(name: str, entry: Reader, *, is_sole: bool) -> Release:
    entry.refuse_unknown(_RELEASE_KEYS)
    deployment = entry.child("deployment", _SOLE_DEPLOYMENT if is_sole else None)
    extras = entry.child("extras", {})
    # Only a warning: other tools may keep their own extras, and newer ones know more of ours.
    extras.mention_unknown(_EXTRAS_KEYS)
    if extras.has("replaced"):
        extras.text("replaced")
    return Release(
        fragment=name,
        version=entry.child("metadata", None).text("version"),
        url=entry.url("url").rstrip("/"),
        fallback_url=entry.url("fallbackUrl") if entry.has("fallbackUrl") else None,
        traffic=deployment.number("traffic", minimum=0, maximum=100),
        default=deployment.flag("default"),
        credentials=extras.credentials("credentials"),
        secret=extras.secret("secret") if extras.has("secret") else None,
        concurrency=extras.integer("concurrency", minimum=1, maximum=10_000, default=64),
        client=read_client(extras),
        events=extras.events("events"),
        rollout=read_rollout(extras),
        group=read_group(extras),
        halted=read_halt(extras),
        limits=read_limits(extras),
        owner=extras.text("owner") if extras.has("owner") else "",
        listings=read_listings(extras),
    )


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """JSON takes the last of two equal keys; here that would be another team's work, lost."""
    document = dict(pairs)
    if len(document) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice!r:.100} stands twice in one object")
    return document

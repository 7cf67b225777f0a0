"""The changes that people make to a fragment's entry. Pure: the entry before, the entry after.

An entry is the JSON list of releases as it is registered; None stands for a fragment that is not
registered. What else an entry holds, of other tools or of newer versions, stays as it is.
"""

import copy
from collections.abc import Callable
from typing import Any

from ..errors import RegistryError
from .schema import parse_fragments

Entry = list[dict[str, Any]]
Edit = Callable[[Entry | None], Entry | None]


def edited(fragment: str, before: Any, edit: Edit) -> Entry | None:
    """The entry after an edit; raises RegistryError if either of the two could not be used."""
    if before is not None:
        _refuse_wrong(fragment, before)
    after = edit(copy.deepcopy(before))
    if after is not None:
        _refuse_wrong(fragment, after)
    return after


def register(*, url: str, version: str, fallback_url: str | None) -> Edit:
    """Add a release, without traffic unless it is the first, or move the one of that version."""

    def edit(entry: Entry | None) -> Entry:
        releases = entry or []
        known = [release for release in releases if _version(release) == version]
        release = known[0] if known else {"url": url, "metadata": {"version": version}}
        release["url"] = url
        if fallback_url is not None:
            release["fallbackUrl"] = fallback_url
        if not known:
            # A sole release needs no deployment; as one of two it does.
            for other in releases:
                other.setdefault("deployment", {"traffic": 100, "default": True})
            _deploy(release, is_default=not releases)
            releases.append(release)
        return releases

    return edit


def promote(version: str, *, now: str) -> Edit:
    """Make a release the default one, with all traffic. ``now`` is kept for the way back."""

    def edit(entry: Entry | None) -> Entry:
        releases = _registered(entry)
        chosen = _find(releases, version)
        former = _default(releases)
        if chosen is not former:
            former.setdefault("extras", {})["replaced"] = now
        _make_default(releases, chosen)
        return releases

    return edit


def rollback() -> Edit:
    """Make the release the default one that was it before; once more goes back once more."""

    def edit(entry: Entry | None) -> Entry:
        releases = _registered(entry)
        _make_default(releases, _predecessor(releases))
        return releases

    return edit


def kill(version: str | None) -> Edit:
    """Take a release away, after a rollback if it is the default one; None: all of them."""

    def edit(entry: Entry | None) -> Entry | None:
        releases = _registered(entry)
        if version is None:
            return None
        doomed = _find(releases, version)
        if len(releases) == 1:
            raise RegistryError(
                f"{version} is the only release; to take the fragment away, name no version"
            )
        if doomed is _default(releases):
            _make_default(releases, _predecessor(releases))
        return [release for release in releases if release is not doomed]

    return edit


def _refuse_wrong(fragment: str, entry: Any) -> None:
    parsed = parse_fragments({fragment: entry})
    if parsed.refused:
        raise RegistryError(parsed.problems[-1])


def _registered(entry: Entry | None) -> Entry:
    if entry is None:
        raise RegistryError("the fragment is not registered")
    return entry


def _find(releases: Entry, version: str) -> dict[str, Any]:
    for release in releases:
        if _version(release) == version:
            return release
    known = ", ".join(_version(release) for release in releases)
    raise RegistryError(f"there is no release {version!r:.100}; registered: {known}")


def _default(releases: Entry) -> dict[str, Any]:
    return next(r for r in releases if r.get("deployment", {"default": True})["default"])


def _predecessor(releases: Entry) -> dict[str, Any]:
    former = [release for release in releases if "replaced" in release.get("extras", {})]
    if not former:
        others = [_version(release) for release in releases if release is not _default(releases)]
        raise RegistryError(
            "no other release has been the default one; "
            f"to promote there is {', '.join(others) or 'none'}"
        )
    return max(former, key=lambda release: str(release["extras"]["replaced"]))


def _make_default(releases: Entry, chosen: dict[str, Any]) -> None:
    for release in releases:
        _deploy(release, is_default=release is chosen)
    chosen.get("extras", {}).pop("replaced", None)
    if chosen.get("extras") == {}:
        del chosen["extras"]


def _deploy(release: dict[str, Any], *, is_default: bool) -> None:
    deployment = release.setdefault("deployment", {})
    deployment.update(traffic=100 if is_default else 0, default=is_default)


def _version(release: dict[str, Any]) -> str:
    return str(release["metadata"]["version"])

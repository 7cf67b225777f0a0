"""The changes that people make to a fragment's entry. Pure: the entry before, the entry after.

An entry is the JSON list of releases as it is registered; None stands for a fragment that is not
registered. What else an entry holds, of other tools or of newer versions, stays as it is.
"""

import copy
from collections.abc import Callable
from math import inf
from typing import Any, Final

from ..errors import RegistryError
from ._extras import parse_moment
from .schema import parse_fragments

_TRIAL: Final = ("strategy", "start", "halted")
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


def shift(version: str, *, traffic: float | None, strategy: str, start: str, group: str) -> Edit:
    """Try a release out: with a share of ``traffic`` in percent, or by a strategy from a start on.

    Empty texts leave a field out. A halt is thereby over.
    """

    def edit(entry: Entry | None) -> Entry:
        releases = _registered(entry)
        chosen = _find(releases, version)
        if chosen is _default(releases):
            raise RegistryError(f"{version} is the default release: it has what others leave")
        _forget(chosen, *_TRIAL)
        given = {"strategy": strategy, "start": start, "group": group}
        chosen.setdefault("extras", {}).update({k: v for k, v in given.items() if v})
        _forget(chosen)
        _deploy(chosen, is_default=False)
        chosen["deployment"]["traffic"] = _plain(traffic or 0)
        _balance(releases)
        return releases

    return edit


def halt(version: str, *, at: str, reason: str) -> Edit:
    """Take the traffic of a release that is tried out back, and say why; nothing if it is not."""

    def edit(entry: Entry | None) -> Entry | None:
        if entry is None or version not in [_version(release) for release in entry]:
            return entry
        chosen = _find(entry, version)
        if not _is_tried(chosen):
            return entry
        _forget(chosen, *_TRIAL)
        chosen["deployment"]["traffic"] = 0
        chosen.setdefault("extras", {})["halted"] = {"at": at, "reason": reason}
        _balance(entry)
        return entry

    return edit


def clear_halt(version: str) -> Edit:
    """Forget why a release was halted. It stays without traffic."""

    def edit(entry: Entry | None) -> Entry:
        releases = _registered(entry)
        _forget(_find(releases, version), "halted")
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
    """Go one step back; once more goes back once more.

    What is being tried out loses its traffic. If a halt came first, that step is made: it is only
    no longer halted. Without such a release, the one that was the default one before is it again.
    """

    def edit(entry: Entry | None) -> Entry:
        releases = _registered(entry)
        halted = _halted_last(releases)
        if any(_is_tried(release) for release in releases):
            _make_default(releases, _default(releases))
        elif halted:
            for release in halted:
                _forget(release, "halted")
        else:
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
        left = [release for release in releases if release is not doomed]
        _balance(left)
        return left

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


def _halted_last(releases: Entry) -> Entry:
    """Releases that were halted after the default one became it."""
    replaced = max(_moment(release, "replaced") for release in releases)
    return [release for release in releases if _moment(release, "halted", "at") > replaced]


def _moment(release: dict[str, Any], *names: str) -> float:
    """A time under ``extras`` in epoch seconds; what is none is before everything."""
    value: Any = release.get("extras", {})
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    moment = parse_moment(value)
    return -inf if moment is None else moment


def _make_default(releases: Entry, chosen: dict[str, Any]) -> None:
    for release in releases:
        _deploy(release, is_default=release is chosen)
        _forget(release, "strategy", "start")
    _forget(chosen, "replaced", "halted")


def _is_tried(release: dict[str, Any]) -> bool:
    deployment = release.get("deployment", {"default": True})
    has_share = deployment.get("traffic", 0) > 0 or "strategy" in release.get("extras", {})
    return not deployment["default"] and has_share


def _balance(releases: Entry) -> None:
    """Leave the default release what the others do not have."""
    default = _default(releases)
    _deploy(default, is_default=True)
    others = sum(r["deployment"]["traffic"] for r in releases if r is not default)
    if others > 100:
        raise RegistryError(
            f"deployment.traffic is {others:g} beside the default; it must be 100 at most"
        )
    default["deployment"]["traffic"] = _plain(100 - others)


def _plain(percent: float) -> float:
    """As people write it: 90, not 90.0, and not 87.7 with eleven more digits."""
    short = round(percent, 6)
    return int(short) if short == int(short) else short


def _forget(release: dict[str, Any], *fields: str) -> None:
    """Without extras, the object for them goes, too."""
    extras = release.get("extras", {})
    for field in fields:
        extras.pop(field, None)
    if release.get("extras") == {}:
        del release["extras"]


def _deploy(release: dict[str, Any], *, is_default: bool) -> None:
    deployment = release.setdefault("deployment", {})
    deployment.update(traffic=100 if is_default else 0, default=is_default)


def _version(release: dict[str, Any]) -> str:
    return str(release["metadata"]["version"])

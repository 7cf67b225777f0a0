"""Releases made by hand, and a registry of them."""

from typing import Any, get_args

from site_shell.composer.release import Release, Rollout, StrategyName

from .conftest import NAME

START = 1_700_000_000.0
STRATEGIES: tuple[StrategyName, ...] = get_args(StrategyName)
ALL = [f"{number:03}" for number in range(1000)]


def one(
    version: str,
    *,
    fragment: str = NAME,
    traffic: float = 0,
    strategy: StrategyName | None = None,
    start: float | None = START,
    group: str = "",
) -> Release:
    rollout = Rollout(strategy, start) if strategy else None
    return Release(
        fragment, version, "http://x", traffic=traffic, default=False, rollout=rollout, group=group
    )


def default(**options: Any) -> Release:
    made = one("1.0.0", **options)
    return Release(made.fragment, made.version, made.url, traffic=100, group=made.group)


class Fixed:
    """A registry of given releases."""

    def __init__(self, releases: dict[str, tuple[Release, ...]]) -> None:
        self.contents = releases
        self.generation = 1

    def fragments(self) -> tuple[str, ...]:
        return tuple(self.contents)

    def releases(self, fragment: str) -> tuple[Release, ...]:
        return self.contents[fragment]

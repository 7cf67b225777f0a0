"""How a rollout is read from its record in the registry, and what is refused there."""

from datetime import UTC, datetime
from typing import Any

import pytest

from site_shell.composer.registry.rollout import share
from site_shell.composer.registry.schema import Registered, parse_fragments

from .conftest import NAME


def parse(**extras: Any) -> Registered:
    return parse_fragments(
        {
            NAME: [
                {
                    "url": "http://x",
                    "metadata": {"version": "1.0.0"},
                    "deployment": {"traffic": 100, "default": True},
                },
                {
                    "url": "http://x",
                    "metadata": {"version": "2.0.0"},
                    "deployment": {"traffic": 0, "default": False},
                    "extras": extras,
                },
            ],
            "cart/mini": [{"url": "http://y", "metadata": {"version": "1"}}],
        }
    )


@pytest.mark.parametrize(
    "start",
    [
        "2026-11-21T13:00:00Z",
        "2026-11-21T13:00:00+00:00",
        "2026-11-21T18:45:00+05:45",
        "2026-11-22T03:00:00+14:00",
        "2026-11-21T01:00:00-12:00",
        "20261121T130000Z",
    ],
)
def test_a_start_means_the_same_moment_in_every_zone(start: str) -> None:
    (_, release) = parse(strategy="AllAtOnce", start=start).releases[NAME]
    assert release.rollout is not None
    assert release.rollout.start == datetime(2026, 11, 21, 13, tzinfo=UTC).timestamp()


def test_a_change_to_summer_time_stretches_no_schedule() -> None:
    """An hour before clocks in Berlin go forward, in Berlin's time of before."""
    (_, release) = parse(
        strategy="Linear10PercentEvery10Minutes", start="2026-03-29T01:30:00+01:00"
    ).releases[NAME]
    after = datetime.fromisoformat("2026-03-29T03:00:00+02:00").timestamp()
    assert share(release, after) == 40


@pytest.mark.parametrize(
    ("extras", "field", "legal"),
    [
        ({"strategy": "Linear10Percent", "start": "2026-11-21T13:00:00Z"}, "strategy", "AllAtOnce"),
        (
            {"strategy": "Linear10PercentEvery1Minutes", "start": "2026-11-21T13:00:00Z"},
            "strategy",
            "Linear10PercentEvery1Minute,",
        ),
        ({"strategy": ["AllAtOnce"]}, "strategy", "BlueGreen"),
        ({"strategy": "AllAtOnce"}, "start", "2026-11-21T13:00:00Z"),
        ({"strategy": "AllAtOnce", "start": "2026-11-21T13:00:00"}, "start", "with an offset"),
        ({"strategy": "AllAtOnce", "start": "now"}, "start", "ISO 8601"),
        ({"strategy": "AllAtOnce", "start": 1_700_000_000}, "start", "ISO 8601"),
        ({"strategy": "AllAtOnce", "start": "0001-01-01T00:00:00+14:00"}, "start", "ISO 8601"),
        ({"strategy": "BlueGreen", "start": None}, "start", "ISO 8601"),
        ({"start": "2026-11-21T13:00:00Z"}, "start", "without a strategy"),
        ({"group": "A B"}, "group", "lower case"),
        ({"group": 1}, "group", "lower case"),
        ({"canary": {"samples": 1}}, "canary.samples", "sample, errors, slowdown"),
        ({"canary": {"sample": 1}}, "canary.sample", "from 10"),
        ({"canary": {"errors": -1}}, "canary.errors", "from 0"),
        ({"canary": {"slowdown": 0.5}}, "canary.slowdown", "from 1"),
        ({"canary": 1}, "canary", "an object"),
        ({"halted": "yes"}, "halted", "an object"),
        ({"halted": {"at": "yesterday", "reason": "x"}}, "halted.at", "ISO 8601"),
        ({"halted": {"at": "2026-11-21T13:00:00Z"}}, "halted.reason", "printable"),
    ],
)
def test_a_wrong_field_is_named_with_the_legal_values_and_concerns_no_other_fragment(
    extras: dict[str, Any], field: str, legal: str
) -> None:
    registered = parse(**extras)
    assert registered.refused == {NAME}
    (problem,) = registered.problems
    assert problem.startswith(f"{NAME}: [1].extras.{field} is ") and legal in problem
    assert [release.version for release in registered.releases["cart/mini"]] == ["1"]


def release_entry(version: str, traffic: float, **extras: Any) -> dict[str, Any]:
    return {
        "url": "http://x",
        "metadata": {"version": version},
        "deployment": {"traffic": traffic, "default": version == "1.0.0"},
        "extras": extras,
    }


NOW: dict[str, Any] = {"strategy": "AllAtOnce", "start": "2026-11-21T13:00:00Z"}


@pytest.mark.parametrize(
    ("entries", "says"),
    [
        (
            [
                release_entry("1.0.0", 100),
                release_entry("2", 0, **NOW),
                release_entry("3", 0, **NOW),
            ],
            "extras.strategy is ['2', '3']; it must be in one release at a time",
        ),
        (
            [release_entry("1.0.0", 90), release_entry("2", 0, **NOW), release_entry("3", 10)],
            "deployment.traffic is 10.0; it must be 0 beside the default while 2 has a strategy",
        ),
        (
            [release_entry("1.0.0", 100, **NOW), release_entry("2", 0)],
            "extras.strategy is 'AllAtOnce'; it must be left out in the default release",
        ),
        (
            [release_entry("1.0.0", 100, group="a"), release_entry("2", 0, group="b")],
            "extras.group is ['a', 'b']; it must be the same in all releases",
        ),
    ],
)
def test_releases_that_do_not_fit_together_are_refused(entries: list[Any], says: str) -> None:
    assert parse_fragments({NAME: entries}).problems == (f"{NAME}: {says}",)


def test_the_group_of_one_release_is_that_of_all() -> None:
    assert [release.group for release in parse(group="reviews").releases[NAME]] == ["reviews"] * 2

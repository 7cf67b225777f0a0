"""``manage.py fragments``: releases that are tried out on a share of the traffic."""

import time
from datetime import datetime

import pytest
from django.core.management import CommandError

from site_shell.composer.registry.opening import open_writer

from .conftest import AT, NAME, Fragments, States


def test_a_share_comes_from_the_default_release(
    three_releases: None, fragments: Fragments, states: States
) -> None:
    fragments("shift", NAME, "2.0.0", "--traffic", "10")
    assert states() == ["1.0.0 90*", "2.0.0 10", "3.0.0 0"]
    fragments("shift", NAME, "3.0.0", "--traffic", "2.5")
    assert states() == ["1.0.0 87.5*", "2.0.0 10", "3.0.0 2.5"]
    fragments("shift", NAME, "2.0.0", "--traffic", "0")
    assert states() == ["1.0.0 97.5*", "2.0.0 0", "3.0.0 2.5"]


def test_a_strategy_begins_now_unless_it_is_told_when(
    three_releases: None, fragments: Fragments, address: str
) -> None:
    fragments("shift", NAME, "2.0.0", "--strategy", "Linear10PercentEvery1Minute")
    extras = open_writer(address).read()[NAME][1]["extras"]
    assert extras["strategy"] == "Linear10PercentEvery1Minute"
    assert abs(datetime.fromisoformat(extras["start"]).timestamp() - time.time()) < 60
    shown = fragments("list")
    assert "10 %" in shown and "Linear10PercentEvery1Minute; since" in shown
    fragments("shift", NAME, "2.0.0", "--strategy", "AllAtOnce", "--start", "2199-01-01T00:00:00Z")
    assert "AllAtOnce; from 2199-01-01T00:00:00+00:00" in fragments("list")


def test_green_waits_for_its_promotion_and_blue_stays_for_the_way_back(
    three_releases: None, fragments: Fragments, states: States
) -> None:
    fragments("shift", NAME, "2.0.0", "--strategy", "BlueGreen")
    assert "BlueGreen; waits to be promoted" in fragments("list")
    fragments("promote", NAME, "2.0.0")
    assert states() == ["1.0.0 0", "2.0.0 100*", "3.0.0 0"]
    assert "BlueGreen" not in fragments("list")
    fragments("rollback", NAME)
    assert states() == ["1.0.0 100*", "2.0.0 0", "3.0.0 0"]


@pytest.mark.parametrize("how", [("--traffic", "30"), ("--strategy", "Canary10Percent5Minutes")])
def test_rolling_back_takes_the_traffic_from_what_is_tried(
    three_releases: None, fragments: Fragments, states: States, how: tuple[str, str]
) -> None:
    fragments("shift", NAME, "2.0.0", *how)
    fragments("rollback", NAME)
    assert states() == ["1.0.0 100*", "2.0.0 0", "3.0.0 0"]
    assert "Canary10" not in fragments("list")


def test_linked_fragments_are_put_into_a_group(three_releases: None, fragments: Fragments) -> None:
    fragments("shift", NAME, "2.0.0", "--traffic", "10", "--group", "redesign")
    assert "with group redesign" in fragments("list")


@pytest.mark.parametrize("address", ["file"], indirect=True)
@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("shift", NAME, "1.0.0", "--traffic", "10"), "is the default release"),
        (("shift", NAME, "9.9.9", "--traffic", "10"), r"registered: 1\.0\.0, 2\.0\.0, 3\.0\.0"),
        (("shift", NAME, "2.0.0", "--traffic", "101"), "from 0 to 100, not '101'"),
        (
            ("shift", NAME, "2.0.0", "--traffic", "-1"),
            "expected one argument|a number from 0 to 100",
        ),
        (("shift", NAME, "2.0.0", "--traffic", "nan"), "a number from 0 to 100"),
        (("shift", NAME, "2.0.0"), "--traffic --strategy is required"),
        (("shift", NAME, "2.0.0", "--strategy", "Slowly"), "Linear10PercentEvery10Minutes"),
        (("shift", NAME, "2.0.0", "--traffic", "1", "--strategy", "AllAtOnce"), "not allowed with"),
        (("shift", NAME, "2.0.0", "--strategy", "AllAtOnce", "--start", "soon"), "with an offset"),
        (("shift", NAME, "2.0.0", "--traffic", "1", "--start", AT), "a share begins at once"),
        (("shift", NAME, "2.0.0", "--traffic", "1", "--group", "A B"), r"extras\.group is 'A B'"),
        (("shift", "cart/mini", "2.0.0", "--traffic", "1"), "not registered"),
    ],
)
def test_a_wrong_shift_is_refused_with_the_reason_and_changes_nothing(
    three_releases: None, fragments: Fragments, states: States, change: tuple[str, ...], says: str
) -> None:
    with pytest.raises(CommandError, match=says):
        fragments(*change)
    assert states() == ["1.0.0 100*", "2.0.0 0", "3.0.0 0"]


def test_shares_that_are_too_much_together_are_refused(
    three_releases: None, fragments: Fragments
) -> None:
    fragments("shift", NAME, "2.0.0", "--traffic", "60")
    with pytest.raises(CommandError, match="traffic is 110 beside the default; it must be 100"):
        fragments("shift", NAME, "3.0.0", "--traffic", "50")


def test_a_second_strategy_beside_another_is_refused(
    three_releases: None, fragments: Fragments
) -> None:
    fragments("shift", NAME, "2.0.0", "--strategy", "AllAtOnce")
    with pytest.raises(CommandError, match="in one release at a time"):
        fragments("shift", NAME, "3.0.0", "--strategy", "AllAtOnce")

"""A release that was halted: what is shown of it, and the way back from there."""

from datetime import UTC, datetime, timedelta

from site_shell.composer.registry.editing import (
    halt,
)
from site_shell.composer.registry.opening import open_writer

from .conftest import AT, NAME, Fragments, States


def test_a_halt_is_shown_and_over_with_the_next_shift(
    three_releases: None, fragments: Fragments, states: States, address: str
) -> None:
    fragments("shift", NAME, "2.0.0", "--traffic", "30")
    open_writer(address).change(NAME, halt("2.0.0", at=AT, reason="31 of 300 failed"))
    assert states() == ["1.0.0 100*", "2.0.0 0", "3.0.0 0"]
    assert f"halted {AT}: 31 of 300 failed" in fragments("list")
    fragments("shift", NAME, "2.0.0", "--traffic", "10")
    assert "halted" not in fragments("list")


def test_who_rolls_back_what_was_halted_a_moment_before_goes_one_step_back_and_not_two(
    three_releases: None, fragments: Fragments, states: States, address: str
) -> None:
    fragments("promote", NAME, "2.0.0")
    fragments("shift", NAME, "3.0.0", "--traffic", "30")
    at = datetime.now(UTC) + timedelta(seconds=1)
    open_writer(address).change(NAME, halt("3.0.0", at=at.isoformat(), reason="31 of 300 failed"))
    fragments("rollback", NAME)
    assert states() == ["1.0.0 0", "2.0.0 100*", "3.0.0 0"]
    assert "halted" not in fragments("list")
    fragments("rollback", NAME)
    assert states() == ["1.0.0 100*", "2.0.0 0", "3.0.0 0"]


def test_a_halt_of_former_times_does_not_stand_in_the_way_back(
    three_releases: None, fragments: Fragments, states: States, address: str
) -> None:
    fragments("shift", NAME, "3.0.0", "--traffic", "30")
    open_writer(address).change(NAME, halt("3.0.0", at=AT, reason="31 of 300 failed"))
    fragments("promote", NAME, "2.0.0")
    fragments("rollback", NAME)
    assert states() == ["1.0.0 100*", "2.0.0 0", "3.0.0 0"]
    assert "halted" in fragments("list")


def test_a_halt_that_comes_too_late_changes_nothing(three_releases: None, address: str) -> None:
    for version in ("1.0.0", "2.0.0", "9.9.9"):
        before, after = open_writer(address).change(NAME, halt(version, at=AT, reason="slow"))
        assert before == after
    assert open_writer(address).change("cart/mini", halt("1", at=AT, reason="x")).after is None

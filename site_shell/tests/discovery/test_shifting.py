"""``manage.py fragments``: releases that are tried out, and who changed what."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError
from hypothesis import given
from hypothesis import strategies as st

from site_shell.composer.errors import RegistryError
from site_shell.composer.registry.editing import (
    Entry,
    clear_halt,
    edited,
    halt,
    kill,
    promote,
    register,
    rollback,
    shift,
)
from site_shell.composer.registry.history import MAX_NOTES, Note, history, noted
from site_shell.composer.registry.opening import open_writer
from site_shell.composer.registry.schema import parse_fragments

from .conftest import NAME, URL, Fragments, ParameterStore, States, release

ROOT = Path(__file__).resolve().parents[3]
AT = "2026-11-21T13:00:00+00:00"


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


# Who changed what.


def test_each_change_is_noted_with_who_and_when(
    three_releases: None, fragments: Fragments, address: str
) -> None:
    fragments("shift", NAME, "2.0.0", "--traffic", "10", "--by", "ann")
    fragments("promote", NAME, "2.0.0", "--by", "bob")
    fragments("rollback", NAME)
    notes = history(open_writer(address).read()[NAME])
    assert [(note.who, note.what) for note in notes[:2]] == [
        ("ann", "shift 2.0.0 10 %"),
        ("bob", "promote 2.0.0"),
    ]
    assert notes[2].what == "rollback" and notes[2].who
    assert abs(datetime.fromisoformat(notes[2].when).timestamp() - time.time()) < 60


def test_the_history_is_not_in_the_difference_and_follows_the_fragment(
    three_releases: None, fragments: Fragments, address: str
) -> None:
    shown = fragments("promote", NAME, "2.0.0")
    assert "history" not in shown and '+      "default": true' in shown
    fragments("kill", NAME, "1.0.0")
    assert [note.what for note in history(open_writer(address).read()[NAME])] == [
        "promote 2.0.0",
        "kill 1.0.0",
    ]


def test_nothing_is_noted_where_nothing_changes(
    three_releases: None, fragments: Fragments, address: str
) -> None:
    fragments("promote", NAME, "1.0.0")
    fragments("promote", NAME, "2.0.0", "--dry-run")
    assert history(open_writer(address).read()[NAME]) == []


def test_only_the_last_changes_are_kept(three_releases: None, address: str) -> None:
    writer = open_writer(address)
    for number in range(MAX_NOTES + 3):
        how = {"traffic": float(number + 1), "strategy": "", "start": "", "group": ""}
        note = Note(f"2026-11-21T13:00:{number:02}Z", "ann", f"{number} {'x' * 200}")
        writer.change(NAME, noted(shift("2.0.0", **how), note))  # type: ignore[arg-type]
    notes = history(writer.read()[NAME])
    assert len(notes) == MAX_NOTES and notes[-1].what.startswith(f"{MAX_NOTES + 2} ")
    assert all(len(note.what) == 80 for note in notes)


def test_a_full_parameter_forgets_old_changes_before_it_refuses_new_ones(
    store: ParameterStore,
) -> None:
    padding: dict[str, Any] = {f"x{number}": "y" * 200 for number in range(16)}
    store.put(NAME, [release("1.0.0", **padding)])
    writer = open_writer(f"ssm:{store.prefix}")
    for number in range(8):
        edit = register(url=f"http://x/{number}", version="1.0.0", fallback_url=None)
        writer.change(NAME, noted(edit, Note(f"2026-11-21T13:00:0{number}Z", "a", "m" * 80)))
    value = store.client.get_parameter(Name=f"{store.prefix}/{NAME}")["Parameter"]["Value"]
    assert len(value) <= 4096
    notes = history(json.loads(value))
    assert notes and notes[-1].when.endswith("07Z")


@pytest.mark.parametrize("broken", [1, "x", {"a": 1}, [1], [{"when": 1}], [None]])
def test_a_history_of_another_form_is_none(broken: object) -> None:
    assert history([release("1.0.0", history=broken)]) == []
    assert history(broken) == []
    assert not parse_fragments({NAME: [release("1.0.0", history=broken)]}).problems


EDITS = st.lists(
    st.one_of(
        st.builds(
            shift,
            st.sampled_from(["1.0.0", "2.0.0", "3.0.0"]),
            traffic=st.floats(0, 100).map(lambda share: round(share, 1)),
            strategy=st.just(""),
            start=st.just(""),
            group=st.sampled_from(["", "g"]),
        ),
        st.builds(
            shift,
            st.sampled_from(["2.0.0", "3.0.0"]),
            traffic=st.none(),
            strategy=st.sampled_from(["AllAtOnce", "Linear10PercentEvery1Minute"]),
            start=st.just(AT),
            group=st.just(""),
        ),
        st.builds(promote, st.sampled_from(["1.0.0", "2.0.0", "3.0.0"]), now=st.just(AT)),
        st.builds(kill, st.sampled_from(["1.0.0", "2.0.0", "3.0.0"])),
        st.builds(
            halt, st.sampled_from(["1.0.0", "2.0.0"]), at=st.just(AT), reason=st.just("slow")
        ),
        st.builds(clear_halt, st.sampled_from(["1.0.0", "2.0.0"])),
        st.builds(
            register,
            url=st.just(URL),
            version=st.sampled_from(["1.0.0", "2.0.0", "3.0.0", "4.0.0"]),
            fallback_url=st.none(),
        ),
        st.builds(rollback),
    ),
    max_size=12,
)


@given(EDITS)
def test_whatever_people_do_in_a_row_an_entry_stays_right(edits: list[object]) -> None:
    entry: Entry | None = [release("1.0.0")]
    for number, edit in enumerate(edits):
        note = Note(f"2026-11-21T13:00:{number:02}Z", "ann", "something")
        with suppress(RegistryError):
            entry = edited(NAME, entry, noted(edit, note))  # type: ignore[arg-type]
    found = parse_fragments({NAME: entry})
    assert not found.problems
    assert abs(sum(one.traffic for one in found.releases[NAME]) - 100) < 1e-6


# Real processes.


@pytest.fixture
def environment(request: pytest.FixtureRequest, address: str) -> dict[str, str]:
    return {
        **os.environ,
        "SECRET_KEY": "x" * 50,
        "DEBUG": "true",
        "DJANGO_SETTINGS_MODULE": "site_shell.settings",
    }


@pytest.fixture
def processes() -> Iterator[list[subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        process.kill()
        process.wait()


def test_commands_at_the_same_time_lose_no_change_of_each_other(
    three_releases: None,
    address: str,
    environment: dict[str, str],
    processes: list[subprocess.Popen[str]],
) -> None:
    for number in range(4):
        command = [sys.executable, "-m", "django", "fragments", f"--registry={address}"]
        command += ["register", NAME, URL, f"9.{number}.0", "--by", f"team-{number}"]
        processes.append(
            subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                text=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
        )
    for process in processes:
        output, _ = process.communicate(timeout=60)
        assert process.returncode == 0, output
    entry = open_writer(address).read()[NAME]
    versions = {found["metadata"]["version"] for found in entry}
    assert {f"9.{number}.0" for number in range(4)} < versions
    assert {note.who for note in history(entry)} == {f"team-{number}" for number in range(4)}

"""Who changed what, and when: the notes that an entry of the registry keeps."""

import json
import time
from datetime import datetime
from typing import Any

import pytest

from site_shell.composer.registry.editing import (
    register,
    shift,
)
from site_shell.composer.registry.history import MAX_NOTES, Note, history, noted
from site_shell.composer.registry.opening import open_writer
from site_shell.composer.registry.schema import parse_fragments

from .conftest import NAME, Fragments, ParameterStore, release


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

"""A canary on trial: halted at once, in all processes, with its reason in the registry."""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from site_shell.composer.canaries import Canaries
from site_shell.composer.errors import RegistryError
from site_shell.composer.measures import Measures
from site_shell.composer.registry.file import FileRegistry
from site_shell.composer.registry.history import history
from site_shell.composer.registry.opening import open_writer
from site_shell.composer.registry.writing import RegistryWriter
from site_shell.composer.release import Release
from site_shell.composer.rollouts import Rollouts

from .conftest import NAME, eventually, release


class Watch:
    """A registry file, its rollouts and their watch, looked at by hand."""

    def __init__(self, folder: Path) -> None:
        self.address = str(folder / "registry.json")
        self.measures = Measures()
        self.registry: FileRegistry | None = None
        self.stack = ExitStack()

    def start(self, *, writer: Callable[[], RegistryWriter] | None = None) -> Canaries:
        self.registry = FileRegistry(self.address)
        self.rollouts = Rollouts(self.registry)
        canaries = Canaries(
            registry=self.registry,
            rollouts=self.rollouts,
            measures=self.measures,
            open_writer=writer or (lambda: open_writer(self.address)),
            seconds=0.02,
        )
        self.stack.callback(canaries.close)
        self.rollouts.on_trial = lambda: None
        canaries.look()
        return canaries

    def put(self, entries: list[dict[str, Any]], fragment: str = NAME) -> None:
        open_writer(self.address).change(fragment, lambda entry: entries)

    def entry(self, fragment: str = NAME) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = open_writer(self.address).read()[fragment]
        return found

    def answers(self, version: str, count: int, *, failed: bool, fragment: str = NAME) -> None:
        for _ in range(count):
            self.measures.fetched(Release(fragment, version, "http://x"), 0.02, failed=failed)

    def shares(self) -> set[str]:
        return {self.rollouts.choose(NAME, cohort=f"{number:03}").version for number in range(1000)}


def tried(**extras: Any) -> list[dict[str, Any]]:
    return [release("1.0.0", traffic=90), release("2.0.0", traffic=10, default=False, **extras)]


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    made = Watch(tmp_path)
    made.put(tried())
    with made.stack:
        yield made


def test_a_halt_holds_at_once_and_is_written_with_its_reason(
    watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    canaries = watch.start()
    assert watch.shares() == {"1.0.0", "2.0.0"}
    watch.answers("1.0.0", 900, failed=False)
    watch.answers("2.0.0", 100, failed=True)
    canaries.look()
    assert watch.shares() == {"1.0.0"}
    old, new = watch.entry()
    assert old["deployment"]["traffic"] == 100 and new["deployment"]["traffic"] == 0
    assert "100.0 % of 100 answers failed" in new["extras"]["halted"]["reason"]
    assert [note.what for note in history(watch.entry())] == ["halt 2.0.0"]
    assert "canary reviews/list 2.0.0 is halted: 100.0 %" in caplog.text
    (halted,) = canaries.halts
    assert halted.is_written and halted.reason == new["extras"]["halted"]["reason"]
    counted = ("canary_halts", "fragment", "version", NAME, "2.0.0")
    assert watch.measures.counts()[counted] == 1


def test_all_processes_and_those_started_later_agree(watch: Watch) -> None:
    canaries = watch.start()
    other = FileRegistry(watch.address)
    watch.answers("1.0.0", 900, failed=False)
    watch.answers("2.0.0", 100, failed=True)
    canaries.look()
    eventually(lambda: other.releases(NAME)[1].halted)
    later = Rollouts(FileRegistry(watch.address))
    assert later.current().pinned == frozenset()


def test_what_the_other_processes_have_seen_counts(watch: Watch) -> None:
    canaries = watch.start()
    others = [Measures() for _ in range(10)]
    canaries.others = lambda: {f"p{n}": one.tallies() for n, one in enumerate(others)}
    canaries.look()
    for one in others:
        for version, failed in (("1.0.0", False), ("2.0.0", True)):
            for _ in range(10):
                one.fetched(Release(NAME, version, "http://x"), 0.02, failed=failed)
    canaries.look()
    assert watch.shares() == {"1.0.0"}
    assert "100.0 % of 100 answers failed" in watch.entry()[1]["extras"]["halted"]["reason"]


def test_what_a_process_saw_before_it_was_heard_of_is_not_held_against_a_release(
    watch: Watch,
) -> None:
    canaries = watch.start()
    former = Measures()
    for _ in range(500):
        former.fetched(Release(NAME, "2.0.0", "http://x"), 0.02, failed=True)
    canaries.others = lambda: {"late": former.tallies()}
    canaries.look()
    assert watch.shares() == {"1.0.0", "2.0.0"}


def test_a_registry_that_cannot_be_written_is_told_and_tried_again(
    watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    is_locked = True

    def writer() -> RegistryWriter:
        if is_locked:
            raise RegistryError("AccessDeniedException: ssm:PutParameter")
        return open_writer(watch.address)

    canaries = watch.start(writer=writer)
    watch.answers("1.0.0", 900, failed=False)
    watch.answers("2.0.0", 100, failed=True)
    canaries.look()
    canaries.look()
    assert watch.shares() == {"1.0.0"}
    (halted,) = canaries.halts
    assert not halted.is_written
    told = [one for one in caplog.messages if "in this process alone" in one]
    assert len(told) == 1 and "AccessDenied" in told[0] and "fragments rollback" in told[0]
    is_locked = False
    canaries.look()
    assert canaries.halts[0].is_written and "halted" in watch.entry()[1]["extras"]


def test_what_is_tried_again_begins_anew(watch: Watch) -> None:
    canaries = watch.start()
    watch.answers("1.0.0", 900, failed=False)
    watch.answers("2.0.0", 100, failed=True)
    canaries.look()
    eventually(lambda: watch.rollouts.current().splits == {} and not watch.rollouts.halts)
    watch.put(tried())
    eventually(lambda: watch.rollouts.current().pinned)
    canaries.look()
    watch.answers("2.0.0", 99, failed=True)
    canaries.look()
    assert watch.shares() == {"1.0.0", "2.0.0"}
    watch.answers("2.0.0", 1, failed=True)
    canaries.look()
    assert watch.shares() == {"1.0.0"}


def test_a_try_that_somebody_has_changed_meanwhile_is_not_halted_for_the_former_one(
    watch: Watch,
) -> None:
    canaries = watch.start()
    watch.answers("1.0.0", 900, failed=False)
    watch.answers("2.0.0", 100, failed=True)
    # The file has changed, and this process has not seen it yet.
    watch.put([release("1.0.0", traffic=80), release("2.0.0", traffic=20, default=False)])
    canaries.look()
    assert "halted" not in watch.entry()[1].get("extras", {})


def test_fragments_of_one_group_are_halted_together(watch: Watch) -> None:
    for fragment in (NAME, "reviews/form", "cart/mini"):
        group = {} if fragment == "cart/mini" else {"group": "redesign"}
        watch.put(tried(**group), fragment)
    canaries = watch.start()
    watch.answers("1.0.0", 900, failed=False)
    watch.answers("2.0.0", 100, failed=True)
    canaries.look()
    assert (
        "reviews/list 2.0.0: 100.0 %"
        in watch.entry("reviews/form")[1]["extras"]["halted"]["reason"]
    )
    assert "halted" not in watch.entry("cart/mini")[1].get("extras", {})


def test_the_thread_begins_with_the_first_rollout_and_ends_with_the_process(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    address = str(tmp_path / "registry.json")
    open_writer(address).change(NAME, lambda entry: [release("1.0.0")])
    registry, measures = FileRegistry(address), Measures()
    rollouts = Rollouts(registry)
    canaries = Canaries(
        registry=registry,
        rollouts=rollouts,
        measures=measures,
        open_writer=lambda: open_writer(address),
        seconds=0.01,
    )
    rollouts.current()
    before = [thread for thread in threading.enumerate() if thread.name == "canaries"]
    open_writer(address).change(NAME, lambda entry: tried())
    eventually(lambda: rollouts.current().pinned)
    (thread,) = [
        one for one in threading.enumerate() if one.name == "canaries" and one not in before
    ]
    time.sleep(0.05)
    for failed, version in ((False, "1.0.0"), (True, "2.0.0")):
        for _ in range(100):
            measures.fetched(Release(NAME, version, "http://x"), 0.01, failed=failed)
    eventually(
        lambda: (
            "halted"
            in json.loads(Path(address).read_text())["microFrontends"][NAME][1].get("extras", {})
        )
    )
    canaries.close()
    thread.join(60)
    assert not thread.is_alive()

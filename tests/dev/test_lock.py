"""Locks: exact, hashed, the same versions everywhere, and never behind their ranges."""

import re
from pathlib import Path

import pytest

from dev.lock import Lock, contract_ranges, fingerprint, is_current, locks, ranges

LOCKS = locks()
PIN = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)


def pins(path: Path) -> dict[str, str]:
    return dict(PIN.findall(path.read_text()))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: f"{lock.target.parent.name}")
def test_a_lock_agrees_with_its_ranges(lock: Lock) -> None:
    assert is_current(lock), "run `make lock` and commit the result"


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: f"{lock.target.parent.name}")
def test_every_pin_has_hashes_and_no_address(lock: Lock) -> None:
    text = lock.target.read_text()
    assert "://" not in text
    for block in re.split(r"\n(?=\S)", text.partition("\n")[2]):
        assert "--hash=sha256:" in block


def test_all_locks_hold_the_same_versions() -> None:
    everything = pins(LOCKS[0].target)
    for lock in LOCKS[1:]:
        assert pins(lock.target).items() <= everything.items()


def test_the_contract_package_comes_from_this_repository_alone() -> None:
    assert all("fragment-contract" not in pins(lock.target) for lock in LOCKS)


def test_comments_and_order_do_not_make_a_lock_stale(tmp_path: Path) -> None:
    one, other = tmp_path / "one.txt", tmp_path / "other.txt"
    one.write_text("django>=5.2\nhttpx>=0.28  # the face\n")
    other.write_text("# what is needed\nhttpx>=0.28\ndjango>=5.2\n")
    assert fingerprint(one) == fingerprint(other)


def test_a_changed_range_makes_a_lock_stale_through_an_include(tmp_path: Path) -> None:
    inner, outer = tmp_path / "inner.txt", tmp_path / "outer.txt"
    outer.write_text("-r inner.txt\n")
    inner.write_text("django>=5.2\n")
    before = fingerprint(outer)
    inner.write_text("django>=5.3\n")
    assert fingerprint(outer) != before
    assert ranges(outer) == ["django>=5.3"]


def test_what_the_contract_depends_on_counts() -> None:
    assert any(requirement.startswith("django") for requirement in contract_ranges())

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from site_shell.composer.errors import UnknownFragment
from site_shell.composer.registry.file import FileRegistry


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


Write = Callable[[Any], None]


def entry(url: str = "http://127.0.0.1:9002/fragments/list", version: str = "1.0.0") -> Any:
    return [{"url": url, "metadata": {"version": version}}]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "registry.json"


@pytest.fixture
def write(path: Path, clock: Clock) -> Write:
    """Write fragments, or bytes as they are, and let the time pass until the next look."""

    def write(contents: Any) -> None:
        if not isinstance(contents, bytes):
            contents = json.dumps({"schema": "x", "microFrontends": contents}).encode()
        path.write_bytes(contents)
        clock.now += 1

    return write


@pytest.fixture
def registry(path: Path, write: Write, clock: Clock) -> FileRegistry:
    write({"reviews/list": entry(), "cart/mini": entry("http://127.0.0.1:9003/fragments/mini/")})
    return FileRegistry(path, clock=clock)


def test_fragments_and_releases_are_those_of_the_file(registry: FileRegistry) -> None:
    assert registry.fragments() == ("cart/mini", "reviews/list")
    assert registry.releases("cart/mini")[0].url == "http://127.0.0.1:9003/fragments/mini"
    assert registry.problems == ()


def test_an_unknown_fragment_is_refused_with_the_known_ones(registry: FileRegistry) -> None:
    with pytest.raises(UnknownFragment, match=r"'wishlist/all'.*: cart/mini, reviews/list"):
        registry.releases("wishlist/all")


def test_a_changed_file_is_followed_and_moves_the_generation(
    registry: FileRegistry, write: Write
) -> None:
    before = registry.generation
    write({"reviews/list": entry(version="2.0.0")})
    assert registry.releases("reviews/list")[0].version == "2.0.0"
    assert registry.fragments() == ("reviews/list",)
    assert registry.generation > before


def test_a_file_rewritten_with_the_same_contents_leaves_the_generation(
    registry: FileRegistry, path: Path, clock: Clock
) -> None:
    before = registry.generation
    path.write_bytes(path.read_bytes() + b"\n")
    clock.now += 1
    assert registry.generation == before


def test_the_file_is_looked_at_once_a_second(
    registry: FileRegistry, path: Path, clock: Clock
) -> None:
    registry.fragments()
    path.write_text('{"schema": "x", "microFrontends": {}}')
    clock.now += 0.99
    assert registry.fragments()
    clock.now += 0.02
    assert registry.fragments() == ()


def test_a_file_replaced_by_renaming_is_followed(
    registry: FileRegistry, path: Path, clock: Clock, tmp_path: Path
) -> None:
    other = tmp_path / "new.json"
    other.write_text('{"schema": "x", "microFrontends": {}}')
    other.rename(path)
    clock.now += 1
    assert registry.fragments() == ()


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (b"", "not JSON"),
        (b'{"microFrontends": {', "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "must be an object"),
        (b'{"microFrontends": []}', "must be an object"),
        (b'{"schema": "x"}', "must be an object"),
        (b'{"microFrontends": {"a/b": [], "a/b": []}}', "twice"),
        (b" " * 5_000_000, "bytes, more than"),
    ],
)
def test_a_broken_file_keeps_the_last_good_one_and_says_so(
    registry: FileRegistry,
    write: Write,
    path: Path,
    broken: bytes,
    says: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    before = registry.generation
    write(broken)
    assert registry.fragments() == ("cart/mini", "reviews/list")
    assert registry.generation == before
    assert len(registry.problems) == 1
    assert str(path) in registry.problems[0] and says in registry.problems[0]
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


def test_a_broken_file_is_told_once_and_forgotten_when_mended(
    registry: FileRegistry, write: Write, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    write(b"broken")
    for _ in range(5):
        clock.now += 1
        assert registry.problems
    assert len(caplog.records) == 1
    write({"reviews/list": entry()})
    assert registry.problems == ()


def test_a_removed_file_keeps_the_last_good_one(
    registry: FileRegistry, path: Path, clock: Clock
) -> None:
    path.unlink()
    clock.now += 1
    assert registry.fragments() == ("cart/mini", "reviews/list")
    assert "No such file" in registry.problems[0]


def test_a_file_that_is_missing_at_the_start_is_a_problem_and_followed_when_it_comes(
    path: Path, write: Write, clock: Clock
) -> None:
    registry = FileRegistry(path, clock=clock)
    assert registry.fragments() == ()
    assert "No such file" in registry.problems[0]
    with pytest.raises(UnknownFragment, match="registered: none"):
        registry.releases("reviews/list")
    write({"reviews/list": entry()})
    assert registry.fragments() == ("reviews/list",)


def test_a_broken_entry_leaves_the_others_and_keeps_its_last_good_releases(
    registry: FileRegistry, write: Write
) -> None:
    write({"reviews/list": [{"url": "nonsense"}], "cart/mini": entry(version="2.0.0")})
    assert registry.releases("reviews/list")[0].version == "1.0.0"
    assert registry.releases("cart/mini")[0].version == "2.0.0"
    assert "reviews/list: [0]." in registry.problems[0]


def test_an_entry_that_was_never_good_is_not_registered(
    registry: FileRegistry, write: Write
) -> None:
    write({"reviews/list": entry(), "new/one": []})
    assert registry.fragments() == ("reviews/list",)
    assert "new/one" in registry.problems[0]

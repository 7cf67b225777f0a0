"""Processes that share a cache know of each other, and nobody depends on it."""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache

from site_shell.composer import conf
from site_shell.composer.release import Release
from site_shell.operations import exchange as exchanging
from site_shell.operations.exchange import Exchange
from site_shell.operations.metrics import exposition
from site_shell.operations.report import HOST, Report, report
from site_shell.operations.summary import Summary
from site_shell.tests.composing.kit import World, wait_until
from site_shell.tests.store.conftest import needs_redis, redis_socket

__all__ = ["redis_socket"]

RELEASE = Release("reviews/list", "1.0.0", "http://reviews.test")


@pytest.fixture(params=["file", pytest.param("redis", marks=needs_redis)])
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BaseCache]:
    if request.param == "file":
        yield FileBasedCache(str(tmp_path / "cache"), {})
        return
    cache = RedisCache(f"unix://{request.getfixturevalue('redis_socket')}?db=9", {})
    cache.clear()
    yield cache


def made(name: str, host: str = HOST, fetches: int = 1) -> Report:
    """The report of a process in which a release was fetched so many times."""
    parts = conf.build()
    for _ in range(fetches):
        parts.measures.fetched(RELEASE, 0.1, failed=False)
        parts.measures.count("purges", result="done")
    return {**report(parts), "process": name, "host": host}


def test_what_all_processes_count_is_added(world: World, shared: BaseCache) -> None:
    first = Exchange(shared, lambda: made("a:1", fetches=2))
    second = Exchange(shared, lambda: made("b:2", fetches=3))
    first.publish()
    reports = second.reports()
    assert [one["process"] for one in reports] == ["b:2", "a:1"]
    summary = Summary(reports)
    assert summary.release(RELEASE).requests == 5
    assert summary.counts["purges", "result", "done"] == 5


def test_what_the_others_fetch_is_told_without_what_is_ones_own(
    world: World, shared: BaseCache
) -> None:
    Exchange(shared, lambda: made("a:1", fetches=2)).publish()
    found = Exchange(shared, lambda: made("b:2", fetches=3)).fetches_of_others()
    assert list(found) == ["a:1"]
    assert found["a:1"][RELEASE.fragment, RELEASE.version][0] == 2


def test_the_shell_judges_canaries_by_what_the_others_fetch(tmp_path: Path) -> None:
    registry = tmp_path / "registry.json"
    registry.write_text('{"schema": "x", "microFrontends": {}}')
    code = """
import site_shell.asgi
from site_shell.composer.conf import runtime
from site_shell.operations.exchange import exchange
assert runtime().canaries.others == exchange().fetches_of_others
"""
    environ = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "site_shell.settings",
        "SECRET_KEY": "x" * 50,
        "DEBUG": "true",
        "FRAGMENT_REGISTRY": str(registry),
        "VAR_DIR": str(tmp_path),
    }
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=root,
        env=environ,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_process_has_one_place_and_renews_it(world: World, shared: BaseCache) -> None:
    fetches = [1]
    one = Exchange(shared, lambda: made("a:1", fetches=fetches[0]))
    one.publish()
    fetches[0] = 4
    one.publish()
    reader = Exchange(shared, lambda: made("reader:0", fetches=0))
    assert [r["process"] for r in reader.reports()] == ["reader:0", "a:1"]
    assert Summary(reader.reports()).release(RELEASE).requests == 4


def test_a_process_that_ends_takes_its_report_along(world: World, shared: BaseCache) -> None:
    gone = Exchange(shared, lambda: made("a:1"))
    gone.start()
    gone.publish()
    gone.stop()
    reader = Exchange(shared, lambda: made("reader:0"))
    assert [one["process"] for one in reader.reports()] == ["reader:0"]


def test_reports_are_left_without_being_asked_for(
    world: World, shared: BaseCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchanging, "EVERY_SECONDS", 0.01)
    one = made("a:1")
    busy = Exchange(shared, lambda: one)
    busy.start()
    reader = Exchange(shared, lambda: made("reader:0"))
    wait_until(lambda: len(reader.reports()) == 2)
    monkeypatch.setattr(exchanging, "EVERY_SECONDS", 5.0)
    busy.stop()


def test_more_processes_than_places_are_left_out_with_a_warning(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cache = FileBasedCache(str(tmp_path / "cache"), {})
    base = made("p:0")

    def publish(number: int) -> None:
        Exchange(cache, lambda: {**base, "process": f"p:{number}"}).publish()

    for number in range(exchanging.PLACES + 1):
        publish(number)
    assert "is not counted" in caplog.text


def test_metrics_are_those_of_the_host_that_was_asked(world: World, shared: BaseCache) -> None:
    Exchange(shared, lambda: made("neighbour:1")).publish()
    Exchange(shared, lambda: made("elsewhere:1", host="elsewhere")).publish()
    reports = Exchange(shared, lambda: made("own:1")).reports()
    text = exposition(conf.build(), reports, "")[0].decode()
    assert 'process="own:1"' in text and 'process="neighbour:1"' in text
    assert "elsewhere" not in text


def test_local_memory_is_shared_with_nobody(world: World) -> None:
    cache = LocMemCache("exchange", {})
    alone = Exchange(cache, lambda: made("a:1"))
    alone.start()
    assert not alone.is_shared
    assert [one["process"] for one in alone.reports()] == ["a:1"]
    assert not cache._cache  # type: ignore[attr-defined]
    alone.stop()


class Broken(FileBasedCache):
    """A cache that is down."""

    def get(self, *args: Any, **kwargs: Any) -> Any:
        raise ConnectionError("no route to the cache")

    get_many = add = set = delete = get


def test_numbers_of_this_process_are_there_while_the_cache_is_down(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    alone = Exchange(Broken(str(tmp_path), {}), lambda: made("a:1"))
    assert [one["process"] for one in alone.reports()] == ["a:1"]
    assert "no route to the cache" in caplog.text


def test_the_worst_breaker_of_all_processes_counts(world: World) -> None:
    def with_breaker(name: str, state: str) -> Report:
        key = RELEASE.fragment, RELEASE.url
        return {**made(name), "breakers": {key: (state, 0)}}

    summary = Summary([with_breaker("a:1", "closed"), with_breaker("b:1", "open")])
    assert summary.breaker(RELEASE) == "open"
    assert summary.breaker(replace(RELEASE, url="http://other.test")) == ""

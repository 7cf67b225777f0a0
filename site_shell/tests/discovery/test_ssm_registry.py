"""What a shell knows of fragments that are registered in Parameter Store, well and ill."""

import json
import logging
import threading
from pathlib import Path

import boto3
import pytest

from site_shell.composer.errors import RegistryError, UnknownFragment
from site_shell.composer.registry.editing import halt
from site_shell.composer.registry.opening import open_registry, open_writer
from site_shell.composer.registry.ssm import SsmRegistry
from site_shell.composer.release import Rollout

from ..composing.kit import free_port
from .conftest import EVERY, PATIENCE, Follow, ParameterStore, eventually, release, start_aws


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [found.getMessage() for found in caplog.records if found.levelno == logging.ERROR]


def test_each_parameter_is_a_fragment(store: ParameterStore, follow: Follow) -> None:
    store.put(
        "reviews/list", [release("2.0.0", traffic=10, default=False), release("1.0.0", traffic=90)]
    )
    store.put("cart/mini", [release()])
    registry = follow(store.prefix)
    assert registry.fragments() == ("cart/mini", "reviews/list")
    assert [found.version for found in registry.releases("reviews/list")] == ["1.0.0", "2.0.0"]
    assert registry.problems == ()


def test_every_page_of_the_listing_is_read(store: ParameterStore, follow: Follow) -> None:
    """Parameter Store gives at most ten at a time."""
    for number in range(23):
        store.put(f"many/f{number}", [release()])
    assert len(follow(store.prefix).fragments()) == 23


def test_a_neighbouring_prefix_is_another_site(store: ParameterStore, follow: Follow) -> None:
    store.put("cart/mini", [release()])
    ParameterStore(store.client, f"{store.prefix}2").put("reviews/list", [release()])
    assert follow(store.prefix).fragments() == ("cart/mini",)


def test_an_unknown_fragment_is_refused_with_the_known_ones(
    store: ParameterStore, follow: Follow
) -> None:
    store.put("cart/mini", [release()])
    with pytest.raises(UnknownFragment, match=rf"ssm:{store.prefix}; registered: cart/mini"):
        follow(store.prefix).releases("wishlist/all")


def test_changes_are_followed_and_move_the_generation(
    store: ParameterStore, follow: Follow
) -> None:
    store.put("reviews/list", [release("1.0.0")])
    store.put("cart/mini", [release()])
    registry = follow(store.prefix)
    before = registry.generation
    store.put("reviews/list", [release("2.0.0")])
    eventually(lambda: registry.releases("reviews/list")[0].version == "2.0.0")
    eventually(lambda: registry.generation == before + 1)
    store.delete("cart/mini")
    eventually(lambda: registry.fragments() == ("reviews/list",))


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("{", "not JSON"),
        ("[" * 4_000, "not JSON"),
        ('[{"url": "a", "url": "b"}]', "twice"),
        ('{"url": "http://x/"}', "must be a list of at least one release"),
        ("[]", "must be a list of at least one release"),
        ('[{"url": "ftp://x/", "metadata": {"version": "1"}}]', "[0].url is 'ftp://x/'"),
        ('[{"url": "http://x/", "metadata": {}}]', "[0].metadata.version is None"),
    ],
)
def test_a_wrong_parameter_is_named_with_its_field_and_leaves_the_others(
    store: ParameterStore,
    follow: Follow,
    value: str,
    says: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    store.put("reviews/list", [release("1.0.0")])
    store.put("cart/mini", [release("1.0.0")])
    registry = follow(store.prefix)
    store.put("reviews/list", value)
    store.put("cart/mini", [release("2.0.0")])
    eventually(lambda: registry.problems and registry.releases("cart/mini")[0].version == "2.0.0")
    (problem,) = registry.problems
    assert problem.startswith(f"ssm:{store.prefix}: reviews/list: ") and says in problem
    assert registry.releases("reviews/list")[0].version == "1.0.0"
    # What is wrong is known a moment before it is told.
    eventually(lambda: errors(caplog) == [f"registry: {problem}"])
    store.put("reviews/list", [release("3.0.0")])
    eventually(lambda: registry.releases("reviews/list")[0].version == "3.0.0")
    eventually(lambda: registry.problems == ())


def test_a_parameter_that_is_no_fragment_is_told(store: ParameterStore, follow: Follow) -> None:
    store.put("README", [release()])
    store.put("cart/mini", [release()])
    registry = follow(store.prefix)
    assert registry.fragments() == ("cart/mini",)
    assert "README: name is 'README'" in registry.problems[0]


def test_an_empty_prefix_is_told(store: ParameterStore, follow: Follow) -> None:
    assert "no parameter under this prefix" in follow(store.prefix).problems[0]


def test_an_outage_keeps_what_is_known_is_told_once_and_ends(
    aws_environment: None,
    follow: Follow,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    port = free_port()
    server = start_aws(port)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
    store = ParameterStore(boto3.session.Session().client("ssm"), "/shop/outage/mfe")
    store.put("cart/mini", [release("1.0.0")])
    registry = follow(store.prefix)
    before = registry.generation
    server.stop()
    eventually(lambda: registry.problems)
    assert "what was registered before stays" in registry.problems[0]
    assert registry.releases("cart/mini")[0].version == "1.0.0"
    assert registry.generation == before
    # What is wrong is known a moment before it is told.
    eventually(lambda: errors(caplog))
    told = errors(caplog)
    assert len(set(told)) == len(told)

    server = start_aws(port)
    store.put("cart/mini", [release("2.0.0")])
    eventually(lambda: registry.releases("cart/mini")[0].version == "2.0.0")
    eventually(lambda: registry.problems == ())
    server.stop()


def test_a_restart_during_an_outage_begins_with_the_copy(
    store: ParameterStore, follow: Follow, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put("reviews/list", [release("1.0.0")])
    first = follow(store.prefix)
    # Of an entry that is refused, the last good one is in the copy.
    store.put("reviews/list", "broken")
    store.put("cart/mini", [release("1.0.0")])
    eventually(lambda: len(first.fragments()) == 2 and "cart/mini" in copy.read_text())
    first.close()

    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    second = follow(store.prefix)
    assert second.problems
    assert second.fragments() == ("cart/mini", "reviews/list")
    assert second.releases("reviews/list")[0].version == "1.0.0"


def test_the_copy_is_a_registry_file(store: ParameterStore, follow: Follow, copy: Path) -> None:
    store.put("cart/mini", [release("1.0.0")])
    follow(store.prefix)
    registry = open_registry(str(copy), copy="", seconds=1)
    assert registry.releases("cart/mini")[0].version == "1.0.0"
    assert registry.problems == ()


def test_the_copy_of_another_prefix_is_not_used(
    store: ParameterStore, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put("cart/mini", [release("1.0.0")])
    follow(store.prefix).close()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    assert follow("/shop/other/mfe").fragments() == ()


@pytest.mark.parametrize("contents", ["", "[]", '{"microFrontends": 1}', '{"microFrontends": {}}'])
def test_a_broken_copy_does_no_harm(
    store: ParameterStore, follow: Follow, copy: Path, contents: str
) -> None:
    copy.parent.mkdir()
    copy.write_text(contents)
    store.put("cart/mini", [release()])
    registry = follow(store.prefix)
    assert registry.fragments() == ("cart/mini",)
    assert "cart/mini" in json.loads(copy.read_text())["microFrontends"]


def test_a_copy_that_cannot_be_written_is_told_and_does_no_harm(
    store: ParameterStore, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    store.put("cart/mini", [release()])
    copy = tmp_path / "file" / "copy.json"
    registry = SsmRegistry(store.prefix, copy=copy, seconds=EVERY, patience=PATIENCE)
    assert registry.fragments() == ("cart/mini",)
    assert f"the copy {copy} cannot be written" in registry.problems[0]
    registry.close()


def test_without_a_region_the_reason_is_told(
    store: ParameterStore, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    assert "You must specify a region" in follow(store.prefix).problems[0]


def test_closing_ends_the_thread(store: ParameterStore, follow: Follow) -> None:
    others = set(threading.enumerate())
    registry = follow(store.prefix)
    started = [thread for thread in threading.enumerate() if thread.name == "registry"]
    registry.close()
    for thread in started:
        thread.join(PATIENCE)
    assert not set(started) - others & set(threading.enumerate())


def test_the_address_chooses_the_registry(store: ParameterStore, copy: Path) -> None:
    store.put("cart/mini", [release()])
    registry = open_registry(f"ssm:{store.prefix}/", copy=str(copy), seconds=60)
    assert registry.fragments() == ("cart/mini",)
    registry.close()


@pytest.mark.parametrize("address", ["ssm:", "ssm:shop", "ssm:/", "ssm:/a b", "ssm:/a//b"])
def test_an_address_without_a_prefix_is_refused_with_an_example(address: str) -> None:
    with pytest.raises(RegistryError, match="such as ssm:/shop/prod/mfe"):
        open_registry(address, copy="", seconds=60)


def test_a_strategy_is_followed_and_halted_through_the_store(
    store: ParameterStore, follow: Follow
) -> None:
    extras = {"strategy": "Canary10Percent5Minutes", "start": "2199-01-01T00:00:00Z"}
    store.put("reviews/list", [release(), release("2.0.0", traffic=0, default=False, **extras)])
    registry = follow(store.prefix)
    (_, canary) = registry.releases("reviews/list")
    assert canary.rollout == Rollout("Canary10Percent5Minutes", 7_226_582_400.0)
    writer = open_writer(f"ssm:{store.prefix}")
    writer.change("reviews/list", halt("2.0.0", at="2026-11-21T13:00:00Z", reason="too slow"))
    eventually(lambda: registry.releases("reviews/list")[1].halted)
    assert registry.releases("reviews/list")[1].rollout is None


def test_a_wrong_strategy_leaves_the_fragment_as_it_was_and_the_others_alone(
    store: ParameterStore, follow: Follow
) -> None:
    store.put("reviews/list", [release("1.0.0")])
    store.put("cart/mini", [release("1.0.0")])
    registry = follow(store.prefix)
    store.put("reviews/list", [release("2.0.0", strategy="Slowly")])
    store.put("cart/mini", [release("2.0.0")])
    eventually(lambda: registry.releases("cart/mini")[0].version == "2.0.0")
    eventually(lambda: registry.problems)
    (problem,) = registry.problems
    assert "reviews/list: [0].extras.strategy is 'Slowly'; it must be one of AllAtOnce" in problem
    assert registry.releases("reviews/list")[0].version == "1.0.0"


def test_looks_come_at_least_every_interval_and_not_in_step(
    store: ParameterStore, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So a change is seen within the interval, and processes started together spread."""
    waited: list[float] = []
    wait = threading.Event.wait

    def measured(event: threading.Event, timeout: float | None = None) -> bool:
        if threading.current_thread().name == "registry" and timeout is not None:
            waited.append(timeout)
        return wait(event, timeout)

    monkeypatch.setattr(threading.Event, "wait", measured)
    store.put("cart/mini", [release()])
    registry = SsmRegistry(store.prefix, copy=copy, seconds=EVERY, patience=PATIENCE)
    eventually(lambda: len(waited) >= 8)
    registry.close()
    assert all(0.75 * EVERY <= seconds <= EVERY for seconds in waited)
    assert len(set(waited)) > 4

"""Of several changes at a time none is lost, whether their writers take turns or not."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from site_shell.composer.errors import RegistryError
from site_shell.composer.registry.editing import Entry, promote, register, rollback
from site_shell.composer.registry.file_writer import FileWriter
from site_shell.composer.registry.ssm_writer import SsmWriter
from site_shell.composer.registry.writing import RegistryWriter

from .conftest import ParameterStore, release

NAME = "reviews/list"
WRITERS = 4


def add(version: str) -> Callable[[Entry | None], Entry | None]:
    return register(url="http://127.0.0.1:9002/x", version=version, fallback_url=None)


def versions(writer: RegistryWriter) -> list[str]:
    return [found["metadata"]["version"] for found in writer.read()[NAME]]


@pytest.fixture(params=["file", "ssm"])
def writers(request: pytest.FixtureRequest, tmp_path: Path) -> list[RegistryWriter]:
    if request.param == "file":
        return [FileWriter(str(tmp_path / "registry.json")) for _ in range(WRITERS)]
    store: ParameterStore = request.getfixturevalue("store")
    return [SsmWriter(store.prefix) for _ in range(WRITERS)]


def test_every_change_of_writers_at_the_same_time_is_there(
    writers: list[RegistryWriter],
) -> None:
    def work(number: int) -> None:
        for step in range(3):
            writers[number].change(NAME, add(f"{number}.{step}.0"))

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(work, range(WRITERS)))
    expected = [f"{number}.{step}.0" for number in range(WRITERS) for step in range(3)]
    assert sorted(versions(writers[0])) == expected


def test_a_file_written_in_the_middle_of_a_change_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "registry.json"
    writer = FileWriter(str(path))
    writer.change(NAME, add("1.0.0"))

    def edit(entry: Entry | None) -> Entry | None:
        document = json.loads(path.read_text())
        if "cart/mini" not in document["microFrontends"]:
            document["microFrontends"]["cart/mini"] = [release()]
            path.write_text(json.dumps(document))
        return add("2.0.0")(entry)

    writer.change(NAME, edit)
    assert versions(writer) == ["1.0.0", "2.0.0"]
    assert "cart/mini" in writer.read()


def interrupted(store: ParameterStore, value: Any, edit: Any) -> Any:
    """An edit during which somebody who takes no turns writes a parameter, once."""
    values = [value]

    def during(entry: Entry | None) -> Entry | None:
        if values:
            store.put(NAME, values.pop())
        after: Entry | None = edit(entry)
        return after

    return during


@pytest.mark.parametrize("is_there", [True, False])
def test_a_parameter_written_in_the_middle_of_a_change_is_built_upon(
    store: ParameterStore, is_there: bool
) -> None:
    writer = SsmWriter(store.prefix)
    if is_there:
        store.put(NAME, [release("1.0.0")])
    change = writer.change(NAME, interrupted(store, [release("1.5.0")], add("2.0.0")))
    assert versions(writer) == ["1.5.0", "2.0.0"]
    assert change.before == [release("1.5.0")]


def test_what_was_written_in_the_middle_is_put_back_if_the_change_does_not_fit_it(
    store: ParameterStore,
) -> None:
    writer = SsmWriter(store.prefix)
    former = release("1.0.0", traffic=0, default=False)
    store.put(NAME, [release("2.0.0"), former])
    edit = interrupted(store, [release("3.0.0")], promote("1.0.0", now="now"))
    with pytest.raises(RegistryError, match=r"no release '1\.0\.0'; registered: 3\.0\.0"):
        writer.change(NAME, edit)
    assert versions(writer) == ["3.0.0"]


@pytest.fixture
def doubtful(store: ParameterStore) -> SsmWriter:
    """A writer whose SDK gets no answer to anything that it changes, and says it once more."""
    writer = SsmWriter(store.prefix, patience=2)
    repeated: set[int] = set()

    def repeat(request_dict: dict[str, Any], **others: object) -> float | None:
        if id(request_dict) in repeated:
            return None
        repeated.add(id(request_dict))
        alive.append(request_dict)
        return 0.0

    # Kept, so that no two have the same id.
    alive: list[dict[str, Any]] = []
    for operation in ("PutParameter", "DeleteParameter"):
        writer._client.meta.events.register_first(f"needs-retry.ssm.{operation}", repeat)
    return writer


def test_a_change_whose_answer_was_lost_is_made_once(
    doubtful: SsmWriter, store: ParameterStore
) -> None:
    doubtful.change(NAME, add("1.0.0"))
    for version in ("2.0.0", "3.0.0"):
        doubtful.change(NAME, add(version))
        doubtful.change(NAME, promote(version, now=f"2026-11-21T13:00:0{version[0]}+00:00"))
    doubtful.change(NAME, rollback())
    found = [one for one in doubtful.read()[NAME] if one["deployment"]["default"]]
    assert [one["metadata"]["version"] for one in found] == ["2.0.0"]
    assert not store.client.get_parameters_by_path(Path=f"{store.prefix}-locks", Recursive=True)[
        "Parameters"
    ]


def test_what_was_written_below_a_change_that_was_made_twice_is_built_upon(
    doubtful: SsmWriter, store: ParameterStore
) -> None:
    store.put(NAME, [release("1.0.0")])
    doubtful.change(NAME, interrupted(store, [release("1.5.0")], add("2.0.0")))
    assert versions(doubtful) == ["1.5.0", "2.0.0"]


def test_a_turn_that_does_not_end_is_told_with_its_holder_and_the_way_out(
    store: ParameterStore,
) -> None:
    lock = f"{store.prefix}-locks/{NAME}"
    store.client.put_parameter(Name=lock, Value="ann on build-7 since noon", Type="String")
    writer = SsmWriter(store.prefix, patience=0)
    with pytest.raises(RegistryError, match=f"by ann on build-7 since noon; .* {lock}"):
        writer.change(NAME, add("1.0.0"))
    assert NAME not in writer.read()
    store.client.delete_parameter(Name=lock)
    writer.change(NAME, add("1.0.0"))
    assert versions(writer) == ["1.0.0"]


def test_a_refused_change_ends_its_turn(writers: list[RegistryWriter]) -> None:
    with pytest.raises(RegistryError):
        writers[0].change(NAME, promote("1.0.0", now="now"))
    writers[1].change(NAME, add("1.0.0"))
    assert versions(writers[0]) == ["1.0.0"]


def test_an_unreachable_store_is_a_registry_error(
    store: ParameterStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    writer = SsmWriter(store.prefix)
    with pytest.raises(RegistryError, match=f"ssm:{store.prefix}: Could not connect"):
        writer.read()
    with pytest.raises(RegistryError, match=f"ssm:{store.prefix}: Could not connect"):
        writer.change(NAME, add("1.0.0"))


def test_a_registry_file_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "registry.json"
    writer = FileWriter(str(path))
    writer.change(NAME, add("1.0.0"))
    path.chmod(0o640)
    writer.change(NAME, add("2.0.0"))
    assert path.stat().st_mode & 0o777 == 0o640

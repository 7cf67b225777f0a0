"""A Parameter Store over real HTTP, and registries that follow it every few milliseconds."""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import boto3
import pytest
from django.core.management import call_command
from moto.server import ThreadedMotoServer

from site_shell.composer.registry.opening import open_writer
from site_shell.composer.registry.ssm import SsmRegistry

NAME = "reviews/list"
URL = "http://127.0.0.1:9002/fragments/list"
AT = "2026-11-21T13:00:00+00:00"
PATIENCE = 60.0
EVERY = 0.05
Fragments = Callable[..., str]
States = Callable[[], list[str]]


def eventually(is_true: Callable[[], object]) -> None:
    """Wait for what another thread does."""
    deadline = time.monotonic() + PATIENCE
    while not is_true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


def release(
    version: str = "1.0.0", *, traffic: float = 100, default: bool = True, **extras: Any
) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "url": f"http://127.0.0.1:9002/{version}",
        "metadata": {"version": version},
        "deployment": {"traffic": traffic, "default": default},
    }
    return {**entry, "extras": extras} if extras else entry


@dataclass(frozen=True)
class ParameterStore:
    """One site's prefix in the store."""

    client: Any
    prefix: str

    def put(self, fragment: str, value: Any) -> None:
        text = value if isinstance(value, str) else json.dumps(value)
        self.client.put_parameter(
            Name=f"{self.prefix}/{fragment}", Value=text, Type="String", Overwrite=True
        )

    def delete(self, fragment: str) -> None:
        self.client.delete_parameter(Name=f"{self.prefix}/{fragment}")


def start_aws(port: int = 0) -> ThreadedMotoServer:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    return server


@pytest.fixture(scope="session")
def aws() -> Iterator[str]:
    """The address of AWS, as far as it is needed here."""
    server = start_aws()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def aws_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "none")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")


@pytest.fixture
def store(aws: str, aws_environment: None, monkeypatch: pytest.MonkeyPatch) -> ParameterStore:
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws)
    client = boto3.session.Session().client("ssm")
    return ParameterStore(client, f"/shop/{uuid.uuid4().hex}/mfe")


Follow = Callable[[str], SsmRegistry]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "var" / "copy.json"


@pytest.fixture
def follow(copy: Path) -> Iterator[Follow]:
    """Starts registries, and ends them with the test."""
    started: list[SsmRegistry] = []

    def follow(prefix: str) -> SsmRegistry:
        started.append(SsmRegistry(prefix, copy=copy, seconds=EVERY, patience=PATIENCE))
        return started[-1]

    yield follow
    for registry in started:
        registry.close()


@pytest.fixture(params=["file", "ssm"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "file":
        return str(tmp_path / "registry.json")
    store: ParameterStore = request.getfixturevalue("store")
    return f"ssm:{store.prefix}"


@pytest.fixture
def fragments(address: str) -> Fragments:
    """Runs the command and gives what it printed."""

    def run(action: str, *arguments: str, **options: Any) -> str:
        output = StringIO()
        call_command(
            "fragments", f"--registry={address}", action, *arguments, stdout=output, **options
        )
        return output.getvalue()

    return run


@pytest.fixture
def states(address: str) -> Callable[[], list[str]]:
    """Version and share of each release, the default one starred, as they are registered."""

    def read() -> list[str]:
        return [
            f"{found['metadata']['version']} {found['deployment']['traffic']}"
            + "*" * found["deployment"]["default"]
            for found in open_writer(address).read()[NAME]
        ]

    return read


@pytest.fixture
def three_releases(address: str) -> None:
    others = [release(version, traffic=0, default=False) for version in ("2.0.0", "3.0.0")]
    open_writer(address).change(NAME, lambda entry: [release("1.0.0"), *others])

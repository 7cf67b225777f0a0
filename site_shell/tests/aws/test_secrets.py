"""Secrets by reference; Parameter Store is moto's, over real HTTP."""

import logging
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from site_shell.composer.errors import FetchTimeout, RegistryError
from site_shell.composer.registry.parameters import parameter_store
from site_shell.composer.release import Release
from site_shell.composer.transport import FetchRequest, FetchResponse
from site_shell.composer.transport.credentials import Credentials
from site_shell.composer.transport.guarded import GuardedTransport
from site_shell.composer.transport.secrets import REFRESH_EVERY, RETRY_AFTER, Secrets

from ..discovery.conftest import eventually


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def moto() -> Iterator[ThreadedMotoServer]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield server
    server.stop()


class Store:
    """One SecureString, and how often it was asked for."""

    def __init__(self, endpoint: str) -> None:
        self.client: Any = boto3.session.Session().client("ssm", endpoint_url=endpoint)
        self.path = f"/shop/{uuid.uuid4().hex}/reviews"
        self.reference = f"ssm:{self.path}"
        self.asked = 0
        self.gate = threading.Event()
        self.gate.set()
        self.is_down = False

    def put(self, value: str, kind: str = "SecureString") -> None:
        self.client.put_parameter(Name=self.path, Value=value, Type=kind, Overwrite=True)

    def get_parameter(self, **arguments: Any) -> Any:
        """What ``Secrets`` calls: the SDK, with a way to let it wait and fail."""
        self.asked += 1
        self.gate.wait(60)
        if self.is_down:
            raise ConnectionError("hunter2 is what an exception could hold")
        return parameter_store().get_parameter(**arguments)


@pytest.fixture
def store(moto: ThreadedMotoServer, monkeypatch: pytest.MonkeyPatch) -> Store:
    host, port = moto.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "none")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    return Store(f"http://{host}:{port}")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def secrets(store: Store, clock: Clock) -> Secrets:
    return Secrets({}, client=lambda: store, clock=clock)


async def test_a_secure_string_is_decrypted_and_kept(store: Store, secrets: Secrets) -> None:
    store.put("hunter2")
    for _ in range(3):
        assert await secrets.read(store.reference, timeout=10) == "hunter2"
    assert store.asked == 1


async def test_the_sdk_is_made_where_none_is_given(store: Store) -> None:
    store.put("hunter2")
    assert await Secrets({}).read(store.reference, timeout=10) == "hunter2"


async def test_a_rotated_secret_is_seen_within_a_minute_and_nobody_waits_for_it(
    store: Store, secrets: Secrets, clock: Clock
) -> None:
    store.put("old")
    await secrets.read(store.reference, timeout=10)
    store.put("new")
    clock.now += REFRESH_EVERY
    store.gate.clear()
    assert await secrets.read(store.reference, timeout=10) == "old"
    store.gate.set()
    eventually(lambda: secrets._parameters[store.path].value == "new")
    assert await secrets.read(store.reference, timeout=10) == "new"


async def test_a_secret_that_a_service_refuses_is_read_again_at_once_but_not_each_time(
    store: Store, secrets: Secrets, clock: Clock
) -> None:
    store.put("old")
    release = Release(
        "reviews/list", "1", "http://x.example", credentials="ApiKey", secret=store.reference
    )

    class Service:
        async def fetch(self, request: FetchRequest) -> FetchResponse:
            is_right = ("x-api-key", "new") in request.headers
            return FetchResponse(200 if is_right else 401, (), b"")

        async def aclose(self) -> None: ...

    guarded = GuardedTransport(Service(), credentials=Credentials(secrets=secrets))
    request = FetchRequest("http://x.example/", timeout=10)
    assert (await guarded.fetch(release, request)).status == 401
    store.put("new")
    assert (await guarded.fetch(release, request)).status == 401
    assert store.asked == 1
    clock.now += RETRY_AFTER
    await guarded.fetch(release, request)
    eventually(lambda: secrets._parameters[store.path].value == "new")
    assert (await guarded.fetch(release, request)).status == 200


async def test_through_an_outage_the_last_secret_stays(
    store: Store, secrets: Secrets, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    store.put("hunter2")
    await secrets.read(store.reference, timeout=10)
    store.is_down = True
    clock.now += REFRESH_EVERY
    assert await secrets.read(store.reference, timeout=10) == "hunter2"
    eventually(lambda: secrets.problem(store.reference))
    assert await secrets.read(store.reference, timeout=10) == "hunter2"
    eventually(lambda: "the last one stays" in caplog.text)
    assert "hunter2" not in caplog.text + secrets.problem(store.reference)
    store.is_down = False
    clock.now += RETRY_AFTER
    await secrets.read(store.reference, timeout=10)
    eventually(lambda: not secrets.problem(store.reference))


async def test_an_outage_at_the_start_is_tried_again_after_seconds(
    store: Store, secrets: Secrets, clock: Clock
) -> None:
    store.put("hunter2")
    store.is_down = True
    for _ in range(3):
        with pytest.raises(RegistryError, match="ConnectionError") as caught:
            await secrets.read(store.reference, timeout=10)
        assert "hunter2" not in str(caught.value)
    assert store.asked == 1
    store.is_down = False
    clock.now += RETRY_AFTER
    assert await secrets.read(store.reference, timeout=10) == "hunter2"


async def test_who_has_no_time_does_not_wait_and_the_next_one_has_it(
    store: Store, secrets: Secrets
) -> None:
    store.put("hunter2")
    store.gate.clear()
    with pytest.raises(FetchTimeout, match=store.path):
        await secrets.read(store.reference, timeout=0.05)
    store.gate.set()
    assert await secrets.read(store.reference, timeout=10) == "hunter2"


async def test_a_parameter_that_is_not_there_is_named(store: Store, secrets: Secrets) -> None:
    with pytest.raises(RegistryError, match=f"{store.path}.*ParameterNotFound"):
        await secrets.read(store.reference, timeout=10)


async def test_a_parameter_that_everybody_may_read_is_refused(
    store: Store, secrets: Secrets
) -> None:
    store.put("hunter2", kind="String")
    with pytest.raises(RegistryError, match="no SecureString") as caught:
        await secrets.read(store.reference, timeout=10)
    assert "hunter2" not in str(caught.value)


async def test_a_file_is_read_each_time(tmp_path: Path) -> None:
    secret = tmp_path / "key"
    for value in ("old", "new"):
        secret.write_text(value)
        assert await Secrets({}).read(f"file:{secret}", timeout=1) == value
    secret.write_bytes(b"x" * 70_000)
    with pytest.raises(RegistryError, match="larger"):
        await Secrets({}).read(f"file:{secret}", timeout=1)
    secret.write_bytes(b"\xff")
    with pytest.raises(RegistryError, match=str(secret)):
        await Secrets({}).read(f"file:{secret}", timeout=1)


async def test_no_secret_is_shown_by_what_holds_it(
    store: Store, secrets: Secrets, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    store.put("hunter2")
    await secrets.read(store.reference, timeout=10)
    request = FetchRequest("http://x.example", (("x-api-key", "hunter2"),))
    assert "hunter2" not in f"{secrets!r} {secrets._parameters!r} {request!r} {caplog.text}"

"""Photos and other bodies that are too large for memory."""

import os
import socket
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from fragment_contract.manifest import Action
from fragment_contract.testing import FakeFragmentServer, Reply

from site_shell.gateway import content as content_module
from site_shell.gateway.content import Spool
from site_shell.tests.composing.kit import PATIENCE, wait_until

from .conftest import OURS, PATH, TARGET, Shell, declare
from .test_bodies import read_answer

PHOTO = os.urandom(1 << 20) * 4
MULTIPART = {**OURS, "content-type": "multipart/form-data; boundary=b"}
BODY = (
    b"--b\r\ncontent-disposition: form-data; name=photo; filename=a\r\n\r\n" + PHOTO + b"\r\n--b--"
)


@pytest.fixture(autouse=True)
def photos(service: FakeFragmentServer) -> None:
    declare(service, Action("submit", "/actions/submit", max_bytes=8_000_000))


def nameless_files() -> list[str]:
    """The files that this process has open, and that nobody else can find."""
    links = list(Path("/proc/self/fd").iterdir())
    found = [str(link.readlink()) for link in links if link.is_symlink()]
    return [name for name in found if name.endswith("(deleted)") and "memfd" not in name]


@pytest.fixture
def tidy() -> Iterator[None]:
    before = nameless_files()
    room = content_module.ROOM.left
    yield
    wait_until(lambda: nameless_files() == before)
    assert content_module.ROOM.left == room


@pytest.mark.usefixtures("tidy")
def test_a_large_upload_arrives_as_it_was_sent(shell: Shell, service: FakeFragmentServer) -> None:
    assert shell.send(body=BODY, headers=MULTIPART).status == 200
    (received,) = service.requests_for(TARGET)
    assert received.body == BODY
    assert received.headers["content-type"] == MULTIPART["content-type"]
    assert received.headers["content-length"] == str(len(BODY))


@pytest.mark.usefixtures("tidy")
def test_a_service_hears_of_an_upload_when_it_is_whole(
    shell: Shell, service: FakeFragmentServer
) -> None:
    with socket.create_connection(("127.0.0.1", shell.port), timeout=PATIENCE) as connection:
        connection.sendall(head(len(BODY)) + BODY[:3_000_000])
        wait_until(lambda: nameless_files() != [])
        assert service.requests_for(TARGET) == ()
        connection.sendall(BODY[3_000_000:])
        assert read_answer(connection).startswith(b"HTTP/1.1 200 ")
    assert [received.body for received in service.requests_for(TARGET)] == [BODY]


@pytest.mark.usefixtures("tidy")
def test_who_stops_half_way_has_sent_nothing(shell: Shell, service: FakeFragmentServer) -> None:
    before = nameless_files()
    with socket.create_connection(("127.0.0.1", shell.port), timeout=PATIENCE) as connection:
        connection.sendall(head(len(BODY)) + BODY[:3_000_000])
        wait_until(lambda: nameless_files() != before)
    wait_until(lambda: nameless_files() == before)
    assert service.requests_for(TARGET) == ()


@pytest.mark.usefixtures("tidy")
@pytest.mark.parametrize("seconds", [0.3])
def test_who_sends_too_slowly_is_told_so(shell: Shell, service: FakeFragmentServer) -> None:
    with socket.create_connection(("127.0.0.1", shell.port), timeout=PATIENCE) as connection:
        # Fast enough for more seconds, by what has come; then nothing more comes.
        connection.sendall(head(len(BODY)) + BODY[:20_000])
        answer = read_answer(connection)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"connection: close\r\n" in answer
    assert service.requests_for(TARGET) == ()


def test_what_is_too_large_is_read_and_refused_with_a_page(
    shell: Shell, service: FakeFragmentServer
) -> None:
    # Browsers send all of it before they look at the answer.
    answer = shell.send(body=BODY * 3, headers=MULTIPART)
    assert answer.status == 413
    assert "too large" in answer.text
    assert service.requests_for(TARGET) == ()


def test_no_action_takes_more_than_the_operator_allows(
    shell: Shell, service: FakeFragmentServer, settings: LazySettings
) -> None:
    settings.ACTION_MAX_BYTES = 2_000_000
    assert shell.send(body=BODY, headers=MULTIPART).status == 413
    # Not even the manifest was needed to know.
    assert service.requests == ()


@pytest.mark.parametrize("status", [413, 415, 422])
def test_a_service_may_refuse_before_it_has_read_all(
    shell: Shell, service: FakeFragmentServer, status: int
) -> None:
    service.respond(TARGET, Reply(status=status, body="<p>Not this one.</p>", closes=True))
    answer = shell.send(body=BODY, headers=MULTIPART)
    assert answer.status == status
    assert ("Not this one." in answer.text) == (status == 422)


@pytest.mark.parametrize(
    ("kind", "status"),
    [("image/webp", 200), ("image/PNG", 200), ("text/html", 415), ("multipart/form-data", 415)],
)
def test_an_action_gets_only_the_media_types_that_it_declares(
    shell: Shell, service: FakeFragmentServer, kind: str, status: int
) -> None:
    declare(service, Action("submit", "/actions/submit", accepts=("image/*",)))
    assert shell.send(body=b"photo", headers={**OURS, "content-type": kind}).status == status
    assert len(service.requests_for(TARGET)) == (status == 200)


def test_an_action_without_a_body_needs_no_type(shell: Shell, service: FakeFragmentServer) -> None:
    declare(service, Action("submit", "/actions/submit", ("DELETE",)))
    assert shell.send(body=None, headers=OURS, method="DELETE").status == 200


def test_a_full_disk_is_an_apology(
    shell: Shell, service: FakeFragmentServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(content_module, "_nameless_file", full)
    assert shell.send(body=BODY, headers=MULTIPART).status == 503
    assert service.requests_for(TARGET) == ()


def test_there_is_room_for_so_many_uploads_at_a_time(
    shell: Shell, service: FakeFragmentServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = content_module.ROOM.left
    monkeypatch.setattr(content_module.ROOM, "left", 6_000_000)
    with socket.create_connection(("127.0.0.1", shell.port), timeout=PATIENCE) as connection:
        connection.sendall(head(len(BODY)) + BODY[:3_000_000])
        wait_until(lambda: content_module.ROOM.left < 3_500_000)
        assert shell.send(body=BODY, headers=MULTIPART).status == 503
        connection.sendall(BODY[3_000_000:])
        assert read_answer(connection).startswith(b"HTTP/1.1 200 ")
    wait_until(lambda: content_module.ROOM.left == 6_000_000)
    assert shell.send(body=BODY, headers=MULTIPART).status == 200
    wait_until(lambda: content_module.ROOM.left == 6_000_000)
    assert room == 268_435_456


def test_two_uploads_on_one_connection(shell: Shell, service: FakeFragmentServer) -> None:
    connection = HTTPConnection("127.0.0.1", shell.port, timeout=PATIENCE)
    for _ in range(2):
        connection.request("POST", PATH, BODY, MULTIPART)
        response = connection.getresponse()
        assert (response.status, b"Thank you" in response.read()) == (200, True)
    connection.close()
    assert [received.body for received in service.requests_for(TARGET)] == [BODY, BODY]


@pytest.mark.usefixtures("shell", "tidy")
@pytest.mark.parametrize(("size", "status"), [(3_000_000, 200), (9_000_000, 413)])
def test_under_wsgi_it_is_the_same(service: FakeFragmentServer, size: int, status: int) -> None:
    body = BODY[:1000] + b"x" * (size - 1000)
    answer = Client().post(PATH, body, content_type=MULTIPART["content-type"], headers=OURS)
    assert answer.status_code == status
    assert [len(sent.body) for sent in service.requests_for(TARGET)] == [size] * (status == 200)


@pytest.mark.asyncio
@pytest.mark.parametrize("size", [0, 1, 1_048_576, 1_048_577, 3_000_000])
async def test_what_was_put_in_comes_out(size: int) -> None:
    data = os.urandom(size)
    spool = Spool()
    for at in range(0, size, 70_001):
        await spool.add(data[at : at + 70_001])
    content = await spool.finish()
    assert (content.size, bool(content)) == (size, size > 0)
    assert (content.file is None) == (size <= 1_048_576)
    assert await content.whole() == data == await content.whole()
    assert content.head == data[:65_536]
    content.close()


def head(length: int) -> bytes:
    lines = [f"POST {PATH} HTTP/1.1", "host: 127.0.0.1", f"content-length: {length}"]
    lines += [f"{name}: {value}" for name, value in MULTIPART.items()]
    return "\r\n".join([*lines, "", ""]).encode()

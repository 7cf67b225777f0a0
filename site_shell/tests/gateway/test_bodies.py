"""Bodies that are large, slow, broken off or wrongly announced."""

import socket
from http.client import HTTPConnection

import pytest
from fragment_contract.testing import FakeFragmentServer

from site_shell.gateway import stream
from site_shell.tests.composing.kit import PATIENCE

from .conftest import FORM, OURS, PATH, TARGET, Shell

HEAD = (
    f"POST {PATH} HTTP/1.1\r\nhost: 127.0.0.1\r\nsec-fetch-site: same-origin\r\n"
    "content-type: application/x-www-form-urlencoded\r\n"
).encode()


def talk(shell: Shell, *pieces: bytes) -> bytes:
    """Send bytes and read what comes until the connection is quiet or closed."""
    with socket.create_connection(("127.0.0.1", shell.port), timeout=PATIENCE) as connection:
        for piece in pieces:
            connection.sendall(piece)
        return read_answer(connection)


def read_answer(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        received = connection.recv(65_536)
        if not received:
            break
        data += received
    return data


def test_the_largest_body_is_taken(shell: Shell, service: FakeFragmentServer) -> None:
    assert shell.send(body=b"x" * shell.max_bytes).status == 200


def test_one_byte_more_is_refused(shell: Shell, service: FakeFragmentServer) -> None:
    assert shell.send(body=b"x" * (shell.max_bytes + 1)).status == 413
    assert service.requests_for(TARGET) == ()


def test_a_body_announced_as_huge_is_refused_unread(
    shell: Shell, service: FakeFragmentServer
) -> None:
    answer = talk(shell, HEAD + b"content-length: 99999999999\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert service.requests == ()


def test_chunks_without_end_are_refused_at_the_limit(
    shell: Shell, service: FakeFragmentServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "_DISCARDED_SECONDS", 0.1)
    chunks = (b"1000\r\n" + b"x" * 0x1000 + b"\r\n") * 6
    answer = talk(shell, HEAD + b"transfer-encoding: chunked\r\n\r\n", chunks)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert service.requests_for(TARGET) == ()


def test_a_body_in_chunks_arrives_whole(shell: Shell, service: FakeFragmentServer) -> None:
    body = b"5\r\ntitle\r\n5\r\n=Nice\r\n0\r\n\r\n"
    answer = talk(shell, HEAD + b"transfer-encoding: chunked\r\n\r\n" + body)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert service.requests[-1].body == b"title=Nice"


@pytest.mark.parametrize("seconds", [0.3])
def test_a_body_that_takes_too_long_is_refused(shell: Shell, service: FakeFragmentServer) -> None:
    answer = talk(shell, HEAD + b"content-length: 10\r\n\r\n", b"title")
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert service.requests_for(TARGET) == ()


def test_a_visitor_who_leaves_in_the_middle_sends_nothing(
    shell: Shell, service: FakeFragmentServer
) -> None:
    with socket.create_connection(("127.0.0.1", shell.port), timeout=PATIENCE) as connection:
        connection.sendall(HEAD + b"content-length: 10\r\n\r\ntitle")
    assert shell.send().status == 200
    assert [request.body for request in service.requests if request.method == "POST"] == [
        b"title=Nice"
    ]


@pytest.mark.parametrize(
    "headers",
    [
        b"content-length: 5\r\ncontent-length: 6\r\n",
        b"content-length: -1\r\n",
        b"content-length: five\r\n",
        b"content-length: 5\r\ntransfer-encoding: chunked\r\n",
        b"transfer-encoding: gzip, chunked, chunked\r\n",
        b"x-broken\x00: 1\r\ncontent-length: 5\r\n",
    ],
)
def test_contradictory_framing_is_refused(
    shell: Shell, service: FakeFragmentServer, headers: bytes
) -> None:
    answer = talk(shell, HEAD + headers + b"\r\n", b"title")
    assert not answer.startswith(b"HTTP/1.1 2")
    assert not any(request.method == "POST" for request in service.requests)


@pytest.mark.parametrize(
    ("length", "seconds", "status"),
    [(b"99999999", PATIENCE, b"413"), (b"9", 0.3, b"408")],
    ids=["large", "slow"],
)
def test_other_addresses_are_guarded_too(
    shell: Shell, length: bytes, seconds: float, status: bytes
) -> None:
    head = b"POST /_composer/purge HTTP/1.1\r\nhost: localhost\r\ncontent-length: %b\r\n\r\n"
    assert talk(shell, head % length).startswith(b"HTTP/1.1 " + status)


@pytest.mark.parametrize("framing", ["announced", "in chunks"])
@pytest.mark.parametrize(
    ("accept", "kind", "said"),
    [
        (b"text/html,*/*;q=0.8", b"text/html", "Das ist zu groß".encode()),
        (b"*/*", b"text/plain", b"Request Entity Too Large"),
    ],
)
def test_whoever_sends_a_huge_form_reads_why_it_was_not_taken(
    shell: Shell, framing: str, accept: bytes, kind: bytes, said: bytes
) -> None:
    """What is left unread when a connection is closed resets it, and takes the answer along."""
    head = (
        b"POST /de/account/sign-in/ HTTP/1.1\r\nhost: localhost\r\naccept: " + accept + b"\r\n"
        b"content-type: application/x-www-form-urlencoded\r\n"
    )
    huge = b"email=" + b"x" * 400_000
    if framing == "announced":
        head += b"content-length: %d\r\n\r\n" % len(huge)
    else:
        head += b"transfer-encoding: chunked\r\n\r\n"
        huge = b"%x\r\n%b\r\n0\r\n\r\n" % (len(huge), huge)
    with socket.create_connection(("127.0.0.1", shell.port), timeout=PATIENCE) as connection:
        connection.sendall(head + huge)
        answer = b""
        while received := connection.recv(65_536):
            answer += received
    status, _, rest = answer.partition(b"\r\n")
    assert status.split()[1] == b"413"
    assert b"content-type: " + kind in rest
    assert b"no-store" in rest
    assert said in rest


def test_two_actions_on_one_connection(shell: Shell, service: FakeFragmentServer) -> None:
    connection = HTTPConnection("127.0.0.1", shell.port, timeout=PATIENCE)
    for _ in range(2):
        connection.request("POST", PATH, b"title=Nice", {**OURS, **FORM})
        response = connection.getresponse()
        assert (response.status, b"Thank you" in response.read()) == (200, True)
    connection.close()
    assert sum(sent.method == "POST" for sent in service.requests) == 2

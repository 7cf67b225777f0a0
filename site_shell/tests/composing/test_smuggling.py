"""What two parsers could read in two ways, over raw sockets, against the server of production."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Event

import pytest
from django.core.asgi import get_asgi_application
from django.core.cache import caches
from fragment_contract.testing import Gate, Reply

from site_shell.composer import bridge, conf
from site_shell.composer.lane import Lane
from site_shell.files import FilesApp
from site_shell.gateway.bodies import BoundedBodies
from site_shell.protocol import MAX_HEAD_BYTES, MAX_HEADERS, StrictProtocol
from site_shell.worker import Worker

from .kit import World
from .serving import Connect, received, served

HOST = b"Host: testserver\r\n"
NEXT = b"GET /smuggled/ HTTP/1.1\r\n" + HOST + b"\r\n"
Ask = Callable[[bytes], list[bytes]]


def post(headers: bytes, body: bytes = b"") -> bytes:
    return b"POST /shop/ HTTP/1.1\r\n" + HOST + headers + b"\r\n" + body


def get(headers: bytes = b"", target: bytes = b"/shop/") -> bytes:
    return b"GET " + target + b" HTTP/1.1\r\n" + HOST + headers + b"\r\n"


@pytest.fixture
def connect(world: World) -> Iterator[Connect]:
    """Opens connections to the site."""
    world.fragment("a/seen")
    world.page('{% fragment "a/seen" passthrough="header:x-secret" required=True timeout=9000 %}')
    caches["default"].clear()
    conf.forget_runtime()
    app = Lane(FilesApp(BoundedBodies(get_asgi_application())), conf.runtime())
    try:
        with served(app) as connect:
            yield connect
    finally:
        bridge.run(conf.runtime().aclose())
        bridge.stop()
        conf.forget_runtime()


@pytest.fixture
def ask(connect: Connect) -> Ask:
    """Sends bytes on a new connection; gives back the status lines of all answers."""

    def ask(data: bytes) -> list[bytes]:
        with connect() as connection:
            try:
                connection.sendall(data)
                # Whatever is answered before this, the server answers this, or closes.
                connection.sendall(b"GET /healthz HTTP/1.0\r\n" + HOST + b"\r\n")
            except ConnectionError:
                pass
            return _answers(connection)

    return ask


def _answers(connection: socket.socket) -> list[bytes]:
    return received(connection).split(b"HTTP/1.1 ")[1:]


def statuses(answers: list[bytes]) -> list[int]:
    return [int(answer[:3]) for answer in answers]


REFUSED = {
    "length and encoding": post(
        b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n" + NEXT
    ),
    "encoding and length": post(
        b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", b"0\r\n\r\n" + NEXT
    ),
    "two lengths": post(b"Content-Length: 4\r\nContent-Length: 5\r\n", b"abcde"),
    "the same length twice": post(b"Content-Length: 4\r\nContent-Length: 4\r\n", b"abcd"),
    "a list of lengths": post(b"Content-Length: 4, 4\r\n", b"abcd"),
    "a length with a sign": post(b"Content-Length: +4\r\n", b"abcd"),
    "a negative length": post(b"Content-Length: -1\r\n", b"abcd"),
    "an unknown encoding": post(b"Transfer-Encoding: xchunked\r\n", b"0\r\n\r\n"),
    "chunked is not last": post(b"Transfer-Encoding: chunked, gzip\r\n", b"0\r\n\r\n"),
    "two encodings": post(
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", b"0\r\n\r\n"
    ),
    "a space before the colon": post(b"Transfer-Encoding : chunked\r\n", b"0\r\n\r\n"),
    "a control character": post(b"Transfer-Encoding: \x0bchunked\r\n", b"0\r\n\r\n"),
    "a folded line": get(b"X-A: b\r\n c: d\r\n"),
    "a folded encoding": post(b"Transfer-Encoding:\r\n chunked\r\n", b"0\r\n\r\n"),
    "bare line feeds": b"GET /shop/ HTTP/1.1\nHost: testserver\n\n",
    "a bare line feed": get(b"X-A: b\nX-B: c\r\n"),
    "a bare carriage return": get(b"X-A: b\rX-B: c\r\n"),
    "a null byte": get(b"X-A: b\x00c\r\n"),
    "a header without a name": get(b": a\r\n"),
    "a chunk ended by a line feed": post(
        b"Transfer-Encoding: chunked\r\n", b"4\nabcd\r\n0\r\n\r\n"
    ),
    "a chunk size with a prefix": post(
        b"Transfer-Encoding: chunked\r\n", b"0x4\r\nabcd\r\n0\r\n\r\n"
    ),
    "an endless chunk size": post(b"Transfer-Encoding: chunked\r\n", b"f" * 17 + b"\r\na"),
    "HTTP/2 without TLS": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "an unknown version": b"GET /shop/ HTTP/1.2\r\n" + HOST + b"\r\n",
    "a space in the target": get(target=b"/shop/ x"),
    "raw UTF-8 in the target": get(target=b"/\xc3\xa9/"),
    "a tunnel": b"CONNECT evil.example:443 HTTP/1.1\r\n" + HOST + b"\r\n",
    "a method in lower case": b"get /shop/ HTTP/1.1\r\n" + HOST + b"\r\n",
    "an impossible port": get(target=b"http://testserver:99999/shop/"),
    "an endless head": get(b"X: " + b"a" * (MAX_HEAD_BYTES * 2)),
    "a head of one long piece": get(b"X: " + b"a" * MAX_HEAD_BYTES + b"\r\n"),
    "a head of endless headers": get(b"X: a\r\n" * (MAX_HEADERS + 1)),
}


@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED.keys())
def test_a_request_that_can_be_read_in_two_ways_is_refused_and_the_connection_closed(
    ask: Ask, data: bytes
) -> None:
    found = ask(data)
    # A body that turns bad may follow a head that was answered already.
    assert found == [] or statuses(found)[-1] == 400
    assert 200 not in statuses(found)
    assert len(found) <= 2
    assert b"smuggled" not in b"".join(found)


def test_several_hosts_no_host_and_strange_hosts_are_refused(ask: Ask) -> None:
    assert statuses(ask(get())) == [200, 200]
    for data in (
        get(b"Host: testserver\r\n"),
        get(b"Host: evil.example\r\n"),
        b"GET /shop/ HTTP/1.1\r\nHost: evil.example\r\nHost: testserver\r\n\r\n",
        b"GET /shop/ HTTP/1.1\r\n\r\n",
        b"GET /shop/ HTTP/1.0\r\n\r\n",
        *(
            b"GET /shop/ HTTP/1.1\r\nHost: " + name + b"\r\n\r\n"
            for name in (
                *(b"", b"evil.example", b"testserver.evil.example", b"testserver@evil.example"),
                *(b"testserver:80@evil.example", b"testserver/x", b"testserver:x", b"[::1"),
                *(b"testserver, evil.example", b"[::1]", b"..", b"testserver..", b"\xe4"),
            )
        ),
    ):
        assert statuses(ask(data))[0] == 400, data


@pytest.mark.parametrize("name", [b"testserver:8000", b"TESTSERVER", b"testserver."])
def test_a_port_capitals_and_the_dot_of_the_root_are_the_same_host(ask: Ask, name: bytes) -> None:
    data = b"GET /shop/ HTTP/1.1\r\nHost: " + name + b"\r\n\r\n"
    assert statuses(ask(data)) == [200, 200]


@pytest.mark.parametrize("path", [b"/static/none.css", b"/healthz", b"/actions/a/seen/x", b"/no/"])
def test_no_part_of_the_shell_answers_to_a_foreign_host(ask: Ask, path: bytes) -> None:
    data = b"GET " + path + b" HTTP/1.1\r\nHost: evil.example\r\n\r\n"
    assert statuses(ask(data))[0] == 400


def test_forwarded_hosts_are_never_believed(ask: Ask) -> None:
    plain = ask(get())[0]
    told = ask(
        get(
            b"X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: gopher\r\n"
            b"Forwarded: host=evil.example\r\nX-Original-URL: /evil/\r\nX-Rewrite-URL: /evil/\r\n"
        )
    )[0]
    assert b"evil" not in told
    assert told.partition(b"\r\n\r\n")[2] == plain.partition(b"\r\n\r\n")[2]


def test_a_target_with_a_host_of_its_own_is_the_hosts_that_was_asked(ask: Ask) -> None:
    answers = ask(get(target=b"http://evil.example/shop/"))
    assert statuses(answers) == [200, 200]
    assert b"evil.example" not in answers[0]


def test_an_asterisk_is_no_page(ask: Ask) -> None:
    assert statuses(ask(b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n"))[0] in {400, 404}


def test_the_body_of_a_get_is_not_the_next_request(ask: Ask) -> None:
    data = get(b"Content-Length: %d\r\n" % len(NEXT)) + NEXT
    assert statuses(ask(data)) == [200, 200]


def test_requests_in_one_packet_are_answered_in_their_order(ask: Ask) -> None:
    answers = ask(get() + get(target=b"/none/") + get())
    assert statuses(answers) == [200, 404, 200, 200]


def test_trailers_are_no_headers(world: World, ask: Ask) -> None:
    chunked = b"Transfer-Encoding: chunked\r\n"
    body = b"0\r\nX-Secret: from-a-trailer\r\nHost: evil.example\r\n\r\n"
    world.services["a"].respond("/fragments/seen/", Reply(body="<p>seen</p>"))
    assert statuses(ask(get(chunked) + body)) == [200, 200]
    (asked,) = world.services["a"].requests_for("/fragments/seen/")
    assert "x-secret" not in asked.headers


def test_the_server_does_not_say_what_it_is(ask: Ask) -> None:
    answers = ask(get() + get(target=b"/none/") + get(b"X-A: b\x00\r\n"))
    assert b"uvicorn" not in b"".join(answers).lower()
    assert Worker.CONFIG_KWARGS["http"] is StrictProtocol
    assert Worker.CONFIG_KWARGS["server_header"] is False
    assert Worker.CONFIG_KWARGS["proxy_headers"] is False


@pytest.mark.parametrize(("proxies", "believed"), [("", False), ("10.0.0.7", True)])
def test_a_visitors_address_is_believed_only_where_proxies_are_named(
    proxies: str, believed: bool
) -> None:
    code = "from site_shell.worker import Worker; print(Worker.CONFIG_KWARGS['proxy_headers'])"
    told = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "FORWARDED_ALLOW_IPS": proxies},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == str(believed)


@pytest.mark.parametrize(
    "path", [b"/shop/../shop/", b"/shop/./", b"/.", b"/shop/..", b"/static/../settings.py"]
)
def test_dot_segments_that_no_browser_sends_are_refused(ask: Ask, path: bytes) -> None:
    assert statuses(ask(get(target=path))) == [400, 200]


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that waits as little for a head as a test does."""
    monkeypatch.setattr(StrictProtocol, "head_seconds", 0.3)


@pytest.mark.parametrize(
    ("beginning", "expected"),
    [
        pytest.param(b"", [], id="nothing at all"),
        pytest.param(b"\r\n", [], id="empty lines"),
        pytest.param(get()[:-2], [408], id="a head without an end"),
        pytest.param(get() + b"\r\n", [200], id="an empty line behind a request"),
        pytest.param(get() + get()[:-2], [200, 408], id="the head of a later request"),
    ],
)
def test_nobody_keeps_a_connection_without_asking_for_something(
    hurried: None, connect: Connect, beginning: bytes, expected: list[int]
) -> None:
    with connect() as connection:
        connection.sendall(beginning)
        assert statuses(_answers(connection)) == expected


def test_a_head_that_comes_byte_by_byte_has_no_more_time_than_others(
    hurried: None, connect: Connect
) -> None:
    with connect() as connection:
        connection.sendall(get()[:-2] + b"X-Slow: ")
        connection.settimeout(0.05)
        answer = b""
        for _ in range(200):
            with suppress(ConnectionError):
                connection.sendall(b"a")
            with suppress(TimeoutError, ConnectionError):
                answer += connection.recv(65536)
                break
        assert statuses(answer.split(b"HTTP/1.1 ")[1:]) == [408]


def test_an_answer_may_take_longer_than_a_head(
    hurried: None, world: World, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    late, gate = Event(), Gate()
    look = StrictProtocol._is_late

    def tell(protocol: StrictProtocol) -> None:
        look(protocol)
        late.set()

    monkeypatch.setattr(StrictProtocol, "_is_late", tell)
    world.services["a"].respond("/fragments/seen/", Reply(body="<p>seen</p>", gate=gate))
    with connect() as connection:
        # The head of the next one is late, too, but nobody waits for it yet.
        connection.sendall(get() + get()[:-2])
        assert late.wait(10)
        gate.open()
        assert statuses(_answers(connection)) == [200, 408]


def test_answers_of_the_server_itself_are_as_safe_as_all_others(ask: Ask) -> None:
    (answer,) = ask(get(b"X-A: b\x00\r\n"))
    head = answer.partition(b"\r\n\r\n")[0].lower()
    for line in (b"nosniff", b"default-src 'none'", b"no-store", b"connection: close"):
        assert line in head

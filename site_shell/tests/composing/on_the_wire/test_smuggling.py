"""What two parsers could read in two ways, over raw sockets, against the server of production."""

import pytest
from fragment_contract.testing import Reply

from site_shell.protocol import MAX_HEAD_BYTES, MAX_HEADERS, StrictProtocol
from site_shell.worker import Worker

from ..kit import World
from .raw import HOST, Ask, get, statuses

NEXT = b"GET /smuggled/ HTTP/1.1\r\n" + HOST + b"\r\n"


def post(headers: bytes, body: bytes = b"") -> bytes:
    return b"POST /shop/ HTTP/1.1\r\n" + HOST + headers + b"\r\n" + body


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


@pytest.mark.parametrize(
    "path", [b"/shop/../shop/", b"/shop/./", b"/.", b"/shop/..", b"/static/../settings.py"]
)
def test_dot_segments_that_no_browser_sends_are_refused(ask: Ask, path: bytes) -> None:
    assert statuses(ask(get(target=path))) == [400, 200]


def test_answers_of_the_server_itself_are_as_safe_as_all_others(ask: Ask) -> None:
    (answer,) = ask(get(b"X-A: b\x00\r\n"))
    head = answer.partition(b"\r\n\r\n")[0].lower()
    for line in (b"nosniff", b"default-src 'none'", b"no-store", b"connection: close"):
        assert line in head

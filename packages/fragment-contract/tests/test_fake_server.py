"""The fake fragment service, over real sockets."""

import gc
import socket
import threading
from concurrent.futures import ThreadPoolExecutor, wait

import httpx
import pytest
from fragment_contract import parse_manifest
from fragment_contract.manifest import Asset
from fragment_contract.testing import (
    BreakOff,
    Drip,
    Endless,
    FakeFragmentServer,
    Gate,
    GzipBomb,
    Hang,
    Raw,
    Received,
    Reply,
)


def test_a_healthy_fragment_is_one_call(
    fragment_server: FakeFragmentServer, browser: httpx.Client
) -> None:
    base = fragment_server.add_fragment(
        "reviews/list",
        html="<p>Lovely.</p>",
        version="2",
        fallback="<p>Later.</p>",
        headers={"surrogate-key": "reviews:h1"},
        js=(Asset(value="/x.js", type="module"),),
    )
    manifest = parse_manifest(browser.get(f"{base}/manifest.json").content)
    content = browser.get(f"{base}{manifest.content}?product=h1")
    assert manifest.fragment
    assert manifest.fragment.name == "reviews/list"
    assert manifest.js[0].value == "/x.js"
    assert content.text == "<p>Lovely.</p>"
    assert content.headers["podlet-version"] == manifest.version == "2"
    assert content.headers["surrogate-key"] == "reviews:h1"
    assert browser.get(f"{base}{manifest.fallback}").text == "<p>Later.</p>"


def test_requests_are_remembered_as_they_came(
    fragment_server: FakeFragmentServer, browser: httpx.Client
) -> None:
    browser.post(f"{fragment_server.url}/a%20b?x=1&x=%C3%BC", content=b"body")
    (request,) = fragment_server.requests
    assert (request.method, request.path, request.query) == ("POST", "/a b", "x=1&x=%C3%BC")
    assert request.parameters == [("x", "1"), ("x", "ü")]
    assert request.body == b"body"
    assert fragment_server.requests_for("/a b") == (request,)
    assert fragment_server.requests_for("/other") == ()


def test_a_chunked_request_is_read_whole(
    fragment_server: FakeFragmentServer, browser: httpx.Client
) -> None:
    browser.post(f"{fragment_server.url}/", content=iter([b"one", b"two"]))
    assert fragment_server.requests[0].body == b"onetwo"


def test_answers_are_given_in_turn_and_the_last_one_stays(
    fragment_server: FakeFragmentServer, browser: httpx.Client
) -> None:
    fragment_server.respond("/", Reply(status=500), Reply(body="well again"))
    statuses = [browser.get(fragment_server.url).status_code for _ in range(3)]
    assert statuses == [500, 200, 200]


def test_an_answer_may_depend_on_the_request(
    fragment_server: FakeFragmentServer, browser: httpx.Client
) -> None:
    fragment_server.respond("*", lambda request: Reply(body=request.path))
    assert browser.get(f"{fragment_server.url}/here").text == "/here"


def test_what_is_not_programmed_is_404(
    fragment_server: FakeFragmentServer, browser: httpx.Client
) -> None:
    assert browser.get(fragment_server.url).status_code == 404
    with pytest.raises(ValueError, match="at least one"):
        fragment_server.respond("/")


def test_connections_are_kept_and_counted(
    fragment_server: FakeFragmentServer, browser: httpx.Client
) -> None:
    for _ in range(3):
        browser.get(fragment_server.url)
    assert fragment_server.connections == 1
    fragment_server.drop_connections()
    browser.get(fragment_server.url)
    assert fragment_server.connections == 2


def test_head_204_and_304_have_no_body(
    fragment_server: FakeFragmentServer, browser: httpx.Client
) -> None:
    fragment_server.respond("/", Reply(body="text"))
    assert browser.head(fragment_server.url).content == b""
    for status in (204, 304):
        fragment_server.respond("/", Reply(status=status, body="ignored"))
        assert browser.get(fragment_server.url).content == b""
    assert fragment_server.connections == 1


def test_a_gate_holds_an_answer_until_the_test_opens_it(
    fragment_server: FakeFragmentServer, browser: httpx.Client
) -> None:
    gate, seen = Gate(), []
    fragment_server.respond("/", Reply(body="open", gate=gate))
    thread = threading.Thread(target=lambda: seen.append(browser.get(fragment_server.url).text))
    thread.start()
    fragment_server.wait_for_requests(1)
    assert seen == []
    gate.open()
    thread.join()
    assert seen == ["open"]


def test_waiting_for_requests_that_never_come_ends(fragment_server: FakeFragmentServer) -> None:
    with pytest.raises(TimeoutError, match="0 requests, not 1"):
        fragment_server.wait_for_requests(1, timeout=0.01)


def test_a_drip_arrives_whole(fragment_server: FakeFragmentServer, browser: httpx.Client) -> None:
    fragment_server.respond("/", Drip(chunks=("a", b"b", "c"), pause=0.001))
    assert browser.get(fragment_server.url).text == "abc"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Hang(), httpx.ReadTimeout),
        (Hang(first=b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab"), httpx.ReadTimeout),
        (BreakOff(), httpx.RemoteProtocolError),
        (Raw(b""), httpx.RemoteProtocolError),
        (Raw(b"this is not HTTP\r\n\r\n"), httpx.RemoteProtocolError),
    ],
)
def test_bad_days_look_as_they_do_in_production(
    fragment_server: FakeFragmentServer,
    browser: httpx.Client,
    answer: Hang | BreakOff | Raw,
    error: type[Exception],
) -> None:
    fragment_server.respond("/", answer)
    with pytest.raises(error):
        browser.get(fragment_server.url, timeout=0.1 if isinstance(answer, Hang) else 60)


def test_an_endless_answer_does_not_end(
    fragment_server: FakeFragmentServer, browser: httpx.Client
) -> None:
    fragment_server.respond("/", Endless())
    read = 0
    with browser.stream("GET", fragment_server.url) as response:
        for chunk in response.iter_raw():
            read += len(chunk)
            if read > 1_000_000:
                break
    assert read > 1_000_000


def test_a_bomb_is_small_until_it_is_unpacked(
    fragment_server: FakeFragmentServer, browser: httpx.Client
) -> None:
    fragment_server.respond("/", GzipBomb(megabytes=2))
    response = browser.get(fragment_server.url)
    assert int(response.headers["content-length"]) < 10_000
    assert len(response.content) == 2 << 20


def test_a_service_can_go_away_and_come_back(browser: httpx.Client) -> None:
    with FakeFragmentServer() as server:
        server.respond("/", Reply(body="here"))
        assert browser.get(server.url).text == "here"
        server.refuse()
        with pytest.raises(httpx.ConnectError):
            browser.get(server.url)
        server.accept()
        assert browser.get(server.url).text == "here"


def test_a_closed_server_leaves_no_thread_and_no_port(browser: httpx.Client) -> None:
    before = set(threading.enumerate())
    server = FakeFragmentServer()
    (thread,) = set(threading.enumerate()) - before
    server.respond("/", Hang())
    with pytest.raises(httpx.ReadTimeout):
        browser.get(server.url, timeout=0.05)
    server.close()
    server.close()
    assert not thread.is_alive()
    with pytest.raises(httpx.ConnectError):
        browser.get(server.url)


def test_who_connects_while_it_closes_is_not_left_open() -> None:
    server = FakeFragmentServer()
    asked, goes_on = threading.Event(), threading.Event()

    def waits(_: Received) -> Reply:
        asked.set()
        assert goes_on.wait(60)
        return Reply()

    server.respond("/", waits)
    place = server.host, server.port
    with socket.create_connection(place) as busy, ThreadPoolExecutor(1) as pool:
        busy.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert asked.wait(60)
        # The server does one thing at a time: both are there when it looks up again.
        late = socket.create_connection(place)
        closing = pool.submit(server.close)
        assert not wait([closing], timeout=0.1).done
        goes_on.set()
        closing.result()
        late.close()
    # Warnings are errors: this tells of a socket that was left open.
    gc.collect()


@pytest.mark.parametrize(
    "sent", [b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\ncontent-length: x\r\n\r\n", b"GET / HT"]
)
def test_what_is_not_a_request_is_answered_400_and_not_remembered(
    fragment_server: FakeFragmentServer, sent: bytes
) -> None:
    with socket.create_connection((fragment_server.host, fragment_server.port), 5) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(1_000).startswith(b"HTTP/1.1 400 ")
    assert fragment_server.requests == ()


def test_a_request_is_a_plain_value() -> None:
    assert Received("GET", "/", "a=1", {}) == Received("GET", "/", "a=1", {})

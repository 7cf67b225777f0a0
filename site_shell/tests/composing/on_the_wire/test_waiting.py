"""How long a visitor may take to ask for something, and that answers may take longer."""

from contextlib import suppress
from threading import Event

import pytest
from fragment_contract.testing import Gate, Reply

from site_shell.protocol import StrictProtocol

from ..kit import PATIENCE, World
from .raw import answers, get, statuses
from .serving import Connect


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
        assert statuses(answers(connection)) == expected


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
        assert late.wait(PATIENCE)
        gate.open()
        assert statuses(answers(connection)) == [200, 408]

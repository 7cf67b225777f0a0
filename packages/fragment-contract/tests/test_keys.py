"""The keys of the shell: found, kept, withdrawn, and out of reach."""

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from fragment_contract._keys import FRESH_SECONDS, PAUSE_SECONDS, STALE_SECONDS, RemoteKeys
from fragment_contract.errors import InvalidToken, KeysUnavailable
from fragment_contract.testing import FakeFragmentServer, Reply
from joserfc.jwk import ECKey


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def serve(server: FakeFragmentServer, document: object, status: int = 200) -> None:
    body = document if isinstance(document, str) else json.dumps(document)
    server.respond("/keys", Reply(status=status, body=body, content_type="application/json"))


def keys_of(*kids: str) -> dict[str, Any]:
    return {
        "keys": [
            ECKey.generate_key("P-256", parameters={"kid": kid}).as_dict(private=False)
            for kid in kids
        ]
    }


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(fragment_server: FakeFragmentServer, clock: Clock) -> RemoteKeys:
    return RemoteKeys(f"{fragment_server.url}/keys", clock=clock)


def test_a_new_key_is_found_without_a_restart(
    fragment_server: FakeFragmentServer, keys: RemoteKeys, clock: Clock
) -> None:
    serve(fragment_server, keys_of("old"))
    assert keys.get("old")
    serve(fragment_server, keys_of("new", "old"))
    clock.now += PAUSE_SECONDS
    assert keys.get("new")
    assert keys.get("old")
    assert len(fragment_server.requests) == 2


def test_a_withdrawn_key_is_believed_for_minutes_at_most(
    fragment_server: FakeFragmentServer, keys: RemoteKeys, clock: Clock
) -> None:
    serve(fragment_server, keys_of("stolen", "good"))
    keys.get("stolen")
    serve(fragment_server, keys_of("good"))
    clock.now += FRESH_SECONDS
    with pytest.raises(InvalidToken, match="no key 'stolen'"):
        keys.get("stolen")


def test_made_up_key_ids_do_not_make_us_ask_each_time(
    fragment_server: FakeFragmentServer, keys: RemoteKeys
) -> None:
    serve(fragment_server, keys_of("good"))
    for number in range(50):
        with pytest.raises(InvalidToken):
            keys.get(f"made-up-{number}")
    assert len(fragment_server.requests) == 1


def test_known_keys_outlive_a_shell_that_is_down_for_a_while(
    fragment_server: FakeFragmentServer, keys: RemoteKeys, clock: Clock
) -> None:
    serve(fragment_server, keys_of("good"))
    keys.get("good")
    serve(fragment_server, "down", status=503)
    clock.now += STALE_SECONDS - 1
    assert keys.get("good")
    with pytest.raises(KeysUnavailable):
        keys.get("perhaps new")
    clock.now += PAUSE_SECONDS
    with pytest.raises(KeysUnavailable):
        keys.get("good")


@pytest.mark.parametrize(
    "document",
    [
        "",
        "[]",
        "{}",
        '{"keys": 5}',
        {"keys": []},
        {"keys": [5, {"kty": "EC"}]},
        {"keys": [{"kid": "x", "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]},
        {"keys": [{"kid": "x", "kty": "oct", "k": "c2VjcmV0"}]},
        "[" * 70_000,
    ],
)
def test_a_set_that_makes_no_sense_is_no_set(
    fragment_server: FakeFragmentServer, keys: RemoteKeys, document: object
) -> None:
    serve(fragment_server, document)
    with pytest.raises(KeysUnavailable):
        keys.get("x")


def test_keys_for_something_else_are_passed_over(
    fragment_server: FakeFragmentServer, keys: RemoteKeys
) -> None:
    good, other = keys_of("good")["keys"][0], keys_of("other")["keys"][0]
    serve(
        fragment_server,
        {"keys": [{**other, "use": "enc"}, {**other, "alg": "ECDH-ES"}, {"kty": "AKP"}, good]},
    )
    assert keys.get("good")
    with pytest.raises(InvalidToken):
        keys.get("other")


def test_many_threads_fetch_the_keys_once(
    fragment_server: FakeFragmentServer, keys: RemoteKeys
) -> None:
    serve(fragment_server, keys_of("good"))
    found: list[object] = []
    start = threading.Barrier(8)

    def ask() -> None:
        start.wait()
        found.append(keys.get("good"))

    together(ask, 8)
    assert len(found) == 8
    assert len(fragment_server.requests) == 1


def together(work: Callable[[], None], count: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

"""The sites of the tests of composing, with fragments that ask who is asking."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from fragment_contract.context_token import Trust
from fragment_contract.manifest import Action, FragmentInfo, Identity
from fragment_contract.testing import Received, Reply
from joserfc.jwk import ECKey

from site_shell.composer.conf import runtime

from ..composing.conftest import face, open_site, world
from ..composing.kit import World

__all__ = ["asks", "face", "open_site", "world"]

Told = tuple[str, str, str]


def told(request: Received, service: str) -> Told | None:
    """Subject, name and former subject that a service was told, checked as a service would."""
    header = request.headers.get("authorization", "")
    if not header:
        return None
    tokens = runtime().site.callers.tokens
    assert tokens is not None
    keys = {item["kid"]: ECKey.import_key(item) for item in tokens.key_set()["keys"]}
    trust = Trust(runtime().site.origin, service, _Published(keys))
    return trust.read(header.removeprefix("Bearer "), now=time.time())


class _Published:
    def __init__(self, keys: dict[str, ECKey]) -> None:
        self._keys = keys

    def get(self, kid: str) -> ECKey:
        return self._keys[kid]


@pytest.fixture(autouse=True)
def http(world: World, settings: LazySettings) -> None:
    """Without encryption, as the tests' browsers speak: no Secure cookie would come back."""
    settings.SITE_ORIGIN = "http://shop.test"


Asks = Callable[..., None]


@pytest.fixture
def asks(world: World) -> Asks:
    """Let a service have a fragment that asks who is asking, and shows it."""

    def declare(name: str, identity: Identity, *, cache: str = "private", **more: Any) -> None:
        service, _, short = name.partition("/")

        def show(request: Received) -> Reply:
            found = told(request, service)
            who = "nobody" if found is None else " ".join(found).strip()
            return Reply(body=f"<p>[{who}]</p>", headers={**headers, "podlet-version": "1.0.0"})

        headers = {"cache-control": cache}
        info = FragmentInfo(name=name, identity=identity, **more)
        world.fragment(name, "<p></p>", fragment=info)
        world.server_of(name).respond(f"/fragments/{short}/", show)

    return declare


def action(name: str, identity: Identity) -> Action:
    return Action(name, f"/actions/{name}", ("POST",), identity)


def as_json(value: object) -> str:
    return json.dumps(value)

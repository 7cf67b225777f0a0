"""The text in a lazy slot's address: nobody else can write it, and any other is refused."""

import base64
from typing import Any

import pytest
from django.conf import LazySettings

from site_shell.composer.slot import make_slot
from site_shell.composer.slot_token import MAX_TOKEN, BadToken, SlotTokens

from ..composing.conftest import Open
from ..composing.kit import World
from .lazy_page import LAZY, source

FORGED = [
    ("x", 404),
    ("", 404),
    ("x.y", 404),
    ("x" * (MAX_TOKEN + 1), 400),
    ("%00", 400),
    ("..%2f..%2fetc", 400),
]


@pytest.mark.parametrize(("token", "status"), FORGED, ids=[text[:12] for text, _ in FORGED])
def test_what_we_did_not_sign_is_refused_and_logged(
    world: World, open_site: Open, token: str, status: int
) -> None:
    client = open_site()
    found = client.get(
        client.base_url.copy_with(raw_path=f"/_composer/fragments/{token}/".encode())
    )
    assert found.status_code == status
    assert found.headers["cache-control"] == "no-store"
    if "%" not in token:
        (note,) = [line["what"] for line in world.records() if line["event"] == "note"]
        assert note.startswith("refused: /_composer/fragments/")


def test_a_changed_slot_has_another_signature(world: World, open_site: Open) -> None:
    world.fragment("product/related", "<p>related</p>")
    world.page(LAZY)
    client = open_site()
    address = source(client.get("/shop/"))
    token = address.split("/")[3]
    for position in range(0, len(token), 7):
        other = "A" if token[position] != "A" else "B"
        forged = token[:position] + other + token[position + 1 :]
        assert client.get(f"/_composer/fragments/{forged}/").status_code == 404
    assert client.get(f"/_composer/fragments/{token}/other/").status_code == 404
    assert client.get(f"/_composer/fragments/{token}").status_code in {200, 301, 404}
    assert client.post(address).status_code == 405


def test_keys_rotate(settings: LazySettings) -> None:
    slot = make_slot("product/related", {"product": "h1", "delivery": "lazy"})
    old = SlotTokens().write(slot)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new-key", [settings.SECRET_KEY]
    assert SlotTokens().read(old).parameters == (("product", "h1"),)
    assert SlotTokens().write(slot) != old


@pytest.mark.parametrize(
    "document", ["[2,1,2,3,4]", "[]", "{}", "no json", '[1,"nope",{},{},0]', '[1,"a/b",{},{},"x"]']
)
def test_a_text_of_another_version_is_unknown(document: str) -> None:
    tokens = SlotTokens()
    packed = base64.urlsafe_b64encode(document.encode()).decode().rstrip("=")
    with pytest.raises(BadToken, match="of another format") as caught:
        tokens.read(tokens._signer.sign(packed))
    assert caught.value.status == 404


def test_everything_a_service_is_asked_with_is_in_the_text() -> None:
    given: dict[str, Any] = {
        "product": "h1",
        "delivery": "lazy",
        "timeout": 700,
        "on_error": "degrade",
        "fallback": "parts/none.html",
        "passthrough": "query:page header:x-country cookie:theme",
        "strategy": "canary",
        "options": "ApiKey",
        "label": "More",
    }
    slot = make_slot("product/related", given)
    read = SlotTokens().read(SlotTokens().write(slot))
    for name in ("parameters", "timeout_ms", "on_error", "fallback", "passthrough", "strategy"):
        assert getattr(read, name) == getattr(slot, name)
    assert (read.options, read.delivery, read.arrival.label) == ("ApiKey", "inline", "More")

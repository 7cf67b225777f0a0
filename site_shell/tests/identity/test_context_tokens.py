"""Signing, and the keys for checking."""

import json
import re
import subprocess
import sys
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from fragment_contract.context_token import Trust
from joserfc.jwk import ECKey

from site_shell.composer.conf import forget_runtime, runtime
from site_shell.composer.context_tokens import (
    LIFETIME_SECONDS,
    ContextTokens,
    InvalidKeys,
    new_keys,
    read_keys,
)

ISSUER = "https://shop.test"


class Clock:
    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


class Published:
    def __init__(self, *makers: ContextTokens) -> None:
        self.keys = {
            item["kid"]: ECKey.import_key(item)
            for maker in makers
            for item in maker.key_set()["keys"]
        }

    def get(self, kid: str) -> ECKey:
        return self.keys[kid]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tokens(clock: Clock) -> ContextTokens:
    return ContextTokens(ISSUER, read_keys(new_keys()), clock=clock)


def test_a_service_can_read_what_is_signed(tokens: ContextTokens, clock: Clock) -> None:
    made = tokens.token("cart", "user:1", "Zoë", "anon:abc")
    trust = Trust(ISSUER, "cart", Published(tokens))
    assert trust.read(made, now=clock.now) == ("user:1", "Zoë", "anon:abc")


def test_no_name_makes_a_token_that_services_refuse(tokens: ContextTokens, clock: Clock) -> None:
    trust = Trust(ISSUER, "cart", Published(tokens))
    made = tokens.token("cart", "user:1", "Ada\r\nKing \x7f\ud800")
    assert trust.read(made, now=clock.now) == ("user:1", "Ada King", "")
    made = tokens.token("cart", "user:2", "a" * 999)
    assert trust.read(made, now=clock.now) == ("user:2", "a" * 200, "")


def test_a_token_is_given_out_again_for_half_of_its_life(
    tokens: ContextTokens, clock: Clock
) -> None:
    first = tokens.token("cart", "user:1")
    clock.now += LIFETIME_SECONDS / 2 - 1
    assert tokens.token("cart", "user:1") == first
    clock.now += 2
    assert tokens.token("cart", "user:1") != first


def test_nothing_is_given_out_to_somebody_else(tokens: ContextTokens) -> None:
    asked = [
        ("cart", "user:1", "", ""),
        ("reviews", "user:1", "", ""),
        ("cart", "user:2", "", ""),
        ("cart", "user:1", "Ada", ""),
        ("cart", "user:1", "", "anon:7"),
    ]
    assert len({tokens.token(*one) for one in asked}) == len(asked)


def test_a_clock_that_was_set_back_makes_no_token_last_longer(
    tokens: ContextTokens, clock: Clock
) -> None:
    first = tokens.token("cart", "user:1")
    clock.now -= 3_600
    assert tokens.token("cart", "user:1") != first


def test_the_first_key_signs_and_all_are_published(clock: Clock) -> None:
    old, new = json.loads(new_keys())["keys"], json.loads(new_keys())["keys"]
    before = ContextTokens(ISSUER, read_keys(json.dumps({"keys": old})), clock=clock)
    during = ContextTokens(ISSUER, read_keys(json.dumps({"keys": new + old})), clock=clock)
    trust = Trust(ISSUER, "cart", Published(during))
    for maker in (before, during):
        assert trust.read(maker.token("cart", "user:1"), now=clock.now)
    assert [key["kid"] for key in during.key_set()["keys"]] == [new[0]["kid"], old[0]["kid"]]


def test_private_keys_are_never_published(client: Client) -> None:
    response = client.get("/.well-known/jwks.json")
    (key,) = response.json()["keys"]
    assert key.keys() == {"kty", "crv", "x", "y", "kid", "use", "alg"}
    assert response["cache-control"] == "public, max-age=60"
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not a JWK set"),
        ("[]", "not a JWK set"),
        ('{"keys": []}', "no key"),
        ('{"keys": [{"kty": "oct", "k": "c2VjcmV0LXNlY3JldA"}]}', "not a JWK set"),
        ('{"keys": "secret-secret"}', "not a JWK set"),
    ],
)
def test_keys_that_cannot_sign_are_refused_and_not_repeated(text: str, said: str) -> None:
    with pytest.raises(InvalidKeys, match=said) as caught:
        read_keys(text)
    assert "c2VjcmV0" not in str(caught.value)
    assert caught.value.__cause__ is None


def changed(**fields: Any) -> str:
    (key,) = json.loads(new_keys())["keys"]
    return json.dumps({"keys": [{**key, **fields}]})


def test_a_public_key_or_one_on_another_curve_cannot_sign() -> None:
    public = read_keys(new_keys())[0].as_dict(private=False)
    other = ECKey.generate_key("P-384", private=True).as_dict(private=True)
    for key in (public, other):
        with pytest.raises(InvalidKeys, match="every key is a private one on P-256"):
            read_keys(json.dumps({"keys": [key]}))


def test_two_keys_need_two_names() -> None:
    one, two = (json.loads(changed(kid="same"))["keys"][0] for _ in range(2))
    with pytest.raises(InvalidKeys, match="the same kid"):
        read_keys(json.dumps({"keys": [one, two]}))


def test_the_shell_does_not_start_without_keys(settings: LazySettings) -> None:
    settings.CONTEXT_TOKEN_KEYS = ""
    forget_runtime()
    with pytest.raises(ImproperlyConfigured, match="CONTEXT_TOKEN_KEYS: it is not a JWK set"):
        runtime()
    forget_runtime()


def test_a_key_is_made_by_a_command() -> None:
    command = [sys.executable, "-m", "site_shell.composer.context_tokens"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    assert read_keys(done.stdout)
    assert re.fullmatch(r"[^'\n]+\n", done.stdout), "one line, which quotes can be put around"

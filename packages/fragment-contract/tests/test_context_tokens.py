"""Tokens that count, and all those that must not."""

import base64
import hmac
import json
import time
from typing import Any

import pytest
from fragment_contract.context_token import MAX_TOKEN, Trust, write
from fragment_contract.errors import InvalidToken
from fragment_contract.testing.identity import (
    ISSUER,
    as_visitor,
    signing_key,
)
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey

NOW = 1_800_000_000
KEY = signing_key()


class OneKey:
    def get(self, kid: str) -> ECKey:
        if kid != KEY.kid:
            raise InvalidToken(f"no key {kid}")
        return KEY


TRUST = Trust(ISSUER, "greeting", OneKey())


def token(key: ECKey = KEY, **claims: Any) -> str:
    """A good token, apart from what is given; a claim of None is left out."""
    all_claims = {
        "iss": ISSUER,
        "aud": "greeting",
        "sub": "user:1",
        "iat": NOW,
        "exp": NOW + 300,
        **claims,
    }
    return write({name: value for name, value in all_claims.items() if value is not None}, key)


def raw(header: dict[str, Any], claims: dict[str, Any], signature: bytes = b"") -> str:
    parts = (json.dumps(header).encode(), json.dumps(claims).encode(), signature)
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def good_claims() -> dict[str, Any]:
    return {"iss": ISSUER, "aud": "greeting", "sub": "user:1", "iat": NOW, "exp": NOW + 300}


def test_a_good_token_is_read() -> None:
    made = token(name="Zoë", former="anon:9", nbf=NOW)
    assert TRUST.read(made, now=NOW) == ("user:1", "Zoë", "anon:9")


@pytest.mark.parametrize("now", [NOW - 30, NOW + 329])
def test_clocks_may_differ_by_half_a_minute(now: float) -> None:
    assert TRUST.read(token(nbf=NOW), now=now)[0] == "user:1"


@pytest.mark.parametrize(
    ("claims", "now", "said"),
    [
        ({}, NOW + 330, "has expired"),
        ({}, NOW - 31, "issued in the future"),
        ({"iat": NOW - 60, "nbf": NOW + 31}, NOW, "not valid yet"),
        ({"exp": None}, NOW, "exp must be seconds"),
        ({"iat": None}, NOW, "iat must be seconds"),
        ({"exp": str(NOW + 300)}, NOW, "exp must be seconds"),
        ({"exp": True}, NOW, "exp must be seconds"),
        ({"exp": 10**400}, NOW, "exp must be seconds"),
        ({"exp": float("nan")}, NOW, "exp must be seconds"),
        ({"nbf": "later"}, NOW, "nbf must be seconds"),
        ({"iss": "https://evil.test"}, NOW, "iss is"),
        ({"iss": None}, NOW, "iss is"),
        ({"iss": [ISSUER]}, NOW, "iss is"),
        ({"aud": "cart"}, NOW, "aud is 'cart', not 'greeting'"),
        ({"aud": None}, NOW, "aud is"),
        ({"aud": ["greeting", "cart"]}, NOW, "aud is"),
        ({"sub": None}, NOW, "sub must"),
        ({"sub": "1"}, NOW, "sub must match"),
        ({"sub": "admin:1"}, NOW, "sub must match"),
        ({"sub": "user:"}, NOW, "sub must match"),
        ({"sub": "user:1\n"}, NOW, "sub must"),
        ({"sub": f"user:{'x' * 60}"}, NOW, "sub must match"),
        ({"sub": "user:<script>"}, NOW, "sub must match"),
        ({"sub": 1}, NOW, "sub must"),
        ({"name": "x" * 201}, NOW, "name must be at most"),
        ({"name": "a\x00b"}, NOW, "name must"),
        ({"name": 5}, NOW, "name must"),
        ({"former": "user:2"}, NOW, "former must be an anonymous"),
        ({"former": 2}, NOW, "former must"),
    ],
)
def test_claims_that_do_not_count(claims: dict[str, Any], now: float, said: str) -> None:
    with pytest.raises(InvalidToken, match=said):
        TRUST.read(token(**claims), now=now)


def test_a_token_without_a_signature_does_not_count() -> None:
    for algorithm in ("none", "None", "NONE", None):
        header = {"alg": algorithm, "typ": "context+jwt", "kid": KEY.kid}
        with pytest.raises(InvalidToken, match="alg must be ES256"):
            TRUST.read(raw(header, good_claims()), now=NOW)


def test_a_token_signed_with_the_public_key_as_a_password_does_not_count() -> None:
    # The library would not make one.
    header = {"alg": "HS256", "typ": "context+jwt", "kid": KEY.kid}
    unsigned = raw(header, good_claims()).rpartition(".")[0]
    digest = hmac.digest(KEY.as_pem(private=False), unsigned.encode(), "sha256")
    made = raw(header, good_claims(), digest)
    with pytest.raises(InvalidToken, match="alg must be ES256, not 'HS256'"):
        TRUST.read(made, now=NOW)


def test_a_token_signed_by_somebody_else_does_not_count() -> None:
    stranger = ECKey.generate_key("P-256", parameters={"kid": KEY.kid}, private=True)
    with pytest.raises(InvalidToken, match="cannot be read"):
        TRUST.read(token(stranger), now=NOW)


def test_a_key_that_the_token_itself_brings_is_not_used() -> None:
    stranger = ECKey.generate_key("P-256", parameters={"kid": KEY.kid}, private=True)
    header = {
        "alg": "ES256",
        "typ": "context+jwt",
        "kid": KEY.kid,
        "jwk": stranger.as_dict(private=False),
    }
    made = jws.serialize_compact(header, json.dumps(good_claims()), stranger, ["ES256"])
    with pytest.raises(InvalidToken):
        TRUST.read(made, now=NOW)


@pytest.mark.parametrize("kid", [None, "", "x y", "../../etc/passwd", "k" * 129, 7, "unknown"])
def test_a_key_id_that_nobody_has_does_not_count(kid: object) -> None:
    header = {"alg": "ES256", "typ": "context+jwt", "kid": kid}
    with pytest.raises(InvalidToken, match=r"k(id|ey)"):
        TRUST.read(raw(header, good_claims(), b"s" * 64), now=NOW)


def test_another_kind_of_token_of_the_same_key_does_not_count() -> None:
    header = {"alg": "ES256", "typ": "JWT", "kid": KEY.kid}
    made = jws.serialize_compact(header, json.dumps(good_claims()), KEY, ["ES256"])
    with pytest.raises(InvalidToken, match="typ must be context"):
        TRUST.read(made, now=NOW)


def test_a_token_with_a_demand_that_we_do_not_know_does_not_count() -> None:
    header = {"alg": "ES256", "typ": "context+jwt", "kid": KEY.kid, "crit": ["b64"], "b64": False}
    with pytest.raises(InvalidToken):
        TRUST.read(raw(header, good_claims(), b"s" * 64), now=NOW)


def test_a_huge_token_is_refused_before_it_is_read() -> None:
    with pytest.raises(InvalidToken, match="at most 4096"):
        TRUST.read("a" * (MAX_TOKEN + 1), now=NOW)


def test_a_changed_token_does_not_count() -> None:
    header, claims, signature = token().split(".")
    other = raw({}, {**good_claims(), "sub": "user:2"}).split(".")[1]
    for changed in (f"{header}.{other}.{signature}", f"{header}.{claims}.", f"{header}.{claims}"):
        with pytest.raises(InvalidToken):
            TRUST.read(changed, now=NOW)


@pytest.mark.parametrize("payload", ["[]", "7", "null", "x", "[" * 3000])
def test_claims_that_are_no_object_do_not_count(payload: str) -> None:
    header = {"alg": "ES256", "typ": "context+jwt", "kid": KEY.kid}
    made = jws.serialize_compact(header, payload[:2500], KEY, ["ES256"])
    with pytest.raises(InvalidToken):
        TRUST.read(made, now=NOW)


@given(st.text(max_size=200) | st.from_regex(r"[A-Za-z0-9_-]{0,40}(\.[A-Za-z0-9_-]{0,40}){0,4}"))
def test_whatever_comes_is_refused_in_the_same_way(text: str) -> None:
    with pytest.raises(InvalidToken):
        TRUST.read(text, now=NOW)


NAMES = st.text(st.characters(exclude_categories=("C",)), max_size=50)


@given(st.from_regex(r"(user|anon):[A-Za-z0-9:_-]{1,59}", fullmatch=True), NAMES)
def test_what_is_written_is_read(subject: str, name: str) -> None:
    assert TRUST.read(token(sub=subject, name=name), now=NOW) == (subject, name, "")


def test_tokens_of_the_kit_last_for_a_test() -> None:
    made = as_visitor("user:1", audience="greeting")["authorization"].removeprefix("Bearer ")
    assert TRUST.read(made, now=time.time()) == ("user:1", "", "")

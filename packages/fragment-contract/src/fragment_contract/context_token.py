"""The context token: a JWS in compact form, which says who is asking one service.

One algorithm, ES256, whatever a header claims: so no token without a signature counts, and none
that is "signed" with the public key as if that were a password (RFC 8725, 2.1 and 3.1). No Django.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from .errors import InvalidToken

ALGORITHM: Final = "ES256"
# Explicit typing (RFC 8725, 3.11): nothing else that the same key may sign is a context token.
TYPE: Final = "context+jwt"
SUBJECT: Final = re.compile(r"(?=.{6,64}\Z)(user|anon):[A-Za-z0-9:_-]+")
MAX_TOKEN: Final = 4_096
MAX_NAME: Final = 200
# Clocks of two machines differ; NTP keeps them far closer than this.
LEEWAY_SECONDS: Final = 30
_KEY_ID: Final = re.compile(r"[A-Za-z0-9_.-]{1,128}")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_ALGORITHMS: Final = [ALGORITHM]


class Keys(Protocol):
    """Where public keys come from."""

    def get(self, kid: str) -> ECKey:
        """The key of that id. Raises InvalidToken if there is none, KeysUnavailable."""


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose tokens count, and for whom they must be made."""

    issuer: str
    audience: str
    keys: Keys

    def read(self, token: str, *, now: float) -> tuple[str, str, str]:
        """Subject, name and former subject. Raises InvalidToken, KeysUnavailable."""
        if len(token) > MAX_TOKEN:
            raise InvalidToken(f"the token has {len(token)} characters, at most {MAX_TOKEN}")
        try:
            header = jws.extract_compact(token.encode("ascii", "replace")).headers()
            kid = _kid_of(header)
            payload = jws.deserialize_compact(token, self.keys.get(kid), _ALGORITHMS).payload
            claims = json.loads(payload)
        except (JoseError, ValueError, RecursionError) as error:
            raise InvalidToken(f"the token cannot be read: {error!s:.200}") from error
        if not isinstance(claims, dict):
            raise InvalidToken("the token holds no JSON object")
        self._check(claims, now)
        former = _text(claims, "former", default="")
        if former and not (SUBJECT.fullmatch(former) and former.startswith("anon:")):
            raise InvalidToken(f"former must be an anonymous subject, not {former!r:.80}")
        return claims["sub"], _text(claims, "name", default=""), former

    def _check(self, claims: Mapping[str, Any], now: float) -> None:
        if claims.get("iss") != self.issuer:
            raise InvalidToken(f"iss is {claims.get('iss')!r:.200}, not {self.issuer!r}")
        # One token is for one service, so a list of them is nothing that we would make.
        if claims.get("aud") != self.audience:
            raise InvalidToken(f"aud is {claims.get('aud')!r:.200}, not {self.audience!r}")
        if _instant(claims, "exp") <= now - LEEWAY_SECONDS:
            raise InvalidToken("the token has expired")
        if _instant(claims, "iat") > now + LEEWAY_SECONDS:
            raise InvalidToken("the token was issued in the future")
        if "nbf" in claims and _instant(claims, "nbf") > now + LEEWAY_SECONDS:
            raise InvalidToken("the token is not valid yet")
        if not SUBJECT.fullmatch(_text(claims, "sub")):
            raise InvalidToken(f"sub must match {SUBJECT.pattern}, not {claims['sub']!r:.80}")


def write(claims: Mapping[str, Any], key: ECKey) -> str:
    """Sign a token; ``key`` is private. For composers and tests."""
    header = {"alg": ALGORITHM, "kid": key.kid, "typ": TYPE}
    payload = json.dumps(claims, ensure_ascii=False, separators=(",", ":"))
    return jws.serialize_compact(header, payload, key, _ALGORITHMS)


def _kid_of(header: Mapping[str, Any]) -> str:
    if header.get("alg") != ALGORITHM:
        raise InvalidToken(f"alg must be {ALGORITHM}, not {header.get('alg')!r:.40}")
    if header.get("typ") != TYPE:
        raise InvalidToken(f"typ must be {TYPE}, not {header.get('typ')!r:.40}")
    kid = header.get("kid")
    if not isinstance(kid, str) or not _KEY_ID.fullmatch(kid):
        raise InvalidToken(f"kid must match {_KEY_ID.pattern}, not {kid!r:.80}")
    return kid


def _instant(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    # True is a number to Python.
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e11:
        raise InvalidToken(f"{name} must be seconds since 1970, not {value!r:.80}")
    return value


def _text(claims: Mapping[str, Any], name: str, *, default: str | None = None) -> str:
    value = claims.get(name, default)
    if not isinstance(value, str) or len(value) > MAX_NAME or _CONTROL.search(value):
        raise InvalidToken(f"{name} must be at most {MAX_NAME} characters, not {value!r:.80}")
    return value

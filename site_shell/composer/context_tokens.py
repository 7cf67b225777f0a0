"""Signs context tokens, and publishes the keys with which services check them.

A signature costs 45 microseconds, so a token is given out again for half of its life. What it
says of a visitor is then at most that old.
"""

import json
import re
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from fragment_contract.context_token import ALGORITHM, MAX_NAME, write
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

LIFETIME_SECONDS: Final = 300
# At least so much of a token's life is left when a service gets it.
_REST_SECONDS: Final = LIFETIME_SECONDS / 2
_MAX_KNOWN: Final = 10_000
_SIZE: Final = "P-256"
_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")


class InvalidKeys(ValueError):
    """CONTEXT_TOKEN_KEYS is not a JWK set that can sign. Never tells any of it."""


class ContextTokens:
    """``keys`` are private; the first one signs, the others are published alone."""

    def __init__(
        self, issuer: str, keys: Sequence[ECKey], *, clock: Callable[[], float] = time.time
    ) -> None:
        self._issuer = issuer
        self._keys = tuple(keys)
        self._clock = clock
        self._known: dict[tuple[str, str, str, str], tuple[str, float]] = {}

    def token(self, service: str, subject: str, name: str = "", former: str = "") -> str:
        """A token for one service about one visitor."""
        now = self._clock()
        asked = (service, subject, name, former)
        token, until = self._known.get(asked, ("", 0.0))
        # A clock that was set back would make it seem valid for longer.
        if not now < until <= now + _REST_SECONDS:
            token, until = self._sign(asked, now), now + _REST_SECONDS
            if len(self._known) >= _MAX_KNOWN:
                self._known.clear()
            self._known[asked] = token, until
        return token

    def key_set(self) -> dict[str, Any]:
        """The public halves, as a JWK set."""
        about = {"use": "sig", "alg": ALGORITHM}
        return {"keys": [{**key.as_dict(private=False), **about} for key in self._keys]}

    def _sign(self, asked: tuple[str, str, str, str], now: float) -> str:
        service, subject, name, former = asked
        claims: dict[str, Any] = {
            "iss": self._issuer,
            "aud": service,
            "sub": subject,
            "iat": int(now),
            "exp": int(now) + LIFETIME_SECONDS,
        }
        # Services refuse a token with anything else, and the shop would be closed to its bearer.
        if name := _UNSEEN.sub(" ", name)[:MAX_NAME].strip():
            claims["name"] = name
        if former:
            claims["former"] = former
        return write(claims, self._keys[0])


def read_keys(text: str) -> list[ECKey]:
    """The private keys of a JWK set in JSON. Raises InvalidKeys."""
    try:
        found = [ECKey.import_key(item) for item in json.loads(text)["keys"]]
    except (JoseError, ValueError, KeyError, TypeError, AttributeError):
        # The error's own words could hold a part of a key.
        raise InvalidKeys("it is not a JWK set with EC keys, as JSON") from None
    if not found:
        raise InvalidKeys("it holds no key")
    for key in found:
        if key.curve_name != _SIZE or not key.is_private:
            raise InvalidKeys(f"every key is a private one on {_SIZE}")
        key.ensure_kid()
    if len({key.kid for key in found}) < len(found):
        raise InvalidKeys("two keys have the same kid")
    return found


def new_keys() -> str:
    """A JWK set with one new private key, as JSON: for development, and to put first."""
    key = ECKey.generate_key(_SIZE, private=True)
    key.ensure_kid()
    return json.dumps({"keys": [{**key.as_dict(private=True), "kid": key.kid}]})


if __name__ == "__main__":
    sys.stdout.write(f"{new_keys()}\n")

"""Staging in a cookie: signed, for one staff session, for a short time.

Whatever is wrong with a cookie, it is as if there were none; the log tells it once, a counter
each time. No database is asked: the cookie carries a hash of the session that it belongs to, and
only a browser that sends that session's cookie too can use it.
"""

import hmac
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from typing import Any, Final, Literal, Protocol, TypeAlias

from django.core import signing
from django.http.cookie import parse_cookie

from .errors import StagingError
from .staging import COOKIE, MAX_ENTRIES, Staging, parse_named_fault, parse_override

logger = logging.getLogger(__name__)

# How long it lasts after it was last written: a person who is no longer on the staff can use it as
# long as this, if the session was not ended. The page that sets it writes it anew for who still
# may have it, and the overlay asks for that page while somebody works.
SECONDS: Final = 900
# Browsers drop cookies of more than 4096 bytes with their name and attributes.
MAX_BYTES: Final = 3500
_SALT: Final = "site_shell.composer.staging"
_VERSION: Final = 1
_MAX_TOLD: Final = 1024
_MAX_USER: Final = 150

Refusal: TypeAlias = Literal[
    "forged", "expired", "foreign-session", "malformed", "unknown-version", "too-large"
]


class Counter(Protocol):
    """Something that counts events by name and labels."""

    def count(self, name: str, /, **labels: str) -> None: ...


class _Refused(Exception):
    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason: Refusal = reason


class StagingCookies:
    """Writes and reads the cookie. Keys are Django's: SECRET_KEY and SECRET_KEY_FALLBACKS."""

    def __init__(
        self,
        *,
        session_cookie: str,
        counter: Counter,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._session_cookie = session_cookie
        self._counter = counter
        self._clock = clock
        self._told: dict[bytes, None] = {}

    def now(self) -> float:
        """The time by which staging ends."""
        return self._clock()

    def write(self, staging: Staging, session: str) -> str:
        """The cookie's value for a session, by its key. Raises StagingError if it is too large."""
        payload = {
            "v": _VERSION,
            "u": staging.user,
            "e": int(staging.expires),
            "s": _session_hash(session),
            "o": [f"{name}={target}" for name, target in staging.overrides],
            "f": [f"{name}={fault}" for name, fault in staging.faults],
            "l": staging.overlay,
        }
        value = signing.dumps(payload, salt=_SALT, compress=True)
        entries = max(len(staging.overrides), len(staging.faults))
        if len(value) > MAX_BYTES or entries > MAX_ENTRIES:
            raise StagingError(
                f"this is more than a cookie can carry: at most {MAX_ENTRIES} overrides and "
                f"{MAX_ENTRIES} faults, in {MAX_BYTES} bytes"
            )
        return value

    def read(self, cookie_header: str) -> Staging | None:
        """The staging that a Cookie header tells; None if there is none, or none that counts."""
        if f"{COOKIE}=" not in cookie_header:
            return None
        cookies = parse_cookie(cookie_header)
        value = cookies.get(COOKIE)
        if not value:
            return None
        try:
            return self._read(value, cookies.get(self._session_cookie, ""))
        except _Refused as refused:
            self._tell(value, refused.reason)
            return None

    def _read(self, value: str, session: str) -> Staging:
        if len(value) > MAX_BYTES:
            raise _Refused("too-large")
        try:
            payload = signing.loads(value, salt=_SALT)
        except signing.BadSignature:
            raise _Refused("forged") from None
        except Exception:
            # Signed by us, and not written by us: another shape under the same salt.
            raise _Refused("malformed") from None
        if not isinstance(payload, dict) or payload.get("v") != _VERSION:
            raise _Refused("unknown-version" if isinstance(payload, dict) else "malformed")
        staging = _staging_of(payload)
        if staging.expires <= self._clock():
            raise _Refused("expired")
        expected = payload.get("s")
        if not session or not isinstance(expected, str):
            raise _Refused("foreign-session")
        if not hmac.compare_digest(expected.encode(), _session_hash(session).encode()):
            raise _Refused("foreign-session")
        return staging

    def _tell(self, value: str, reason: Refusal) -> None:
        self._counter.count("staging_refused", reason=reason)
        digest = blake2b(f"{reason} {value}".encode("utf-8", "replace"), digest_size=16).digest()
        if digest in self._told:
            return
        if len(self._told) >= _MAX_TOLD:
            self._told.pop(next(iter(self._told)), None)
        self._told[digest] = None
        logger.warning("staging cookie refused: %s", reason)


def _staging_of(payload: Mapping[str, Any]) -> Staging:
    match payload:
        case {"u": str(user), "e": int(expires), "o": list(o), "f": list(f), "l": bool(overlay)}:
            if len(user) > _MAX_USER or max(len(o), len(f)) > MAX_ENTRIES:
                raise _Refused("malformed")
            try:
                overrides = tuple([parse_override(text) for text in _texts(o)])
                faults = tuple([parse_named_fault(text) for text in _texts(f)])
            except StagingError:
                raise _Refused("malformed") from None
            return Staging(user, float(expires), overrides, faults, overlay)
    raise _Refused("malformed")


def _texts(values: Iterable[object]) -> Iterable[str]:
    for value in values:
        if not isinstance(value, str):
            raise _Refused("malformed")
        yield value


def _session_hash(session: str) -> str:
    # A session key has 160 random bits, so its hash tells nothing.
    key = session.encode("utf-8", "replace")
    return blake2b(key, digest_size=16, person=b"staging").hexdigest()

"""The shell's public keys: fetched, kept, and fetched again when they are old or one is new."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from .context_token import ALGORITHM
from .errors import InvalidToken, KeysUnavailable

logger = logging.getLogger(__name__)

# A key that the shell has withdrawn is believed for so long at most, in seconds ...
FRESH_SECONDS: Final = 300.0
# ... and if the shell does not answer, for so long. Then the site is down anyway.
STALE_SECONDS: Final = 3_600.0
# Whoever makes up key ids must not make us ask the shell each time.
PAUSE_SECONDS: Final = 5.0
_TIMEOUT_SECONDS: Final = 2.0
_MAX_BYTES: Final = 65_536
_MAX_KEYS: Final = 50


class RemoteKeys:
    """A JWK set at a URL, shared by the threads of one process.

    A key id that is not known yet is looked for at once, so that a new key needs no restart.
    While one thread fetches, the others go on with the keys that are known.
    """

    def __init__(self, url: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._clock = clock
        self._lock = threading.Lock()
        self._keys: Mapping[str, ECKey] = {}
        self._fetched_at = self._tried_at = float("-inf")
        self._has_failed = False

    def get(self, kid: str) -> ECKey:
        """The key of that id. Raises InvalidToken, KeysUnavailable."""
        key, age = self._known(kid)
        if key is not None and age < FRESH_SECONDS:
            return key
        # Whoever has a usable key does not wait for the one that is asking already.
        if self._lock.acquire(blocking=key is None):
            try:
                self._refresh(kid)
            finally:
                self._lock.release()
        key, age = self._known(kid)
        if key is None and (self._has_failed or age >= STALE_SECONDS):
            raise KeysUnavailable(f"the keys at {self._url} cannot be had")
        if key is None:
            raise InvalidToken(f"there is no key {kid!r:.140} at {self._url}")
        return key

    def _known(self, kid: str) -> tuple[ECKey | None, float]:
        age = self._clock() - self._fetched_at
        return (self._keys.get(kid) if age < STALE_SECONDS else None), age

    def _refresh(self, kid: str) -> None:
        now = self._clock()
        key, age = self._known(kid)
        # While we waited for the lock somebody else has fetched it; or tried in vain.
        if (key is not None and age < FRESH_SECONDS) or now - self._tried_at < PAUSE_SECONDS:
            return
        self._tried_at = now
        try:
            self._keys = _read(self._download())
            self._fetched_at, self._has_failed = now, False
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, JoseError) as error:
            self._has_failed = True
            logger.error("keys at %s: %s", self._url, error)

    def _download(self) -> Any:
        # trust_env off: a proxy meant for the outside world is not on the way to our shell.
        with (
            httpx.Client(timeout=_TIMEOUT_SECONDS, trust_env=False) as client,
            client.stream("GET", self._url) as response,
        ):
            response.raise_for_status()
            body = b""
            for part in response.iter_bytes():
                body += part
                if len(body) > _MAX_BYTES:
                    raise ValueError(f"more than {_MAX_BYTES} bytes")
        return httpx.Response(200, content=body).json()


def _read(document: Any) -> Mapping[str, ECKey]:
    """The keys that can be used; others in the set are for somebody else."""
    listed = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise ValueError("no JWK set: an object with a list 'keys'")
    found: dict[str, ECKey] = {}
    for item in listed[:_MAX_KEYS]:
        if not isinstance(item, dict) or not isinstance(item.get("kid"), str):
            continue
        if item.get("kty") != "EC" or item.get("crv") != "P-256":
            continue
        if item.get("use", "sig") == "sig" and item.get("alg", ALGORITHM) == ALGORITHM:
            found[item["kid"]] = ECKey.import_key(item)
    if not found:
        raise ValueError(f"no key for {ALGORITHM}")
    return found

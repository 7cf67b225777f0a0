"""Secrets by reference: the registry names them, and never holds them.

| reference | is |
|---|---|
| ``env:REVIEWS_API_KEY`` | an environment variable |
| ``file:/run/secrets/reviews-key`` | a file, as container platforms mount secrets |
| ``ssm:/shop/prod/secrets/reviews`` | a SecureString in Parameter Store, decrypted |

What Parameter Store holds is kept in memory and read again in the background; through an outage
the last good value stays. No secret is ever part of a message, a log line or a ``repr``.
"""

import asyncio
import logging
import os
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ..errors import FetchTimeout, RegistryError

logger = logging.getLogger(__name__)

REFERENCE: Final = re.compile(
    r"env:(?P<env>[A-Za-z_][A-Za-z0-9_]*)"
    r"|file:(?P<file>/[A-Za-z0-9_./-]{1,512})"
    r"|ssm:(?P<ssm>/[A-Za-z0-9_./-]{1,1000})"
)
LEGAL: Final = "a reference such as env:REVIEWS_API_KEY, file:/run/secrets/key or ssm:/path"
# Seconds. A rotated secret is seen this late at most, or at once when a service refuses it.
REFRESH_EVERY: Final = 60.0
RETRY_AFTER: Final = 5.0
_MAX_FILE: Final = 65_536


@dataclass(slots=True)
class _Parameter:
    """What is known of one parameter; ``error`` is why the last attempt failed."""

    value: str = field(default="", repr=False)
    error: str = ""
    looked_at: float = 0.0
    look_at: float = 0.0
    is_looking: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)


class Secrets:
    """Reads references. One per process; safe to use from several event loops."""

    def __init__(
        self,
        environ: Mapping[str, str] = os.environ,
        *,
        client: Callable[[], Any] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._environ = environ
        self._make_client = client
        self._client: Any = None
        self._clock = clock
        self._parameters: dict[str, _Parameter] = {}
        self._lock = threading.Lock()

    async def read(self, reference: str, *, timeout: float) -> str:
        """The secret's text; raises RegistryError, which names the reference and never more."""
        found = REFERENCE.fullmatch(reference)
        if not found:
            # Not shown: somebody may have put the secret itself there.
            raise RegistryError(f"what should be {LEGAL} is something else")
        if found["ssm"]:
            return await self._parameter(found["ssm"], timeout)
        if found["file"]:
            return await asyncio.to_thread(_read_file, found["file"])
        value = self._environ.get(found["env"], "")
        if not value:
            raise RegistryError(f"the environment variable {found['env']} is not set")
        return value

    def doubt(self, reference: str) -> None:
        """A service refuses what this reference gave: it may have been rotated."""
        known = self._parameters.get(reference.removeprefix("ssm:"))
        if known is not None:
            # Not at each refusal: who is refused for another reason would ask all the time.
            known.look_at = min(known.look_at, known.looked_at + RETRY_AFTER)

    def problem(self, reference: str) -> str:
        """Why a reference has no value, as far as that is known without waiting; or empty."""
        found = REFERENCE.fullmatch(reference)
        if not found:
            return f"what should be {LEGAL} is something else"
        if found["env"] and not self._environ.get(found["env"]):
            return f"the environment variable {found['env']} is not set"
        if found["file"] and not Path(found["file"]).is_file():
            return f"there is no file {found['file']}"
        known = self._parameters.get(found["ssm"] or "")
        return known.error if known else ""

    async def _parameter(self, path: str, timeout: float) -> str:
        known = self._parameters.get(path)
        if known is None:
            with self._lock:
                known = self._parameters.setdefault(path, _Parameter())
        if self._clock() >= known.look_at:
            if known.value:
                self._look_in_background(path, known)
            else:
                await self._look_now(path, known, timeout)
        if not known.value:
            raise RegistryError(known.error)
        return known.value

    async def _look_now(self, path: str, known: _Parameter, timeout: float) -> None:
        try:
            async with asyncio.timeout(timeout):
                await asyncio.to_thread(self._look, path, known)
        except TimeoutError:
            raise FetchTimeout(f"the secret ssm:{path} was not read in time") from None

    def _look_in_background(self, path: str, known: _Parameter) -> None:
        if not known.is_looking:
            known.is_looking = True
            name = "composer-secret"
            threading.Thread(target=self._look, args=(path, known), name=name, daemon=True).start()

    def _look(self, path: str, known: _Parameter) -> None:
        """Ask Parameter Store, once for all who wait."""
        with known.lock:
            try:
                if self._clock() >= known.look_at:
                    self._learn(path, known)
            finally:
                known.is_looking = False

    def _learn(self, path: str, known: _Parameter) -> None:
        known.looked_at = self._clock()
        try:
            known.value = self._fetch(path)
        except Exception as error:
            # Whatever it is: what was last good stays. Its text is AWS's own.
            known.error = f"the secret ssm:{path} cannot be read: {_name_of(error)}"
            known.look_at = self._clock() + RETRY_AFTER
            logger.warning("%s%s", known.error, "; the last one stays" if known.value else "")
        else:
            known.error = ""
            known.look_at = self._clock() + REFRESH_EVERY

    def _fetch(self, path: str) -> str:
        with self._lock:
            if self._client is None:
                self._client = self._make_client() if self._make_client else _parameter_store()
        answer = self._client.get_parameter(Name=path, WithDecryption=True)
        value = answer["Parameter"]["Value"]
        if answer["Parameter"]["Type"] != "SecureString":
            raise RegistryError("it is no SecureString, so that everybody may read it")
        return str(value)


def _parameter_store() -> Any:
    # Importing the SDK costs 0.2 s, which only who has secrets there need pay.
    try:
        from ..registry.parameters import parameter_store
    except ModuleNotFoundError:
        raise RegistryError("secrets in Parameter Store need the package boto3") from None
    return parameter_store()


def _name_of(error: Exception) -> str:
    """AWS's name of an error, such as ParameterNotFound; its text could hold anything."""
    if isinstance(error, RegistryError):
        return str(error)
    response = getattr(error, "response", None)
    code = response.get("Error", {}).get("Code") if isinstance(response, dict) else None
    return str(code or type(error).__name__)[:80]


def _read_file(path: str) -> str:
    try:
        with Path(path).open("rb") as file:
            data = file.read(_MAX_FILE + 1)
        if len(data) <= _MAX_FILE:
            return data.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RegistryError(f"the file {path} cannot be read: {type(error).__name__}") from None
    raise RegistryError(f"the file {path} is larger than {_MAX_FILE} bytes")

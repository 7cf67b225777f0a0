"""Who this process is at AWS, and its signature under requests (Signature Version 4).

botocore finds the credentials (environment, role of the task or the machine) and signs; the
requests themselves go out like all others. Signing costs about 0.1 ms and happens in the event
loop; looking for credentials may read files and ask a metadata service, and gets a thread.
"""

import asyncio
import os
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

from ..errors import FetchTimeout, RegistryError
from . import FetchRequest
from .http import split_url

# Whoever has no credentials will not have them a moment later; looking costs seconds.
_LOOK_AGAIN_AFTER: Final = 5.0
_UNRESERVED: Final = "-_.~"


class AwsIdentity:
    """One per process; safe to use from several event loops."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._environ = environ
        self._lock = threading.Lock()
        self._session: Any = None
        self._credentials: Any = None
        self._looked_at = -_LOOK_AGAIN_AFTER

    async def signed(self, request: FetchRequest, service: str, region: str) -> FetchRequest:
        """The request with a signature; raises RegistryError if there are no credentials.

        A header that is signed here and was passed through from a browser must not stand twice.
        """
        credentials = await self._frozen_credentials(request.timeout)
        return sign(request, credentials, service, region)

    def default_region(self) -> str:
        """The region of this process, or empty."""
        environ = self._environ
        return environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or ""

    def prepare(self) -> None:
        """Find the credentials now, in the background: importing botocore costs half a second,
        and a metadata service more, for which no visitor should wait."""
        threading.Thread(target=self._prepare, name="composer-aws", daemon=True).start()

    def _prepare(self) -> None:
        # Whoever needs them will hear of it.
        with suppress(RegistryError):
            self._look()

    async def endpoint(self, service: str, region: str) -> str:
        """Where an API of AWS is; ``AWS_ENDPOINT_URL`` and the service's own variable count."""
        own = self._environ.get(_VARIABLES[service]) or self._environ.get("AWS_ENDPOINT_URL")
        if own:
            return own.rstrip("/")
        # Step Functions answers synchronously under a host name of its own.
        prefix = "sync-" if service == "states" else ""
        return f"https://{prefix}{await asyncio.to_thread(_host, service, region)}"

    async def _frozen_credentials(self, timeout: float) -> Any:
        credentials = self._credentials
        if credentials is not None and not _must_be_refreshed(credentials):
            return credentials.get_frozen_credentials()
        try:
            async with asyncio.timeout(timeout):
                return await asyncio.to_thread(self._look)
        except TimeoutError:
            raise FetchTimeout("AWS credentials were not found in time") from None

    def _look(self) -> Any:
        with self._lock:
            is_too_early = time.monotonic() < self._looked_at + _LOOK_AGAIN_AFTER
            if self._credentials is None and not is_too_early:
                self._session = self._session or botocore_session()
                self._credentials = self._session.get_credentials()
                self._looked_at = time.monotonic()
            credentials = self._credentials
        if credentials is None:
            raise RegistryError(
                "no AWS credentials are found: neither in the environment, nor by a role"
            )
        from botocore.exceptions import BotoCoreError

        try:
            return credentials.get_frozen_credentials()
        except BotoCoreError as error:
            raise RegistryError(f"AWS credentials: {type(error).__name__}") from None


def botocore_session() -> Any:
    """A session of botocore; raises RegistryError where the package is missing."""
    try:
        import botocore.session
    except ModuleNotFoundError:
        raise RegistryError("signing requests to AWS needs the package botocore") from None
    return botocore.session.Session()


def sign(request: FetchRequest, credentials: Any, service: str, region: str) -> FetchRequest:
    """The request with an AWS Signature Version 4 over method, URL, host and body."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest

    request = replace(request, url=canonical_url(request.url))
    message = AWSRequest(method=request.method, url=request.url, data=request.body)
    SigV4Auth(credentials, service, region).add_auth(message)
    added = {name.lower(): value for name, value in message.headers.items()}
    others = tuple(header for header in request.headers if header[0] not in added)
    return replace(request, headers=(*others, *added.items()))


def canonical_url(url: str) -> str:
    """The URL as it goes on the wire, its query in the one encoding that signatures know.

    Forms mean a space by a plus sign, AWS reads it as itself; and it takes every reserved
    character for a quoted one.
    """
    origin, target = split_url(url)
    path, mark, query = target.partition("?")
    pairs = (pair.partition("=") for pair in query.split("&"))
    again = "&".join(f"{_quoted(name)}{equals}{_quoted(value)}" for name, equals, value in pairs)
    return f"{origin}{path}{mark}{again}"


def _quoted(text: str) -> str:
    return quote(unquote(text.replace("+", "%20"), "latin-1"), _UNRESERVED, "latin-1")


def _must_be_refreshed(credentials: Any) -> bool:
    # Those of a role expire; a key in the environment does not, and has no such method.
    is_due = getattr(credentials, "refresh_needed", None)
    return bool(is_due and is_due())


_VARIABLES: Final = {"lambda": "AWS_ENDPOINT_URL_LAMBDA", "states": "AWS_ENDPOINT_URL_SFN"}


_CLIENTS: Final = {"lambda": "lambda", "states": "stepfunctions"}


@lru_cache(maxsize=64)
def _host(service: str, region: str) -> str:
    """Its name differs between AWS's partitions, which botocore knows."""
    client = botocore_session().create_client(_CLIENTS[service], region_name=region)
    return urlsplit(str(client.meta.endpoint_url)).netloc

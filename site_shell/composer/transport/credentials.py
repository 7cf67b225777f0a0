"""Shows a service who is asking, with the credentials that its release names.

| option | what is added |
|---|---|
| ``None`` | nothing |
| ``ApiKey`` | header ``x-api-key`` with the secret |
| ``Authorization`` | header ``authorization`` with the secret, scheme included (``Bearer ...``) |
| ``mTLS`` | a client certificate, over connections of its own |
| ``SignatureV4`` | AWS's signature, with the credentials of the process (role, environment) |

The registry holds references, never secrets: it is read by many and written by every team. No
secret is ever part of a message, a log line or a ``repr``.
"""

import asyncio
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from ..errors import RegistryError
from ..release import Release
from . import FetchRequest
from .aws_identity import AwsIdentity
from .client_tls import ClientContexts
from .secrets import LEGAL, Secrets

# Hosts that AWS names for a service in a region; the region is part of what is signed.
_AWS_HOSTS: Final = (
    (re.compile(r"https?://[^/]+\.execute-api\.([a-z0-9-]+)\.amazonaws\.com[:/]"), "execute-api"),
    (re.compile(r"https?://[^/]+\.lambda-url\.([a-z0-9-]+)\.on\.aws[:/]"), "lambda"),
    (re.compile(r"https?://[^/]+\.([a-z0-9-]+)\.vpc-lattice-svcs[:/]"), "vpc-lattice-svcs"),
)
# Functions and workflows are called by AWS's API: there each call is signed in any case.
_CALLED: Final = ("lambda:", "states:")


class Credentials:
    """Adds credentials to requests. One per process."""

    def __init__(
        self,
        environ: Mapping[str, str] = os.environ,
        *,
        secrets: Secrets | None = None,
        identity: AwsIdentity | None = None,
    ) -> None:
        self._secrets = secrets or Secrets(environ)
        self._identity = identity or AwsIdentity(environ)
        self._contexts = ClientContexts()

    async def add(self, release: Release, request: FetchRequest) -> FetchRequest:
        """The request with what the release demands, and with the time that is then left.

        Raises RegistryError if something is missing, or FetchTimeout.
        """
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            request = await self._add(release, request)
        except RegistryError as error:
            who = f"{release.fragment} {release.version} ({release.credentials})"
            raise RegistryError(f"{who}: {error}") from None
        return replace(request, timeout=max(0.0, request.timeout - (loop.time() - started)))

    def doubt(self, release: Release) -> None:
        """The service refused what it was shown."""
        if release.secret:
            self._secrets.doubt(release.secret)

    def problem(self, release: Release) -> str | None:
        """What a system check should say about a release's credentials, or None. No network."""
        try:
            found = self._problem(release)
        except RegistryError as error:
            found = str(error)
        who = f"{release.fragment} {release.version} ({release.credentials})"
        return f"{who}: {found}" if found else None

    def prepare(self, releases: Iterable[Release]) -> None:
        """Do beforehand what would make the first visitor of one of these wait."""
        for release in releases:
            if release.credentials == "SignatureV4" or release.url.startswith(_CALLED):
                self._identity.prepare()
                return

    async def _add(self, release: Release, request: FetchRequest) -> FetchRequest:
        is_called = request.url.startswith(_CALLED)
        match release.credentials:
            case "ApiKey":
                return _with_header(request, "x-api-key", await self._secret(release, request))
            case "Authorization":
                return _with_header(request, "authorization", await self._secret(release, request))
            case "mTLS":
                return await self._with_certificate(release, request)
            case "SignatureV4" if not is_called:
                service, region = self._scope(release)
                return await self._identity.signed(request, service, region)
        return request

    async def _secret(self, release: Release, request: FetchRequest) -> str:
        reference = _reference(release)
        secret = await self._secrets.read(reference, timeout=request.timeout)
        if reference.startswith("file:"):
            secret = secret.rstrip("\r\n")
        is_line = secret.isascii() and secret.isprintable() and secret == secret.strip()
        if not secret or not is_line:
            raise RegistryError(f"{reference} must be one line of ASCII without spaces around it")
        return secret

    async def _with_certificate(self, release: Release, request: FetchRequest) -> FetchRequest:
        if why := _why_no_mtls(release, request.url):
            raise RegistryError(why)
        client = release.client
        assert client is not None
        references = (client.certificate, client.key, client.authority)
        certificate, key, authority = [
            await self._secrets.read(reference, timeout=request.timeout) if reference else None
            for reference in references
        ]
        # In a thread: a digest of a few kB, and some milliseconds where there is no context yet.
        context = await asyncio.to_thread(
            self._contexts.get, certificate or "", key or "", authority
        )
        return replace(request, tls=context)

    def _scope(self, release: Release) -> tuple[str, str]:
        """The AWS service and region that a release's signature is for."""
        for pattern, service in _AWS_HOSTS:
            found = pattern.match(f"{release.url}/")
            if found:
                return service, found[1]
        region = self._identity.default_region()
        if not region:
            raise RegistryError(f"{release.url} does not tell its AWS region; set AWS_REGION")
        return "execute-api", region

    def _problem(self, release: Release) -> str:
        match release.credentials:
            case "ApiKey" | "Authorization":
                return self._secrets.problem(_reference(release))
            case "mTLS":
                client = release.client
                references = (client.certificate, client.key, client.authority) if client else ()
                problems = [self._secrets.problem(one) for one in references if one]
                return _why_no_mtls(release, release.url) or next(filter(None, problems), "")
            case "SignatureV4" if not release.url.startswith(_CALLED):
                self._scope(release)
        return ""


def _why_no_mtls(release: Release, url: str) -> str:
    if release.client is None:
        return "extras.certificate and extras.key are missing"
    return "" if url.startswith("https:") else f"{url} is not https, so that none can be shown"


def _reference(release: Release) -> str:
    if not release.secret:
        raise RegistryError(f"extras.secret must be {LEGAL}")
    return release.secret


def _with_header(request: FetchRequest, name: str, value: str) -> FetchRequest:
    """A header that was passed through from the browser must not stand beside ours."""
    others = tuple(header for header in request.headers if header[0] != name)
    return replace(request, headers=(*others, (name, value)))

"""Shows a service who is asking, with the credentials that its release names.

| option | what is added |
|---|---|
| ``None`` | nothing |
| ``ApiKey`` | header ``x-api-key`` with the secret |
| ``Authorization`` | header ``authorization`` with the secret, scheme included (``Bearer ...``) |
| ``SignatureV4`` | AWS's signature, with the credentials of the process (role, environment) |

The registry holds references (``env:NAME``), never secrets: it is read by many and written by
every team. No secret is ever part of a message, a log line or a ``repr``.
"""

import asyncio
import os
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from ..errors import RegistryError
from ..release import Release
from . import FetchRequest

_REFERENCE: Final = re.compile(r"env:([A-Za-z_][A-Za-z0-9_]*)")
# Hosts that AWS names for a service in a region; the region is part of what is signed.
_AWS_HOSTS: Final = (
    (re.compile(r"https?://[^/]+\.execute-api\.([a-z0-9-]+)\.amazonaws\.com[:/]"), "execute-api"),
    (re.compile(r"https?://[^/]+\.lambda-url\.([a-z0-9-]+)\.on\.aws[:/]"), "lambda"),
    (re.compile(r"https?://[^/]+\.([a-z0-9-]+)\.vpc-lattice-svcs[:/]"), "vpc-lattice-svcs"),
)


async def with_credentials(
    release: Release, request: FetchRequest, environ: Mapping[str, str] = os.environ
) -> FetchRequest:
    """The request with what the release demands; raises RegistryError if that is missing."""
    match release.credentials:
        case "None":
            return request
        case "ApiKey":
            return _with_headers(request, {"x-api-key": read_secret(release, environ)})
        case "Authorization":
            return _with_headers(request, {"authorization": read_secret(release, environ)})
        case "SignatureV4":
            # botocore may read files or ask a metadata service for the credentials.
            return await asyncio.to_thread(sign, release, request)


def credentials_problem(release: Release, environ: Mapping[str, str] = os.environ) -> str | None:
    """What a system check should say about a release's credentials, or None. Does no I/O."""
    try:
        if release.credentials in ("ApiKey", "Authorization"):
            read_secret(release, environ)
        elif release.credentials == "SignatureV4":
            signing_scope(release)
            _botocore_session()
    except RegistryError as error:
        return str(error)
    return None


def read_secret(release: Release, environ: Mapping[str, str] = os.environ) -> str:
    """The secret a release refers to; raises RegistryError naming the reference."""
    reference = release.secret or ""
    found = _REFERENCE.fullmatch(reference)
    if not found:
        # Not shown: somebody may have put the secret itself there.
        raise RegistryError(
            f"{release.fragment} {release.version}: credentials {release.credentials} need "
            "extras.secret to be a reference such as env:REVIEWS_API_KEY"
        )
    secret = environ.get(found[1], "")
    if not secret or secret != secret.strip() or not secret.isprintable():
        raise RegistryError(
            f"{release.fragment} {release.version}: the environment variable {found[1]} "
            f"({release.credentials}) must be set to one line without spaces around it"
        )
    return secret


def signing_scope(release: Release) -> tuple[str, str]:
    """The AWS service and region a release's signature is for."""
    for pattern, service in _AWS_HOSTS:
        found = pattern.match(f"{release.url}/")
        if found:
            return service, found[1]
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    if not region:
        raise RegistryError(
            f"{release.fragment} {release.version}: {release.url} does not tell its AWS region; "
            "set AWS_REGION"
        )
    return "execute-api", region


def sign(release: Release, request: FetchRequest) -> FetchRequest:
    """The request with an AWS Signature Version 4, made by botocore."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest

    credentials = _botocore_session().get_credentials()
    if credentials is None:
        raise RegistryError(
            f"{release.fragment} {release.version}: SignatureV4 finds no AWS credentials"
        )
    service, region = signing_scope(release)
    # AWS reads a plus sign in a query as itself, forms mean a space by it.
    path, mark, query = request.url.partition("?")
    request = replace(request, url=f"{path}{mark}{query.replace('+', '%20')}")
    signed = AWSRequest(method=request.method, url=request.url, data=request.body)
    SigV4Auth(credentials.get_frozen_credentials(), service, region).add_auth(signed)
    return _with_headers(request, {name.lower(): value for name, value in signed.headers.items()})


@lru_cache(maxsize=1)
def _botocore_session() -> Any:
    try:
        import botocore.session
    except ModuleNotFoundError:
        raise RegistryError("credentials SignatureV4 need the package botocore") from None
    return botocore.session.get_session()


def _with_headers(request: FetchRequest, added: Mapping[str, str]) -> FetchRequest:
    """A header that was passed through from the browser must not stand beside ours."""
    others = tuple(header for header in request.headers if header[0] not in added)
    return replace(request, headers=(*others, *added.items()))

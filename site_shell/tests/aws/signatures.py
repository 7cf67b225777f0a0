"""Signature Version 4 as the receiving side checks it, from its specification and nothing else.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
import re
import time
from calendar import timegm
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<id>[^/]+)/(?P<day>\d{8})/(?P<region>[^/]+)/"
    r"(?P<service>[^/]+)/aws4_request, SignedHeaders=(?P<headers>[a-z0-9;-]+), "
    r"Signature=(?P<signature>[0-9a-f]{64})"
)
_UNRESERVED = "-_.~"
_MAX_SKEW = 300


@dataclass(frozen=True)
class Key:
    """What the receiver knows about a caller."""

    id: str = "AKIDEXAMPLE"
    secret: str = "hunter2-secret-key"
    token: str = "hunter2-session-token"


def problem_of(
    method: str,
    target: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    key: Key,
    service: str,
    region: str,
    now: float | None = None,
) -> str:
    """Why a request as it came over the wire is not to be trusted; empty if it is.

    ``target`` is as it stood in the request line; ``headers`` have lower-case names.
    """
    found = _AUTHORIZATION.fullmatch(headers.get("authorization", ""))
    if not found:
        return "MissingAuthenticationToken"
    if found["id"] != key.id:
        return "UnrecognizedClientException"
    if (found["service"], found["region"]) != (service, region):
        return "InvalidSignatureException scope"
    if headers.get("x-amz-security-token", "") != key.token:
        return "ExpiredTokenException"
    names = found["headers"].split(";")
    if not {"host", "x-amz-date", *(["x-amz-security-token"] if key.token else [])} <= {*names}:
        return "InvalidSignatureException headers"
    stamp = headers["x-amz-date"]
    signed_at = timegm(time.strptime(stamp, "%Y%m%dT%H%M%SZ"))
    if abs((time.time() if now is None else now) - signed_at) > _MAX_SKEW:
        return "InvalidSignatureException expired"
    expected = _signature(method, target, headers, body, names, key.secret, stamp, found)
    return "" if hmac.compare_digest(expected, found["signature"]) else "InvalidSignatureException"


def _signature(
    method: str,
    target: str,
    headers: Mapping[str, str],
    body: bytes,
    names: list[str],
    secret: str,
    stamp: str,
    scope: re.Match[str],
) -> str:
    path, _, query = target.partition("?")
    pairs = [pair.partition("=")[::2] for pair in query.split("&") if pair]
    canonical = "\n".join(
        (
            method,
            # Every service but S3 encodes the encoded path once more.
            quote(path, safe=f"/{_UNRESERVED}"),
            "&".join(sorted(f"{_encoded(name)}={_encoded(value)}" for name, value in pairs)),
            *(f"{name}:{' '.join(headers[name].split())}" for name in sorted(names)),
            "",
            ";".join(sorted(names)),
            hashlib.sha256(body).hexdigest(),
        )
    )
    where = f"{scope['day']}/{scope['region']}/{scope['service']}/aws4_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    signed = f"AWS4-HMAC-SHA256\n{stamp}\n{where}\n{digest}"
    derived = f"AWS4{secret}".encode()
    for part in (scope["day"], scope["region"], scope["service"], "aws4_request"):
        derived = hmac.digest(derived, part.encode(), "sha256")
    return hmac.new(derived, signed.encode(), "sha256").hexdigest()


def _encoded(text: str) -> str:
    return quote(unquote(text, "latin-1"), safe=_UNRESERVED, encoding="latin-1")

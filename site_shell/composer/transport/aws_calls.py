"""One signed call of an AWS API, and what AWS's refusals mean here."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from ..errors import (
    AccessDenied,
    ConnectFailed,
    FetchError,
    FetchTimeout,
    NoSuchTarget,
    Overloaded,
    RequestTooLarge,
    UnusableAnswer,
)
from . import FetchRequest, FetchResponse, Transport
from .aws_identity import AwsIdentity

_OK: Final = 200
_UNAUTHORIZED: Final = (401, 403)
_TOO_MANY: Final = 429
_FIRST_SERVER_ERROR: Final = 500
# What AWS's APIs name their errors; some name the same thing in several ways.
_THROTTLED: Final = frozenset(
    {
        "TooManyRequestsException",
        "ThrottlingException",
        "Throttling",
        "ThrottledException",
        "RequestLimitExceeded",
        "EC2ThrottledException",
        "KmsThrottlingException",
        "ServiceQuotaExceededException",
    }
)
_DENIED: Final = frozenset(
    {
        "AccessDeniedException",
        "UnrecognizedClientException",
        "InvalidSignatureException",
        "SignatureDoesNotMatch",
        "IncompleteSignature",
        "IncompleteSignatureException",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "InvalidClientTokenId",
        "ExpiredTokenException",
        "ExpiredToken",
        "OptInRequired",
        "KMSAccessDeniedException",
        "KmsAccessDeniedException",
    }
)
_MISSING: Final = frozenset(
    {
        "ResourceNotFoundException",
        "NoPublishedVersionException",
        "StateMachineDoesNotExist",
        "StateMachineDeleting",
        "StateMachineTypeNotSupported",
        "InvalidArn",
    }
)
_TOO_LARGE: Final = frozenset(
    {"RequestTooLargeException", "SerializedRequestEntityTooLargeException"}
)
_CONFIDENTIAL: Final = ("authorization", "x-api-key", "x-amz-security-token", "cookie")
_MIN_SECRET: Final = 4
_MAX_SAID: Final = 300


class AwsCalls:
    """Calls for the transports of functions and workflows."""

    def __init__(self, http: Transport, identity: AwsIdentity) -> None:
        self._http = http
        self._identity = identity

    async def call(
        self,
        request: FetchRequest,
        *,
        service: str,
        region: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes,
        max_bytes: int,
    ) -> FetchResponse:
        """AWS's answer to a call that carries ``request``; raises a FetchError for a refusal.

        Everything happens within the request's deadline. What changes nothing at the service may
        be repeated, and use a connection again.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + request.timeout
        region = region or self._identity.default_region()
        if not region:
            raise ConnectFailed(f"{request.url} tells no AWS region; set AWS_REGION")
        origin = await self._identity.endpoint(service, region)
        message = FetchRequest(
            f"{origin}{path}",
            tuple(headers.items()),
            method="POST",
            body=body,
            timeout=deadline - loop.time(),
            max_bytes=max_bytes,
            repeatable=request.method == "GET",
        )
        if message.timeout <= 0:
            raise FetchTimeout(f"no time is left for {request.url}")
        signed = await self._identity.signed(message, service, region)
        left = max(0.0, deadline - loop.time())
        answer = await self._http.fetch(replace(signed, timeout=left))
        if answer.status != _OK:
            raise refusal(request, signed, answer)
        return answer


def refusal(request: FetchRequest, signed: FetchRequest, answer: FetchResponse) -> FetchError:
    """What went wrong, by the name that AWS gives it."""
    name, message = _error(answer)
    if "ignature" in name:
        # AWS repeats all of such a request, and what it says is of no use to who reads it.
        message = "the clock of this machine or the key of its role is wrong"
    said = told(f"{name}: {message}", request, signed)
    text = f"{request.url}: AWS answers {answer.status} {said}"
    if name in _THROTTLED or answer.status == _TOO_MANY:
        return Overloaded(text)
    if name in _MISSING:
        return NoSuchTarget(text)
    if name in _TOO_LARGE:
        return RequestTooLarge(text)
    if name in _DENIED or answer.status in _UNAUTHORIZED:
        return AccessDenied(text)
    # A call that AWS cannot read is our mistake, and not a visitor's, as 400 would have it.
    status = answer.status if answer.status >= _FIRST_SERVER_ERROR else _FIRST_SERVER_ERROR
    return UnusableAnswer(status, text)


def told(text: str, *requests: FetchRequest) -> str:
    """What somebody else says, fit for a log: one short line with no secret of the requests."""
    for request in requests:
        for name, value in request.headers:
            words = (word for word in value.split() if len(word) >= _MIN_SECRET)
            if name in _CONFIDENTIAL and any(word in text for word in words):
                return "(what it says repeats the credentials)"
    return "".join(c if c.isprintable() else " " for c in text[:_MAX_SAID])


def _error(answer: FetchResponse) -> tuple[str, str]:
    """The name and the message of an error: REST APIs have a header for it, JSON APIs a field."""
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        document = {}
    name = answer.header("x-amzn-errortype") or document.get("__type") or document.get("code")
    message = document.get("message") or document.get("Message") or ""
    # "com.amazonaws.swf.service.v2.model#InvalidArn", "InvalidArn:http://internal.amazon.com/..."
    name = str(name or "").rpartition("#")[2].partition(":")[0]
    return name or "without a name", str(message)

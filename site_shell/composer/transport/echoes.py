"""Services that repeat the credentials they were shown.

Debug pages, gateways and error handlers do so. An answer goes into pages, caches and logs, so one
with credentials in it is no answer.
"""

from typing import Final

from ..errors import FetchError, MalformedResponse
from . import FetchRequest, FetchResponse

_SECRET_HEADERS: Final = frozenset({"x-api-key", "authorization", "x-amz-security-token"})
# Characters. What is shorter is found in texts that have nothing to do with it.
_SHORTEST: Final = 8
# Messages show the beginnings of what they are about.
_BEGINNING: Final = 12
_SENTENCE: Final = "the service repeats the credentials that it was shown"


def secrets_of(request: FetchRequest) -> tuple[str, ...]:
    """The credentials in a request, without their schemes (``Bearer``)."""
    values = [value.split() for name, value in request.headers if name in _SECRET_HEADERS]
    return tuple([words[-1] for words in values if words and len(words[-1]) >= _SHORTEST])


def without_echo(response: FetchResponse, secrets: tuple[str, ...]) -> FetchResponse:
    """The response; raises MalformedResponse if it repeats one of the secrets."""
    for secret in secrets:
        is_header = any(secret in value for _, value in response.headers)
        if is_header or secret.encode() in response.body:
            raise MalformedResponse(_SENTENCE)
    return response


def hush(error: FetchError, secrets: tuple[str, ...]) -> None:
    """Make an error say less that quotes what a service has repeated."""
    text = str(error)
    if any(secret[:_BEGINNING] in text for secret in secrets):
        error.args = (_SENTENCE,)

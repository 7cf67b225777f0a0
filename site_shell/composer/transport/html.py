"""Makes sure that a response is HTML before it becomes part of a page."""

from functools import lru_cache
from typing import Final

from fragment_contract import wire

from ..errors import MalformedResponse
from . import FetchResponse

_BOM: Final = b"\xef\xbb\xbf"
_LEGAL_CHARSETS: Final = ("utf-8", "utf8", "us-ascii")


def html_or_raise(response: FetchResponse) -> bytes:
    """The body of a response with content, without a byte order mark.

    Raises MalformedResponse if the content type is not ``text/html``, or if charset or body are
    not UTF-8: the page around it is UTF-8, and a stray byte can swallow the markup after it.
    """
    if problem := _problem(response.header("content-type") or ""):
        raise MalformedResponse(problem)
    try:
        response.body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedResponse(f"the body is not UTF-8 at byte {error.start}") from None
    return response.body.removeprefix(_BOM)


# All services say one of a few things.
@lru_cache(maxsize=256)
def _problem(content_type: str) -> str:
    media_type, _, parameters = content_type.partition(";")
    if media_type.strip().lower() != wire.HTML:
        return f"content-type is {content_type!r:.100}, not {wire.HTML}"
    charset = _charset(parameters)
    return "" if charset in _LEGAL_CHARSETS else f"charset is {charset!r:.100}, not utf-8"


def _charset(parameters: str) -> str:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"').lower()
    return "utf-8"

"""Makes sure that a response is HTML before it becomes part of a page."""

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
    content_type = response.header("content-type") or ""
    media_type, _, parameters = content_type.partition(";")
    if media_type.strip().lower() != wire.HTML:
        raise MalformedResponse(f"content-type is {content_type!r:.100}, not {wire.HTML}")
    charset = _charset(parameters)
    if charset not in _LEGAL_CHARSETS:
        raise MalformedResponse(f"charset is {charset!r:.100}, not utf-8")
    try:
        response.body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedResponse(f"the body is not UTF-8 at byte {error.start}") from None
    return response.body.removeprefix(_BOM)


def _charset(parameters: str) -> str:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"').lower()
    return "utf-8"

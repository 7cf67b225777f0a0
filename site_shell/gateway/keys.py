"""Which two actions are one: what a key says, or what was sent.

``Idempotency-Key`` is that of draft-ietf-httpapi-idempotency-key-header; a form has it in a field.
"""

import re
from base64 import urlsafe_b64encode
from hashlib import blake2b
from typing import Final
from urllib.parse import unquote_to_bytes

from fragment_contract import wire

from .forwarding import Post

# The header is a string of RFC 9651, in quotes; nearly everybody leaves them out.
_HEADER: Final = re.compile(r'"([\x20\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x7e]{1,255})')
_FIELD: Final = wire.IDEMPOTENCY_FIELD.encode()
_IN_FORM: Final = re.compile(rb"(?:\A|&)%b=([^&]*)" % _FIELD)
_IN_PART: Final = re.compile(rb'name="%b"\r\n\r\n([^\r\n]*)\r\n' % _FIELD, re.IGNORECASE)
_LEGAL: Final = re.compile(rb"[\x20-\x7e]{1,255}")


class BadKey(ValueError):
    """A key that cannot be one."""


def given_key(post: Post) -> str:
    """The key that came with an action whose body was read; empty without one. Raises BadKey."""
    header = post.request.headers.get(wire.IDEMPOTENCY_KEY)
    if header is not None:
        found = _HEADER.fullmatch(header.strip())
        if found is None:
            raise BadKey(f"Idempotency-Key is {header!r:.80}")
        return found[1] or found[2]
    match post.media_type:
        case "application/x-www-form-urlencoded":
            field = _IN_FORM.search(post.body.content.head)
            value = unquote_to_bytes(field[1].replace(b"+", b" ")) if field else b""
        case "multipart/form-data":
            field = _IN_PART.search(post.body.content.head)
            value = field[1] if field else b""
        case _:
            value = b""
    if value and not _LEGAL.fullmatch(value):
        raise BadKey(f"{wire.IDEMPOTENCY_FIELD} is {value!r:.80}")
    return value.decode("ascii")


def scoped(*parts: str) -> str:
    """A key that differs wherever a part does, and tells none of them: 43 characters."""
    hashed = blake2b(digest_size=32)
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        hashed.update(b"%d:" % len(encoded) + encoded)
    return urlsafe_b64encode(hashed.digest()).rstrip(b"=").decode()


def fingerprint(post: Post) -> str:
    """What was sent; the same for the same form sent twice."""
    return scoped(post.request.method, post.media_type, post.body.content.digest.hex())

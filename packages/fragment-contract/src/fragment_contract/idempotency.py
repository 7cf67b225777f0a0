"""The same thing sent twice: by a double click, a retry, or a page that was opened again.

``Idempotency-Key`` is the header field of draft-ietf-httpapi-idempotency-key-header. The action
gateway answers most repeats itself; a service that must do a thing once, whatever happens to
gateways and caches, keeps the key beside what it did.
"""

import re
from typing import TYPE_CHECKING, Final

from . import wire

if TYPE_CHECKING:
    from django.http import HttpRequest

# At least 128 bits in hexadecimal, base64 or a UUID: a key is nobody's to guess.
KEY: Final = re.compile(r"[A-Za-z0-9_.:-]{16,128}")


def idempotency_key(request: "HttpRequest") -> str | None:
    """The key of an action, or None where none was sent.

    It is the gateway's: made of what the visitor's form or script sent, of the visitor and of the
    action, so that nobody can use up the key of somebody else. Store it with a unique constraint.
    """
    given = request.headers.get(wire.IDEMPOTENCY_KEY, "")
    return given if KEY.fullmatch(given) else None

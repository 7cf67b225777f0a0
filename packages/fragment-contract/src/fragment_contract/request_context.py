"""What the composer tells a fragment about the page it is for."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from . import wire

if TYPE_CHECKING:
    from django.http import HttpRequest

_ATTRIBUTE = "_fragment_context"


@dataclass(frozen=True, slots=True, kw_only=True)
class FragmentContext:
    """The context headers of one request; None where a header is missing.

    ``locale`` is part of the fragment's cache key, so content may depend on it, and on the
    mount's path, which follows from it: links to pages begin with it. The mount's origin and the
    public path are the same for every request of one site. Content must not depend on
    ``request_id``, ``traceparent`` and the deadline: they are for logs and for giving up.
    """

    locale: str | None = None
    requested_by: str | None = None
    mount_origin: str | None = None
    mount_pathname: str | None = None
    public_pathname: str | None = None
    request_id: str | None = None
    traceparent: str | None = None
    # An instant of time.monotonic(), so that reading it later says what is left then.
    expires_at: float | None = None

    @classmethod
    def from_headers(cls, headers: Mapping[str, str]) -> Self:
        """Read a mapping that ignores the case of its keys, or has lower-case ones."""
        return cls(
            locale=headers.get(wire.LOCALE),
            requested_by=headers.get(wire.REQUESTED_BY),
            mount_origin=headers.get(wire.MOUNT_ORIGIN),
            mount_pathname=headers.get(wire.MOUNT_PATHNAME),
            public_pathname=headers.get(wire.PUBLIC_PATHNAME),
            request_id=headers.get(wire.REQUEST_ID),
            traceparent=headers.get(wire.TRACEPARENT),
            expires_at=_expires_at(headers.get(wire.DEADLINE_MS, "")),
        )

    def deadline(self) -> int | None:
        """Milliseconds that are left, 0 when the time is over, None without a deadline."""
        if self.expires_at is None:
            return None
        return max(0, int((self.expires_at - time.monotonic()) * 1000))


def context(request: "HttpRequest") -> FragmentContext:
    """The context of a request to a fragment or an action."""
    known: FragmentContext | None = getattr(request, _ATTRIBUTE, None)
    if known is None:
        known = FragmentContext.from_headers(request.headers)
        setattr(request, _ATTRIBUTE, known)
    return known


def deadline(request: "HttpRequest") -> int | None:
    """Milliseconds the composer will still wait, or None if it did not say."""
    return context(request).deadline()


def _expires_at(milliseconds: str) -> float | None:
    if not milliseconds.isascii() or not milliseconds.isdecimal() or len(milliseconds) > 9:
        return None
    return time.monotonic() + int(milliseconds) / 1000

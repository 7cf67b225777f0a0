"""How a request reaches a fragment service and a whole response comes back."""

import ssl
from dataclasses import field
from typing import Literal, Protocol

from ..light import light_dataclass
from ..release import EventVersion
from .uploading import Upload


@light_dataclass(frozen=True, slots=True)
class FetchRequest:
    """One request to a fragment service.

    ``headers`` are lower-case name and value pairs. ``timeout`` is in seconds and covers
    everything from connecting to the last byte of the body. ``max_bytes`` counts body bytes
    after content decoding. ``repeatable`` says of a POST that it changes nothing, as every GET
    must. ``upload`` is the body where that is not in memory, and ``body`` then empty; only HTTP can
    carry it. ``tls`` is for who shows a certificate of its own, ``events`` for functions.
    """

    url: str
    # Not shown: credentials are among them.
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    body: bytes = field(default=b"", repr=False)
    timeout: float = 1.0
    max_bytes: int = 1_048_576
    repeatable: bool = False
    events: EventVersion = "2.0"
    tls: ssl.SSLContext | None = field(default=None, repr=False)
    upload: Upload | None = field(default=None, repr=False)


@light_dataclass(frozen=True, slots=True)
class FetchResponse:
    """A complete response: the body is whole, decoded and within its limit.

    ``headers`` keep their order and duplicates; names are lower-case.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)

    def header(self, name: str) -> str | None:
        """The first value of a header (``name`` in lower case), or None."""
        # A loop costs half of what next() and a generator do, and this is called often.
        for key, value in self.headers:
            if key == name:
                return value
        return None


class Transport(Protocol):
    """Fetches, whole or not at all. Redirects are returned, never followed."""

    async def fetch(self, request: FetchRequest) -> FetchResponse:
        """Return the response, whatever its status; raise a FetchError subclass otherwise."""

    async def aclose(self) -> None:
        """Close idle connections."""

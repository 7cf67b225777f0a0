"""A whole page as bytes, in each coding in which it was asked for or made ready."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from .encoding import SMALL, Coding, accepted, compressed
from .field_lines import FieldLines
from .headers import encode, matches, shared_control
from .records import Again
from .reply import Answer
from .request import PageRequest
from .rollouts import FREE, Pin
from .slot import Slot

_OF_THE_CONTENT: Final = frozenset(
    {b"content-type", b"content-length", b"content-language", b"content-encoding"}
)
# What is recorded of a request, by method and status of the answer.
Repeats = Mapping[tuple[str, int], Again]


@dataclass(frozen=True, slots=True)
class Origin:
    """When a part of a page was fetched (epoch seconds), and by which tags it can be purged."""

    fetched_at: float
    tags: frozenset[str]


@dataclass(frozen=True, slots=True)
class Basis:
    """What a page was made of: while all of it holds, the page is right.

    ``fresh_until`` is a time (epoch seconds), ``asked`` are the cache keys of its slots, and
    ``version`` is that of the templates, ``pin`` what rollouts do to it.
    """

    fresh_until: float
    on_error: int = 0
    origins: tuple[Origin, ...] = ()
    slots: tuple[Slot, ...] = ()
    asked: tuple[str, ...] = ()
    locale: str = ""
    version: int = 0
    pin: Pin = FREE


@dataclass(frozen=True, slots=True)
class Variant:
    """The page in one coding: headers with and without content, and what is recorded."""

    body: bytes
    etag: str
    headers: FieldLines
    unchanged: FieldLines
    repeats: Repeats


@dataclass(slots=True, eq=False)
class Remembered:
    """A page and how long it is certain to be right.

    ``until`` is a monotonic time: from then on it has to be looked at before it is used again.
    ``generation`` is that of the fragment cache: a purge makes that time now. ``control`` is its
    Cache-Control, ``headers`` are its others, without those that differ between its codings.
    ``repeats_of`` tells what is recorded for a number of bytes sent; by default nothing.
    ``has_secret``: a part of it is its visitor's alone, so it is not compressed as a whole.
    """

    body: bytes = field(repr=False)
    etag: str
    headers: FieldLines
    control: str
    basis: Basis
    until: float
    generation: int
    repeats_of: Callable[[int], Repeats] = field(default=lambda size: {}, repr=False)
    has_secret: bool = False
    variants: dict[Coding, Variant] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.add("identity", self.body)

    @property
    def size(self) -> int:
        """What it takes in memory, in bytes, by and large: bench/memory.py has measured it."""
        return OVERHEAD + sum([len(variant.body) for variant in self.variants.values()])

    @property
    def is_worth_coding(self) -> bool:
        return len(self.body) >= SMALL

    def add(self, coding: Coding, body: bytes) -> None:
        """Have the page in a coding. Each has a validator of its own: RFC 9110, 8.8.3.3."""
        etag = self.etag
        if coding != "identity":
            etag = etag and f'{etag[:-1]}-{coding}"'
        self.variants[coding] = self._variant(coding, body, etag, self.repeats_of(len(body)))

    def settle(self, headers: FieldLines, repeats_of: Callable[[int], Repeats]) -> None:
        """Be what further requests get, in the codings there are."""
        self.headers, self.repeats_of = headers, repeats_of
        for coding, kept in list(self.variants.items()):
            self.add(coding, kept.body)

    def renew(self, until: float, generation: int, now: float) -> None:
        """Take the page for right until then; caches are told how long that is from now."""
        self.control = shared_control(self.basis.fresh_until - now, self.basis.on_error)
        self.variants = {
            coding: self._variant(coding, kept.body, kept.etag, kept.repeats)
            for coding, kept in list(self.variants.items())
        }
        self.generation = generation
        self.until = until

    def answer_to(self, request: PageRequest, request_id: str) -> Answer:
        """The page for one request, of a face that has made it up already."""
        headers = request.headers
        none_match = headers.get("if-none-match")
        return self.answer(request.method, none_match, headers.get("accept-encoding"), request_id)

    def answer(
        self,
        method: str,
        if_none_match: str | None,
        accept_encoding: str | None,
        request_id: str,
    ) -> Answer:
        """The page for one request."""
        variant = self._best(accept_encoding) if accept_encoding else self.variants["identity"]
        own = (b"x-request-id", request_id.encode())
        if if_none_match and (held := self._held(if_none_match, accept_encoding, variant)):
            # Without content, so without a word about it: RFC 9110, 15.4.5.
            return Answer(304, held.unchanged.plus(own), b"", held.repeats.get((method, 304)))
        body = b"" if method == "HEAD" else variant.body
        return Answer(200, variant.headers.plus(own), body, variant.repeats.get((method, 200)))

    def _best(self, accept_encoding: str) -> Variant:
        wanted = accepted(accept_encoding)
        variants = self.variants
        for coding in wanted:
            if coding in variants:
                return variants[coding]
        if self.has_secret or not self.is_worth_coding:
            return variants["identity"]
        # It refuses the page as it is, which hardly anybody does: it is made on the spot.
        self.add(wanted[0], compressed(self.body, wanted[0]))
        return self.variants[wanted[0]]

    def _held(
        self, if_none_match: str, accept_encoding: str | None, best: Variant
    ) -> Variant | None:
        """The variant that the browser has already, if it would take it today.

        A browser that got the page before it was there in the best coding need not get it again.
        """
        others = [self.variants.get(coding) for coding in accepted(accept_encoding or "")]
        for variant in (best, *others):
            if variant and variant.etag and matches(if_none_match, variant.etag):
                return variant
        return None

    def _variant(self, coding: Coding, body: bytes, etag: str, repeats: Repeats) -> Variant:
        own = [
            ("cache-control", self.control),
            ("etag", etag),
            ("content-encoding", "" if coding == "identity" else coding),
            ("content-length", str(len(body))),
        ]
        headers = self.headers.plus(*encode(own))
        unchanged = [header for header in headers if header[0] not in _OF_THE_CONTENT]
        return Variant(body, etag, headers, FieldLines(unchanged), repeats)


# Headers, lines of the log, tags and keys of a page with a few fragments, in bytes.
OVERHEAD: Final = 20_000

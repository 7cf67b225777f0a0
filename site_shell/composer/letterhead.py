"""The status and the headers of a page: what follows from its slots, its site and its visitor."""

import time
from collections.abc import Iterable, Sequence
from functools import lru_cache

from .csp import Sources
from .field_lines import FieldLines
from .headers import HTML, encode, server_timing
from .job import Job
from .outcome import Outcome
from .page import Layout
from .passed import passed_cookies, passed_headers
from .reply import caching, uncached
from .site import Site
from .store import FragmentStore

# Names and values, before they go on the wire; empty values are left out there.
Line = tuple[str, str]
Lines = list[Line]


class Letterhead:
    """Writes headers. ``store`` tells whether a purge came while a page was made."""

    def __init__(self, site: Site, store: FragmentStore) -> None:
        self._site = site
        self._store = store
        self._of_every_page = encode([("content-type", HTML), *site.page_headers])
        # A page has most of its headers in common with the page before it.
        self._usual = lru_cache(maxsize=256)(self._usual_lines)

    def headers(
        self,
        job: Job,
        outcomes: Sequence[Outcome],
        lines: Iterable[Line],
        once: Iterable[Line] = (),
    ) -> FieldLines:
        """All headers of a page: also ``lines`` of its caller's, and those that it has ``once``."""
        usual = (
            *({"content-language": job.locale} | passed_headers(outcomes)).items(),
            *job.layout.headers,
            *lines,
            ("x-templates-preview", job.preview),
            ("link", job.assembly.link),
        )
        own = [
            *once,
            *self.cookies(job, outcomes),
            ("server-timing", server_timing(outcomes)),
        ]
        asked, hashes = job.assembly.asked, job.layout.facts.hashes
        return self._usual(asked, hashes, usual).plus(*encode(own))

    def caching(self, job: Job, outcomes: Sequence[Outcome], vary: Sequence[str]) -> Lines:
        """Cache-Control first, and what goes with it."""
        if self.is_only_now(job) or job.request.audience.is_alone:
            return uncached(vary, job.pin)
        return caching(outcomes, time.time(), vary, job.pin)

    def is_only_now(self, job: Job) -> bool:
        """Whether a purge came while the page was made: who keeps it would miss the purge.

        Or the page is nobody else's, or does not have all of its policy yet, or a rollout began
        meanwhile and the visitor has no cohort.
        """
        is_nobodys = job.pin.is_pinned and not job.request.audience.cohort
        is_passing = bool(job.preview) or is_nobodys or job.filling.is_provisional
        # Whoever got the cookie of another visitor would be that visitor.
        is_passing = is_passing or bool(job.visit.caller.set_cookie)
        return is_passing or job.generation != self._store.generation

    def vary(self, layout: Layout, *, is_coded: bool = False) -> Sequence[str]:
        """The request headers on which a page depends."""
        return _vary(layout.sees_headers, is_coded)

    def _usual_lines(self, asked: Sources, hashes: Sources, own: tuple[Line, ...]) -> FieldLines:
        fixed = self._site.headers(asked, hashes)
        return FieldLines([*fixed, *self._of_every_page, *encode(own)])

    def cookies(self, job: Job, outcomes: Sequence[Outcome]) -> Lines:
        """The cookies that slots may set, and the one of a visitor who was given an identity."""
        own = self._site.own_cookies
        passed = passed_cookies(outcomes, own, https=self._site.is_https)
        return [*passed, ("set-cookie", job.visit.caller.set_cookie)]


# The pages of a site see few headers.
@lru_cache(maxsize=256)
def _vary(names: frozenset[str], is_coded: bool) -> tuple[str, ...]:
    if "*" in names:
        return ("*",)
    return tuple(sorted({*names, "accept-encoding"} if is_coded else names))


def status_of(layout: Layout, outcomes: Sequence[Outcome]) -> int:
    """The page's own: with a stand-in for a required fragment it is not what was asked for."""
    if layout.is_part and outcomes[0].kind == "degraded" and outcomes[0].slot.on_error != "degrade":
        return 503
    stand_ins = [o.status for o in outcomes if o.slot.required and o.kind == "fallback"]
    return max(stand_ins, default=200)


def retry(status: int) -> Lines:
    """When to ask again."""
    return [("retry-after", "5")] if status == 503 else []

"""A page, from its route to its bytes: the whole algorithm.

1. render the template: literal text and slots
2. look all slots up in the fragment cache, start a fetch for each that is missing
3. wait for required slots: they decide status and redirect before the first byte
4. if all is there: one body. If not: the head, then the body in order as slots finish
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from .assembly import Assembly, render
from .budget import Budget
from .filling import Filler, Filling
from .headers import HTML, NO_STORE, Headers, encode, etag, fresh_until, server_timing
from .outcome import Outcome
from .page import Layout, Pages, local_html
from .pages_config import Match
from .passed import passed_cookies, passed_headers
from .records import Recorder
from .reply import Answer, Remembered, caching, uncached, whole
from .request import PageRequest, Trace
from .resolve import Visit
from .review import Review
from .rollouts import Pin, Rollouts
from .site import Site
from .store import FragmentStore
from .whole import WholePages

# A page that is whole and cached is remembered as bytes; templates and the registry, which are
# looked at every second, may change it.
MEMORY_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Job:
    """One page that is being composed; ``generation`` is the fragment cache's when it began."""

    request: PageRequest
    trace: Trace
    name: str
    layout: Layout
    locale: str
    visit: Visit
    pin: Pin
    generation: int
    filling: Filling
    assembly: Assembly


class PageComposer:
    """Composes pages of pages.toml."""

    def __init__(
        self,
        *,
        site: Site,
        filler: Filler,
        store: FragmentStore,
        recorder: Recorder,
        whole_pages: WholePages,
        rollouts: Rollouts,
        review: Review,
    ) -> None:
        self._site = site
        self._filler = filler
        self._store = store
        self._recorder = recorder
        self._whole_pages = whole_pages
        self._rollouts = rollouts
        self._review = review

    async def compose(
        self,
        request: PageRequest,
        trace: Trace,
        pages: Pages,
        match: Match,
        context: Mapping[str, object],
        started: float,
    ) -> tuple[Answer, Remembered | None]:
        """The answer, and the page as bytes if it may be remembered.

        Raises PageTemplateError.
        """
        locale = self._site.locale(request)
        context = {**context, **self._site.context(locale)}
        layout = pages.layout((match.page.template,), context, locale)
        if match.page.response_headers:
            layout = layout.letting_pass(match.page.response_headers)
        visit = Visit(
            Budget(match.page.budget_ms / 1000),
            trace,
            lambda name: local_html(pages, name, context, locale),
            started,
        )
        audience = request.audience
        pin = self._rollouts.pin(
            layout.slots, new_cohort=audience.cohort if audience.is_new else ""
        )
        generation = self._store.generation
        filling = await self._filler.start(layout, request, locale, visit)
        assembly = Assembly(layout, self._site.asset_origins)
        name = match.page.name
        job = Job(request, trace, name, layout, locale, visit, pin, generation, filling, assembly)
        try:
            return await self._finish(job)
        except BaseException:
            filling.cancel()
            raise

    async def _finish(self, job: Job) -> tuple[Answer, Remembered | None]:
        decision = await job.filling.decision()
        if decision is not None:
            return await self._decided(job, decision), None
        if job.request.method == "HEAD":
            await job.filling.all()
        elif not job.filling.is_complete:
            # Lets the fetches be sent before anything else, and takes what comes at once.
            await asyncio.sleep(0)
            job.filling.gather_done()
        if job.filling.is_complete:
            return self._whole(job)
        return self._streamed(job), None

    async def _decided(self, job: Job, decision: Outcome) -> Answer:
        """What a required slot makes of the page: elsewhere, not there, or not possible."""
        job.filling.cancel()
        self._recorder.slots(job.trace, job.filling.known)
        request, trace, status = job.request, job.trace, decision.status
        if decision.kind != "failed" and decision.moves:
            location = ("location", decision.header("location") or "/")
            headers = [
                location,
                *self._caching(job, [decision], time.time()),
                *self._cookies([decision]),
            ]
            fixed = self._site.fixed_headers
            return whole(request, trace.request_id, status, b"", headers, fixed)
        return await self._whole_pages.error(
            request,
            trace,
            status,
            headers=_retry(status),
            decided_by=None if self._is_overtaken(job) else decision,
            vary=self._vary(job),
            pin=job.pin,
        )

    def _whole(self, job: Job) -> tuple[Answer, Remembered | None]:
        outcomes = job.filling.known
        body = render(job.layout, job.assembly, outcomes)
        now = time.time()
        kept = self._caching(job, outcomes, now)
        tag = etag(body) if ("cache-control", NO_STORE) not in kept else ""
        status = _status(outcomes)
        headers = [*kept, *_retry(status), ("etag", tag), ("content-length", str(len(body)))]
        page = Remembered(
            until=time.monotonic()
            + min(MEMORY_SECONDS, fresh_until(outcomes, now) - now, job.pin.until - now),
            generation=job.generation,
            etag=tag,
            headers=self._headers(job, outcomes, headers),
            body=body,
            tails={},
            is_pinned=job.pin.is_pinned,
        )
        notes = [*job.assembly.notes, *self._review.notes(job.layout, outcomes)]
        self._recorder.slots(job.trace, outcomes, notes)
        none_match = job.request.headers.get("if-none-match") if tag else None
        answer = page.answer(job.request.method, none_match, job.trace.request_id)
        if status != 200:
            answer.status = status
        if not tag or job.layout.sees_headers or not all(o.is_sound for o in outcomes):
            return answer, None
        tails = self._recorder.tails(job.request, job.name, outcomes, len(body))
        again = self._headers(job, outcomes, headers, is_cached=True)
        return answer, replace(page, headers=again, tails=tails)

    def _streamed(self, job: Job) -> Answer:
        filling = job.filling
        head = job.assembly.head(
            filling.outcomes,
            self._filler.expected(filling),
            self._filler.expected_sources(filling),
        )
        status = _status(job.filling.known)
        headers = [
            *uncached(self._vary(job), job.pin),
            # nginx would collect the parts before it passes them on.
            ("x-accel-buffering", "no"),
            ("x-request-id", job.trace.request_id),
            *_retry(status),
        ]
        known = self._headers(job, job.filling.known, headers)
        return Answer(status, known, self._stream(job, head, status))

    async def _stream(self, job: Job, head: bytes, status: int) -> AsyncGenerator[bytes, None]:
        """The head, then the body in order; what is there already goes out together."""
        sent = 0
        parts = [head]
        try:
            for piece in job.layout.body:
                if isinstance(piece, bytes):
                    parts.append(piece)
                    continue
                job.filling.gather_done()
                if job.filling.outcomes[piece] is None and (chunk := b"".join(parts)):
                    sent += len(chunk)
                    yield chunk
                    parts = []
                parts.append(job.assembly.body(piece, await job.filling.outcome(piece)))
            if chunk := b"".join(parts):
                sent += len(chunk)
                yield chunk
        finally:
            # Also when the visitor went away: then nobody waits for these fetches.
            job.filling.cancel()
            known = job.filling.known
            notes = [*job.assembly.notes, *self._review.notes(job.layout, known)]
            self._recorder.slots(job.trace, known, notes)
            self._recorder.page(job.request, job.trace, status, sent, job.visit.started, job.name)

    def _headers(
        self,
        job: Job,
        outcomes: Sequence[Outcome],
        headers: Sequence[tuple[str, str]],
        *,
        is_cached: bool = False,
    ) -> Headers:
        own = [
            ("content-type", HTML),
            *({"content-language": job.locale} | passed_headers(outcomes)).items(),
            *headers,
            *self._cookies(outcomes),
            ("link", job.assembly.link),
            ("server-timing", server_timing(outcomes, is_cached=is_cached)),
        ]
        fixed = self._site.headers(job.assembly.asked, job.layout.facts.hashes)
        return [*fixed, *encode(own)]

    def _caching(self, job: Job, outcomes: Sequence[Outcome], now: float) -> list[tuple[str, str]]:
        if self._is_overtaken(job):
            return uncached(self._vary(job), job.pin)
        return caching(outcomes, now, self._vary(job), job.pin)

    def _is_overtaken(self, job: Job) -> bool:
        """Whether a purge came while the page was made: who keeps it would miss the purge."""
        return job.generation != self._store.generation

    def _vary(self, job: Job) -> list[str]:
        names = self._site.vary | job.layout.sees_headers
        return ["*"] if "*" in names else sorted(names)

    def _cookies(self, outcomes: Sequence[Outcome]) -> list[tuple[str, str]]:
        own = self._site.own_cookies
        return passed_cookies(outcomes, own, https=self._site.is_https)


def _status(outcomes: Sequence[Outcome]) -> int:
    """The page's own: with a stand-in for a required fragment it is not what was asked for."""
    stand_ins = (o.status for o in outcomes if o.slot.required and o.kind == "fallback")
    return max(stand_ins, default=200)


def _retry(status: int) -> list[tuple[str, str]]:
    return [("retry-after", "5")] if status == 503 else []

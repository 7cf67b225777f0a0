"""A page, from its route to its bytes: the whole algorithm.

1. render the template: literal text and slots
2. look all slots up in the fragment cache, start a fetch for each that is missing
3. wait for required slots: they decide status and redirect before the first byte
4. if all is there: one body. If not: the head, then the body in order as slots finish, and at
   its end what is deferred (streaming.py)
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Hashable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from .assembly import Assembly, render
from .budget import Budget
from .encoding import SMALL, PlainStream, Secret, compressed, stream_for
from .filler import Filler
from .filling import Filling
from .headers import HTML, NO_STORE, Headers, encode, etag, fresh_until, server_timing
from .outcome import Outcome, fetched
from .overlay import marked, overlaid, panel, uncoded, wants_overlay
from .page import Layout, Pages, local_html
from .page_cache import LOOK_SECONDS, MemoryKey, PageCache
from .pages_config import Match
from .passed import passed_cookies, passed_headers
from .records import Recorder
from .redirects import with_query
from .remembered import Basis, Origin, Remembered
from .reply import Answer, caching, uncached, whole
from .request import PageRequest, Trace
from .resolve import Visit
from .review import Review
from .rollouts import Pin, Rollouts
from .site import Site
from .store import FragmentStore
from .streaming import stream
from .whole import WholePages


@dataclass(frozen=True, slots=True)
class Job:
    """One page that is being composed; ``generation`` is the fragment cache's when it began.

    ``name`` is the same for requests with the same answer, of which ``key`` stands for one;
    ``version`` is that of the templates.
    """

    request: PageRequest
    page: str
    name: Hashable
    key: MemoryKey
    version: int
    preview: str
    asked: tuple[str, ...]
    layout: Layout
    locale: str
    visit: Visit
    pin: Pin
    generation: int
    filling: Filling
    assembly: Assembly

    @property
    def trace(self) -> Trace:
        return self.visit.trace


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
        cache: PageCache,
    ) -> None:
        self._site = site
        self._filler = filler
        self._store = store
        self._recorder = recorder
        self._whole_pages = whole_pages
        self._rollouts = rollouts
        self._review = review
        self._cache = cache

    async def compose(
        self,
        request: PageRequest,
        key: MemoryKey,
        trace: Trace,
        pages: Pages,
        match: Match,
        context: Mapping[str, object],
        started: float,
    ) -> Answer:
        """The answer to a request with that key. Raises PageTemplateError."""
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
        about = (match.page.name, tuple(context.items()))
        return await self.fill(
            request, key, about, pages.version, layout, locale, visit, pages.preview
        )

    async def fill(
        self,
        request: PageRequest,
        key: MemoryKey,
        about: tuple[str, Hashable],
        version: int,
        layout: Layout,
        locale: str,
        visit: Visit,
        preview: str = "",
    ) -> Answer:
        """The same for a layout that is there; ``about`` is its name and what it was made from."""
        audience = request.audience
        has_overlay = wants_overlay(request, layout)
        if has_overlay:
            layout, request = marked(layout), uncoded(request)
        pin = self._rollouts.pin(layout.slots, new_cohort=audience.new_cohort)
        asked = self._filler.keys(layout.slots, request, locale)
        name = (*about, locale, asked, pin.is_pinned)
        # Who is new among the visitors of a rollout gets a cookie, which is nobody else's.
        is_shared = not (pin.cookie or preview) and audience.staging is None
        kept = await self._cache.find(name, key, request) if is_shared else None
        if kept is not None:
            return kept.answer_to(request, visit.trace.request_id)
        generation = self._store.generation
        filling = await self._filler.start(layout, request, locale, visit)
        job = Job(
            request=request,
            page=about[0],
            name=name,
            key=key,
            version=version,
            preview=preview,
            asked=asked,
            layout=layout,
            locale=locale,
            visit=visit,
            pin=pin,
            generation=generation,
            filling=filling,
            assembly=Assembly(layout, self._site.loads_from, filling),
        )
        try:
            answer = await self._finish(job)
            return overlaid(answer, lambda: self._panel(job)) if has_overlay else answer
        except BaseException:
            filling.cancel()
            raise

    def _panel(self, job: Job) -> bytes:
        notes = [*job.assembly.notes, *self._review.known]
        return panel(job.request, job.visit, job.page, job.filling, notes)

    async def _finish(self, job: Job) -> Answer:
        decision = await job.filling.decision()
        if decision is not None:
            return await self._decided(job, decision)
        if job.request.method == "HEAD" or job.layout.is_part:
            await job.filling.all()
        elif not job.filling.is_complete:
            # Lets the fetches be sent before anything else, and takes what comes at once.
            await asyncio.sleep(0)
            job.filling.gather_done()
        if job.filling.is_complete:
            return self._whole(job)
        return self._streamed(job)

    async def _decided(self, job: Job, decision: Outcome) -> Answer:
        """What a required slot makes of the page: elsewhere, not there, or not possible."""
        job.filling.cancel()
        self._recorder.slots(job.trace, job.filling.known)
        request, trace, status = job.request, job.trace, decision.status
        if decision.kind != "failed" and decision.moves:
            vary = self._vary(job)
            location = with_query(decision.header("location") or "/", status, request.query)
            headers = [
                ("location", location),
                *self._caching(job, [decision], time.time(), vary),
                *self._cookies([decision]),
            ]
            fixed = self._site.fixed_headers
            return whole(request, trace.request_id, status, b"", headers, fixed)
        return await self._whole_pages.error(
            request,
            trace,
            status,
            headers=_retry(status),
            decided_by=None if self._is_only_now(job) else decision,
            vary=self._vary(job),
            pin=job.pin,
        )

    def _whole(self, job: Job) -> Answer:
        if job.filling.nested:
            job = self._with_nested(job)
        outcomes, request = job.filling.known, job.request
        parts = render(job.layout, job.assembly, outcomes)
        page = self._as_bytes(job, outcomes, b"".join(parts))
        notes = [*job.assembly.notes, *self._review.notes(job.page, job.layout, outcomes)]
        self._recorder.slots(job.trace, outcomes, notes)
        coder = stream_for(request.headers.get("accept-encoding", ""))
        page.has_secret = any(isinstance(part, Secret) for part in parts)
        if coder.coding != "identity" and page.is_worth_coding:
            is_public = page.etag and not page.has_secret
            whole_page = compressed(page.body, coder.coding) if is_public else coder.all(parts)
            page.add(coder.coding, whole_page)
        answer = page.answer_to(request, job.trace.request_id)
        status = _status(job.layout, outcomes)
        if status != 200:
            answer.status = status
        elif page.etag and not job.layout.sees_headers and all(o.is_sound for o in outcomes):
            self._keep(job, outcomes, page)
        return answer

    def _with_nested(self, job: Job) -> Job:
        """The job, with what came with fragments a part of what its page depends on.

        It gets another name: by what the template alone says, requests that differ in what is
        inside of fragments cannot be told apart before these are there.
        """
        slots = tuple(job.filling.slots)
        pin = self._rollouts.pin(slots, new_cohort=job.request.audience.new_cohort)
        asked = self._filler.asked(job.filling, job.request, job.locale)
        layout = replace(job.layout, slots=slots)
        return replace(job, pin=pin, asked=asked, layout=layout, name=(job.name, asked))

    def _as_bytes(self, job: Job, outcomes: Sequence[Outcome], body: bytes) -> Remembered:
        now = time.time()
        fresh = fetched(outcomes)
        vary = self._vary(job) if len(body) < SMALL else _vary_coded(self._vary(job))
        control, *others = self._caching(job, fresh, now, vary)
        ends = min(fresh_until(fresh, now), job.pin.until)
        return Remembered(
            body=body,
            etag=etag(body) if control[1] != NO_STORE else "",
            headers=self._headers(job, outcomes, [*others, *_retry(_status(job.layout, outcomes))]),
            control=control[1],
            basis=Basis(
                fresh_until=ends,
                on_error=min([o.policy.stale_if_error for o in fresh], default=0),
                origins=tuple([Origin(o.fetched_at, o.tags) for o in fresh]),
                slots=job.layout.slots,
                asked=job.asked,
                locale=job.locale,
                version=job.version,
                pin=job.pin,
            ),
            until=time.monotonic() + min(LOOK_SECONDS, self._store.certain_for, ends - now),
            generation=job.generation,
        )

    def _keep(self, job: Job, outcomes: Sequence[Outcome], page: Remembered) -> None:
        """Let the next request for the page have it as it is."""
        timing = ("server-timing", server_timing(outcomes, is_cached=True))
        page.settle(
            [header for header in page.headers if header[0] != b"server-timing"] + encode([timing]),
            self._recorder.again(job.request, job.page, outcomes),
        )
        self._cache.keep(job.name, job.key, page)

    def _streamed(self, job: Job) -> Answer:
        filling = job.filling
        head = job.assembly.head(
            filling.outcomes,
            self._filler.expected(filling),
            self._filler.expected_sources(filling),
        )
        status = _status(job.layout, filling.known)
        coder = stream_for(job.request.headers.get("accept-encoding", ""))
        headers = [
            *uncached(_vary_coded(self._vary(job)), self._pin_of_stream(job)),
            ("content-encoding", "" if coder.coding == "identity" else coder.coding),
            # nginx would collect the parts before it passes them on.
            ("x-accel-buffering", "no"),
            ("x-request-id", job.trace.request_id),
            *_retry(status),
        ]
        known = self._headers(job, job.filling.known, headers)
        return Answer(status, known, self._stream(job, head, status, coder))

    def _pin_of_stream(self, job: Job) -> Pin:
        """Who may need a cookie gets it now: once the body has begun, it is too late."""
        new_cohort = job.request.audience.new_cohort
        if not new_cohort or job.pin.cookie:
            return job.pin
        if self._filler.may_hold_others(job.filling):
            return self._rollouts.pin_anyway(new_cohort)
        return self._rollouts.pin(job.filling.slots, new_cohort=new_cohort)

    async def _stream(
        self, job: Job, head: bytes, status: int, coder: PlainStream
    ) -> AsyncGenerator[bytes, None]:
        sent = 0
        try:
            async with aclosing(stream(job.layout, job.filling, job.assembly, head)) as lots:
                async for parts in lots:
                    chunk = coder.parts(parts)
                    sent += len(chunk)
                    yield chunk
            if chunk := coder.end():
                sent += len(chunk)
                yield chunk
        finally:
            # Also when the visitor went away: then nobody waits for these fetches.
            job.filling.cancel()
            known = job.filling.known
            notes = [*job.assembly.notes, *self._review.notes(job.page, job.layout, known)]
            self._recorder.slots(job.trace, known, notes)
            self._recorder.page(job.request, job.trace, status, sent, job.visit.started, job.page)

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
            *job.layout.headers,
            *headers,
            *self._cookies(outcomes),
            ("x-templates-preview", job.preview),
            ("link", job.assembly.link),
            ("server-timing", server_timing(outcomes, is_cached=is_cached)),
        ]
        fixed = self._site.headers(job.assembly.asked, job.layout.facts.hashes)
        return [*fixed, *encode(own)]

    def _caching(
        self, job: Job, outcomes: Sequence[Outcome], now: float, vary: Sequence[str]
    ) -> list[tuple[str, str]]:
        """Cache-Control first, and what goes with it."""
        if self._is_only_now(job) or job.request.audience.staging is not None:
            return uncached(vary, job.pin)
        return caching(outcomes, now, vary, job.pin)

    def _is_only_now(self, job: Job) -> bool:
        """Whether a purge came while the page was made: who keeps it would miss the purge.

        Or the page is nobody else's, or a rollout began meanwhile and the visitor has no cohort.
        """
        is_nobodys = job.pin.is_pinned and not job.request.audience.cohort
        return job.generation != self._store.generation or bool(job.preview) or is_nobodys

    def _vary(self, job: Job) -> list[str]:
        names = self._site.vary | job.layout.sees_headers
        return ["*"] if "*" in names else sorted(names)

    def _cookies(self, outcomes: Sequence[Outcome]) -> list[tuple[str, str]]:
        own = self._site.own_cookies
        return passed_cookies(outcomes, own, https=self._site.is_https)


def _vary_coded(names: Sequence[str]) -> list[str]:
    return ["*"] if "*" in names else sorted({*names, "accept-encoding"})


def _status(layout: Layout, outcomes: Sequence[Outcome]) -> int:
    """The page's own: with a stand-in for a required fragment it is not what was asked for."""
    if layout.is_part and outcomes[0].kind == "degraded" and outcomes[0].slot.on_error != "degrade":
        return 503
    stand_ins = (o.status for o in outcomes if o.slot.required and o.kind == "fallback")
    return max(stand_ins, default=200)


def _retry(status: int) -> list[tuple[str, str]]:
    return [("retry-after", "5")] if status == 503 else []

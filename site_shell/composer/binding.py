"""A page that has all its slots, bound into one body: for this visitor, and for the next."""

import time
from collections.abc import Sequence
from dataclasses import replace

from .assembly import render
from .encoding import SMALL, Secret, compressed, stream_for
from .field_lines import FieldLines
from .filler import Filler
from .headers import NO_STORE, encode, etag, fresh_until, server_timing
from .job import Job
from .letterhead import Letterhead, retry, status_of
from .outcome import Outcome, fetched
from .page_cache import LOOK_SECONDS, PageCache
from .records import Recorder
from .remembered import Basis, Origin, Remembered
from .reply import Answer
from .review import Review
from .rollouts import Rollouts
from .store import FragmentStore


class Binder:
    """Makes whole pages, and lets those that are right for others be kept."""

    def __init__(
        self,
        *,
        letterhead: Letterhead,
        store: FragmentStore,
        filler: Filler,
        rollouts: Rollouts,
        recorder: Recorder,
        review: Review,
        cache: PageCache,
    ) -> None:
        self._letterhead = letterhead
        self._store = store
        self._filler = filler
        self._rollouts = rollouts
        self._recorder = recorder
        self._review = review
        self._cache = cache

    def answer(self, job: Job) -> Answer:
        """The page in one piece."""
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
        status = status_of(job.layout, outcomes)
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
        vary = self._letterhead.vary(job.layout, is_coded=len(body) >= SMALL)
        control, *others = self._letterhead.caching(job, fresh, vary)
        ends = min(fresh_until(fresh, now), job.pin.until)
        lines = [*others, *retry(status_of(job.layout, outcomes))]
        return Remembered(
            body=body,
            etag=etag(body) if control[1] != NO_STORE else "",
            headers=self._letterhead.headers(job, outcomes, lines),
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
        untimed = [header for header in page.headers if header[0] != b"server-timing"]
        page.settle(
            FieldLines([*untimed, *encode([timing])]),
            self._recorder.again(job.request, job.page, outcomes),
        )
        self._cache.keep(job.name, job.key, page)

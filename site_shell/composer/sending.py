"""Sends a page before it is complete."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from .encoding import PlainStream, stream_for
from .filler import Filler
from .job import Job
from .letterhead import Letterhead, retry, status_of
from .records import Recorder
from .reply import Answer, uncached
from .review import Review
from .rollouts import Pin, Rollouts
from .streaming import around_the_end, in_order, late


class Streamer:
    """Sends pages while their slots come in."""

    def __init__(
        self,
        *,
        letterhead: Letterhead,
        filler: Filler,
        rollouts: Rollouts,
        recorder: Recorder,
        review: Review,
    ) -> None:
        self._letterhead = letterhead
        self._filler = filler
        self._rollouts = rollouts
        self._recorder = recorder
        self._review = review

    def answer(self, job: Job) -> Answer:
        """The page in parts; its head tells what is known by now."""
        filling, known = job.filling, job.filling.known
        coder = stream_for(job.request.headers.get("accept-encoding", ""))
        job.assembly.is_coded = coder.coding != "identity"
        head = job.assembly.head(filling.outcomes, *self._filler.expected(filling))
        status = status_of(job.layout, known)
        lines = [
            *uncached(self._letterhead.vary(job.layout, is_coded=True), self._pin(job)),
            ("content-encoding", "" if coder.coding == "identity" else coder.coding),
            # nginx would collect the parts before it passes them on.
            ("x-accel-buffering", "no"),
            *retry(status),
        ]
        once = [("x-request-id", job.trace.request_id)]
        headers = self._letterhead.headers(job, known, lines, once)
        return Answer(status, headers, self._parts(job, head, status, coder))

    def _pin(self, job: Job) -> Pin:
        """Who may need a cookie gets it now: once the body has begun, it is too late."""
        new_cohort = job.request.audience.new_cohort
        if not new_cohort or job.pin.cookie:
            return job.pin
        if self._filler.may_hold_others(job.filling):
            return self._rollouts.pin_anyway(new_cohort)
        return self._rollouts.pin(job.filling.slots, new_cohort=new_cohort)

    async def _parts(
        self, job: Job, head: bytes, status: int, coder: PlainStream
    ) -> AsyncGenerator[bytes, None]:
        try:
            for step in in_order(job.layout, job.filling, job.assembly, head):
                if isinstance(step, int):
                    await job.filling.outcome(step)
                else:
                    yield coder.parts(step)
            if job.assembly.late:
                async with aclosing(late(job.filling, job.assembly)) as lots:
                    async for parts in lots:
                        yield coder.parts(parts)
                yield coder.parts([around_the_end(job.layout)[1]])
            if chunk := coder.end():
                yield chunk
        finally:
            # Also when the visitor went away: then nobody waits for these fetches.
            job.filling.cancel()
            known = job.filling.known
            notes = [*job.assembly.notes, *self._review.notes(job.page, job.layout, known)]
            self._recorder.slots(job.trace, known, notes)
            started = job.visit.started
            self._recorder.page(job.request, job.trace, status, coder.sent, started, job.page)

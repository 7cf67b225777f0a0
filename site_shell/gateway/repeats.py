"""The same action twice: it is done once, and both get the answer.

Browsers send a form again on a second click, and give up the first; proxies, scripts and people
repeat what seemed to fail. The cache knows what is under way and what was answered, across all
processes. Without it every action is done: a shop that cannot sell is worse.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from ..composer.errors import CacheUnavailable
from ..composer.store.backend import Backend, add
from .saying import Said
from .verdict import Again, Fragment, GoTo, Nothing, Refused, Verdict

# Seconds. Nobody is still under way after this: more than an action may take.
RUNNING: Final = 20
# Two clicks are one for so long after the answer to the first; a form with a key, for a day.
DOUBLE_CLICK: Final = 1
KEPT: Final = 86_400
# Larger answers are not kept: the action is then done again if it is sent again.
_MAX_HTML: Final = 262_144
_POLL: Final = (0.02, 0.04, 0.08, 0.15)

# What an action has come to, and whether it is done: only that is not done again.
Done: TypeAlias = tuple[Verdict, bool]
_Kept: TypeAlias = tuple[str, tuple[Any, ...] | None]


@dataclass(frozen=True, slots=True)
class Sending:
    """One sending of an action.

    ``key`` is the same for all that are meant to be one thing, ``fingerprint`` for all that hold
    the same. ``kept`` is for how many seconds the answer is.
    """

    key: str
    fingerprint: str
    kept: int


class Repeats:
    """Knows what was sent before. ``patience``: how many seconds a repeat waits for the first."""

    def __init__(self, backend: Backend, *, patience: float) -> None:
        self._backend = backend
        self._patience = patience

    async def once(self, sending: Sending, do: Callable[[], Awaitable[Done]]) -> Done:
        """What ``do`` gives, or has given to the same sending before.

        What was not done is not remembered: the next one tries again.
        """
        key = f"action:{sending.key}"
        try:
            known = await self._claim(key, sending)
        except CacheUnavailable:
            return await do()
        if known is not None:
            return known, True
        is_kept = False
        try:
            verdict, is_done = await do()
            is_kept = is_done and await self._keep(key, sending, verdict)
        finally:
            if not is_kept:
                await self._forget(key)
        return verdict, is_done

    async def remember(self, sending: Sending, verdict: Verdict) -> None:
        """The same sending will get this answer: it was done before it could be told apart."""
        await self._keep(f"action:{sending.key}", sending, verdict)

    async def _claim(self, key: str, sending: Sending) -> Verdict | None:
        """None if the sending is the first one, else the answer to the first."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._patience
        claim: _Kept = (sending.fingerprint, None)
        polls = iter(_POLL)
        while True:
            if await self._backend.run(lambda cache: add(cache, key, claim, RUNNING)):
                return None
            kept: _Kept | None = await self._backend.run(lambda cache: cache.get(key))
            if kept is not None:
                before, answer = kept
                if before != sending.fingerprint:
                    return Refused(422, "the key was used for something else")
                if answer is not None:
                    return _verdict_of(answer)
                if loop.time() >= until:
                    again = (("retry-after", "5"),)
                    return Refused(409, "the same action is still under way", again)
                await asyncio.sleep(next(polls, _POLL[-1]))

    async def _keep(self, key: str, sending: Sending, verdict: Verdict) -> bool:
        answer = _packed(verdict)
        if answer is None:
            return False
        kept: _Kept = (sending.fingerprint, answer)
        try:
            await self._backend.run(lambda cache: cache.set(key, kept, sending.kept))
        except CacheUnavailable:
            return False
        return True

    async def _forget(self, key: str) -> None:
        # Otherwise it forgets by itself, when nothing can be under way any more.
        with suppress(CacheUnavailable):
            await self._backend.run(lambda cache: cache.delete(key))


def _packed(verdict: Verdict) -> tuple[Any, ...] | None:
    """Plain values: what another release of the shell has kept, this one may read."""
    match verdict:
        case Fragment(status, html, said) if len(html) <= _MAX_HTML:
            return "fragment", status, html, dict(said.events)
        case GoTo(location, said):
            return "go", location, dict(said.events)
        case Again(said):
            return "again", dict(said.events)
        case Nothing(said):
            return "nothing", dict(said.events)
    return None


def _verdict_of(answer: tuple[Any, ...]) -> Verdict | None:
    match answer:
        case "fragment", int(status), bytes(html), dict(events):
            return Fragment(status, html, Said(events))
        case "go", str(location), dict(events):
            return GoTo(location, Said(events))
        case "again", dict(events):
            return Again(Said(events))
        case "nothing", dict(events):
            return Nothing(Said(events))
    return None

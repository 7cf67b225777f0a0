"""Telling services about a shopper, by an action that the shell itself calls."""

from dataclasses import dataclass

from fragment_contract import wire

from ..composer.asking import operational_headers
from ..composer.conf import Runtime
from ..composer.notices import NO_NOTICES, Notices
from ..composer.request import Trace
from ..composer.transport import FetchRequest
from ..gateway.saying import said_in

_MAX_BYTES = 65_536
_NOTICE = "notification:show"


@dataclass(frozen=True, slots=True)
class Matter:
    """Which action is called, about whom, in which language, and for how many seconds at most."""

    action: str
    subject: str
    locale: str
    seconds: float
    name: str = ""
    former: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answers: the status of HTTP, and what it wants the shopper to read."""

    status: int
    said: Notices

    @property
    def is_done(self) -> bool:
        """Whether it did what it was asked."""
        return 200 <= self.status < 400


def all_services(parts: Runtime) -> list[str]:
    """The services of the registry, by name."""
    return sorted({name.partition("/")[0] for name in parts.registry.fragments()})


async def tell(parts: Runtime, service: str, matter: Matter, trace: Trace) -> Notices | None:
    """What the service says; None if it is not done. Who has no such action has nothing to do.

    Raises ComposerError.
    """
    answer = await ask(parts, service, matter, trace)
    return NO_NOTICES if answer is None else answer.said if answer.is_done else None


async def ask(parts: Runtime, service: str, matter: Matter, trace: Trace) -> Answer | None:
    """The answer of the service; None if it has no such action. Raises ComposerError."""
    names = [n for n in parts.registry.fragments() if n.partition("/")[0] == service]
    tokens = parts.site.callers.tokens
    assert tokens is not None
    for name in names:
        release = parts.rollouts.choose(name, cohort="")
        known = parts.manifests.peek(release)
        known = known or await parts.manifests.get(release, timeout=matter.seconds)
        action = known.manifest.action(matter.action)
        if action is None:
            continue
        token = tokens.token(service, matter.subject, matter.name, matter.former)
        headers = (
            (wire.LOCALE, matter.locale),
            (wire.ACCEPT_LANGUAGE, matter.locale),
            (wire.MOUNT_ORIGIN, parts.site.origin),
            (wire.MOUNT_PATHNAME, parts.site.locales.mount(matter.locale)),
            (wire.AUTHORIZATION, f"Bearer {token}"),
            *operational_headers(trace, matter.seconds),
        )
        request = FetchRequest(
            url=f"{release.url}{action.target}",
            headers=headers,
            method="POST",
            timeout=matter.seconds,
            max_bytes=_MAX_BYTES,
        )
        response = await parts.transport.fetch(release, request)
        events = known.manifest.fragment.events if known.manifest.fragment else ()
        said = said_in(response.header(wire.HX_TRIGGER), {_NOTICE, *events})
        return Answer(response.status, said.notices(matter.locale))
    return None

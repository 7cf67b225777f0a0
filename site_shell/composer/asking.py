"""From a slot to the request that a service gets: release, parameters, headers, cache key."""

from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from fragment_contract import wire

from .assets import LAYOUT
from .errors import (
    ComposerError,
    FetchError,
    IdentityUnavailable,
    ManifestError,
    RegistryError,
    SlotError,
    StagingError,
    UnknownFragment,
)
from .key import fragment_key
from .locales import Locales
from .passthrough import inputs_of
from .release import Release
from .request import PageRequest, Trace
from .rollouts import Plan, Rollouts
from .slot import Slot
from .staging import Staged

_MAX_KNOWN: Final = 4096


@dataclass(frozen=True, slots=True)
class Ask:
    """A slot that knows whom to ask and what. Everything the service sees is in ``key``.

    ``staged`` is what a member of staff wants otherwise; None for everybody else.
    """

    slot: Slot
    release: Release
    key: str
    query: str
    headers: tuple[tuple[str, str], ...]
    staged: Staged | None = None


class Asker:
    """Prepares slots. ``origin`` is the site's own, which services are told.

    ``own_cookies`` are the shell's, which services are never told.
    """

    def __init__(
        self,
        rollouts: Rollouts,
        *,
        origin: str,
        locales: Locales,
        own_cookies: frozenset[str] = frozenset(),
    ) -> None:
        self._locales = locales
        self._rollouts = rollouts
        self._plan = rollouts.current()
        self._known: dict[tuple[Slot, str, str], Ask] = {}
        self._origin = origin
        self._own_cookies = own_cookies

    def plan(self) -> Plan:
        """Who gets what at this moment: the same for all slots of a page."""
        plan = self._rollouts.current()
        if plan is not self._plan or len(self._known) >= _MAX_KNOWN:
            self._plan, self._known = plan, {}
        return plan

    def prepare(self, slot: Slot, request: PageRequest, locale: str, plan: Plan) -> Ask:
        """Choose a release and take what the fragment may see. Raises ComposerError.

        Without passthrough that follows from slot, locale and plan, and of a fragment under
        rollout from the cohort; it is remembered.
        """
        cohort = request.audience.cohort if slot.fragment in plan.pinned else ""
        ask = self._known.get((slot, locale, cohort))
        if ask is None:
            ask = self._prepare(slot, request, locale, cohort)
            if not slot.passthrough:
                self._known[slot, locale, cohort] = ask
        return ask

    def _prepare(self, slot: Slot, request: PageRequest, locale: str, cohort: str) -> Ask:
        if slot.problem:
            raise SlotError(slot.problem)
        release = self._rollouts.choose(slot.fragment, slot.strategy, cohort)
        if slot.options is not None and slot.options != release.credentials:
            release = replace(release, credentials=slot.options)
        inputs = inputs_of(slot, request, self._own_cookies)
        parameters = slot.parameters + inputs.parameters
        return Ask(
            slot=slot,
            release=release,
            # The release's address as well as its version: a registry that moves a fragment
            # elsewhere means the new place, whatever the version says.
            key=fragment_key(
                slot.fragment,
                f"{release.version} {release.url} {release.credentials} {LAYOUT}{_kept(slot)}",
                dict(parameters),
                dict(inputs.headers),
                locale,
            ),
            query=urlencode(parameters),
            headers=(
                *inputs.headers,
                (wire.LOCALE, locale),
                (wire.ACCEPT_LANGUAGE, locale),
                (wire.REQUESTED_BY, "site-shell"),
                (wire.MOUNT_ORIGIN, self._origin),
                (wire.MOUNT_PATHNAME, self._locales.mount(locale)),
                (wire.PUBLIC_PATHNAME, f"{wire.ACTION_PREFIX}{slot.fragment}/"),
                (wire.DEBUG, "false"),
            ),
        )


def _kept(slot: Slot) -> str:
    """What an entry holds of the answer's headers follows from the slot, so it is in the key."""
    if not slot.response_headers and not slot.set_cookies:
        return ""
    return f" {','.join(slot.response_headers)} {','.join(slot.set_cookies)}"


def operational_headers(trace: Trace, timeout: float) -> tuple[tuple[str, str], ...]:
    """Headers that differ from request to request; content must not depend on them."""
    return (
        (wire.REQUEST_ID, trace.request_id),
        (wire.TRACEPARENT, trace.traceparent()),
        (wire.DEADLINE_MS, str(max(1, int(timeout * 1000)))),
    )


def reason_of(error: ComposerError) -> str:
    """The one word by which outcomes and logs name what went wrong."""
    match error:
        case FetchError():
            return error.reason
        case SlotError():
            return "bad-slot"
        case StagingError():
            return "staging"
        case UnknownFragment():
            return "unknown-fragment"
        case RegistryError():
            return "credentials"
        case IdentityUnavailable():
            return "identity"
        case ManifestError():
            return "manifest"
    return "error"

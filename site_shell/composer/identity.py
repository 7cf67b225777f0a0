"""Who a browser is, as far as services are told of it.

The composer knows no accounts. A project that has some says so with ``use``, usually in the
``ready`` of an app; then fragments and actions whose manifest asks for an identity get a context
token, and all others nothing. Without it nobody is anybody.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeAlias

from fragment_contract import wire
from fragment_contract.manifest import Identity

from .context_tokens import ContextTokens
from .errors import IdentityUnavailable
from .light import light_dataclass
from .request import PageRequest

# Looking a session up takes a millisecond; a database that takes this long is down.
PATIENCE_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Somebody:
    """One visitor. ``subject`` is ``user:<id>`` or ``anon:<id>``, of 6 to 64 characters.

    ``former`` says which services have still to adopt what they keep under which ``anon:<id>``.
    ``set_cookie`` is the value of a Set-Cookie header that the browser has to get, or empty.
    """

    subject: str
    name: str = ""
    former: Mapping[str, str] = field(default_factory=dict)
    set_cookie: str = ""

    @property
    def is_signed_in(self) -> bool:
        return self.subject.startswith("user:")


class Identities(Protocol):
    """Who visitors are: brought by the project."""

    @property
    def cookies(self) -> frozenset[str]:
        """The names of the cookies by which visitors are known: no fragment ever sees them."""

    async def known(self, request: PageRequest) -> Somebody | None:
        """Whom the request's cookies name; None for somebody new. May raise anything."""

    def welcome(self, request: PageRequest) -> Somebody:
        """An identity for somebody new, with the cookie that it is kept in."""

    def sign_in_path(self, back: str, locale: str) -> str:
        """Where to sign in, and to come back from to a path of the site; empty if nowhere."""


# Makes of an identity for somebody new the one that he has got elsewhere at the same time.
Agree: TypeAlias = Callable[[Somebody], Awaitable[Somebody]]


class Caller:
    """The browser behind one page or one action. Asks who it is once, and only if it must."""

    def __init__(
        self,
        identities: Identities | None,
        tokens: ContextTokens | None,
        request: PageRequest,
        agree: Agree | None = None,
    ) -> None:
        self._identities = identities
        self._tokens = tokens
        self._request = request
        self._agree = agree
        self._lock: asyncio.Lock | None = None
        self._is_asked = False
        self._somebody: Somebody | None = None

    @property
    def set_cookie(self) -> str:
        """What the browser has to be told, now that somebody has asked who it is."""
        return self._somebody.set_cookie if self._somebody is not None else ""

    async def headers(self, fragment: str, identity: Identity) -> tuple[tuple[str, str], ...]:
        """What the service of a fragment is told. Raises IdentityUnavailable."""
        if identity == "none" or self._identities is None or self._tokens is None:
            return ()
        somebody = await self.somebody(anew=identity == "required")
        if somebody is None:
            return ()
        service = fragment.partition("/")[0]
        former = somebody.former.get(service, "")
        token = self._tokens.token(service, somebody.subject, somebody.name, former)
        return ((wire.AUTHORIZATION, f"Bearer {token}"),)

    async def somebody(self, *, anew: bool = False) -> Somebody | None:
        """Who it is; with ``anew`` somebody new is given an identity."""
        if self._identities is None:
            return None
        if self._lock is None:
            # Slots of one page ask at the same time, and must not become several people.
            self._lock = asyncio.Lock()
        async with self._lock:
            if not self._is_asked:
                self._somebody = await self._known(self._identities)
                self._is_asked = True
            if self._somebody is None and anew:
                newcomer = self._identities.welcome(self._request)
                self._somebody = await self._agree(newcomer) if self._agree else newcomer
            return self._somebody

    async def _known(self, identities: Identities) -> Somebody | None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await identities.known(self._request)
        except Exception as error:
            # An empty cart would be a lie; "not available" is the truth.
            raise IdentityUnavailable(f"{type(error).__name__}: {error}") from error


@light_dataclass(frozen=True, slots=True)
class Callers:
    """Makes callers; one per process."""

    identities: Identities | None = None
    tokens: ContextTokens | None = None

    def of(self, request: PageRequest, agree: Agree | None = None) -> Caller:
        """The caller behind a request; ``agree`` has the last word on who somebody new is."""
        return Caller(self.identities, self.tokens, request, agree)


NO_CALLERS: Final = Callers()
NOBODY: Final = NO_CALLERS.of(PageRequest("GET", "/", "", {}))


def use(make: Callable[[], Identities]) -> None:
    """Let visitors be known; ``make`` is called when the composer's parts are put together."""
    _used[:] = [make]


def in_use() -> Identities | None:
    """The identities of this project, newly made."""
    return _used[0]() if _used else None


_used: list[Callable[[], Identities]] = []

"""Who is asking: the visitor that a context token names, once its signature has been checked.

``@fragment(..., identity="optional")`` asks for it, or ``@my_fragment.action("toggle",
identity="required")``; then ``visitor(request)`` says who it is. Nothing else in a request may:
a query, a form field or a cookie is what the browser likes to claim.

The settings (or environment variables) ``CONTEXT_TOKEN_ISSUER`` and ``CONTEXT_TOKEN_JWKS_URL`` say
whose tokens count, ``CONTEXT_TOKEN_AUDIENCE`` which name of this service they must carry.
"""

import re
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from . import wire
from ._keys import RemoteKeys
from .context_token import Trust
from .errors import InvalidToken
from .project import setting

if TYPE_CHECKING:
    from django.http import HttpRequest

    from .manifest import Identity

_ATTRIBUTE: Final = "_fragment_visitor"
_BEARER: Final = re.compile(r"[Bb]earer +(\S+) *")
SETTINGS: Final = ("CONTEXT_TOKEN_ISSUER", "CONTEXT_TOKEN_JWKS_URL", "CONTEXT_TOKEN_AUDIENCE")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever is in front of the browser, as the shell vouches for it.

    ``subject`` is ``user:<id>`` after signing in and ``anon:<id>`` before: at most 64 of the
    characters ``A-Z a-z 0-9 : _ -``. It is what a service keeps things under. ``name`` is how the
    person wants to be called, or empty. ``former`` is the ``anon:<id>`` of a person who has signed
    in since, while this service has not adopted yet what it keeps under that.
    """

    subject: str
    name: str = ""
    former: str = ""

    @property
    def is_signed_in(self) -> bool:
        return self.subject.startswith("user:")


def visitor(request: "HttpRequest") -> Visitor | None:
    """The visitor of a request to a fragment or an action; None if no token came with it.

    Where ``identity`` is ``none`` it is always None, and where it is ``required`` never.
    """
    found: Visitor | None = getattr(request, _ATTRIBUTE, None)
    return found


def take_visitor(request: "HttpRequest", identity: "Identity") -> None:
    """Check the token of a request, and remember whom it names.

    Raises InvalidToken, and KeysUnavailable if it cannot be checked now.
    """
    if identity == "none":
        return
    header = request.headers.get(wire.AUTHORIZATION, "")
    if not header:
        if identity == "required":
            raise InvalidToken("there is no context token, and this needs one")
        return
    match = _BEARER.fullmatch(header)
    if not match:
        raise InvalidToken(f"{wire.AUTHORIZATION} is not of the form 'Bearer <context token>'")
    subject, name, former = current_trust().read(match[1], now=time.time())
    setattr(request, _ATTRIBUTE, Visitor(subject, name, former))


def current_trust() -> Trust:
    """Whom this service believes. Raises ImproperlyConfigured if it does not say."""
    return _overridden[-1] if _overridden else _trust(*[setting(name) for name in SETTINGS])


@lru_cache(maxsize=8)
def _trust(issuer: str, jwks_url: str, audience: str) -> Trust:
    from django.core.exceptions import ImproperlyConfigured

    given = dict(zip(SETTINGS, (issuer, jwks_url, audience), strict=True))
    if missing := [name for name, value in given.items() if not value]:
        raise ImproperlyConfigured(
            f"a fragment with an identity needs the settings {', '.join(missing)}"
        )
    return Trust(issuer, audience, RemoteKeys(jwks_url))


# Put here by ``fragment_contract.testing.identity`` for the length of a test.
_overridden: list[Trust] = []

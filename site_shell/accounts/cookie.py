"""The visitor's cookie: an anonymous id or the key of a session, signed by the shell.

It is set by answers to actions, by private fragments and by account pages; never by a public page,
which a cache could give to somebody else together with the cookie.
"""

import re
import secrets
from dataclasses import dataclass
from typing import Any, Final

from django.core import signing

from ..composer.audience import cookie_value

# Browsers keep no cookie for longer than 400 days; a cart is worth keeping for a year.
COOKIE_SECONDS: Final = 365 * 86_400
SESSION_SECONDS: Final = 30 * 86_400
_SALT: Final = "site_shell.accounts.visitor"
_MAX_BYTES: Final = 512
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{20,64}")


@dataclass(frozen=True, slots=True)
class Card:
    """What a cookie says: one of the two is not empty. A row says whether the session lives."""

    anonymous: str = ""
    session: str = ""


@dataclass(frozen=True, slots=True)
class VisitorCookie:
    """Reads and writes the cookie. ``https``: the site's, and then the cookie's as well."""

    https: bool

    @property
    def name(self) -> str:
        # Browsers take a __Host- cookie only from this very host, over https and for all paths.
        return "__Host-visitor" if self.https else "visitor"

    def read(self, header: str) -> Card | None:
        """What a Cookie header says; None without the cookie, or with one that is not ours."""
        value = cookie_value(header, self.name)
        if not value or len(value) > _MAX_BYTES:
            return None
        try:
            found = signing.loads(value, salt=_SALT, max_age=COOKIE_SECONDS)
        except Exception:
            # Not only BadSignature: signing lets zlib's and json's errors through.
            return None
        return _card_of(found)

    def anonymous(self, ident: str) -> str:
        """The Set-Cookie header of somebody new."""
        return self._line(signing.dumps({"a": ident}, salt=_SALT), COOKIE_SECONDS)

    def session(self, key: str) -> str:
        """The Set-Cookie header of somebody who has signed in.

        It outlives its session, whose row lasts longer with each use.
        """
        return self._line(signing.dumps({"s": key}, salt=_SALT), COOKIE_SECONDS)

    def cleared(self) -> str:
        """The Set-Cookie header that takes it away."""
        return self._line("", 0)

    def _line(self, value: str, seconds: int) -> str:
        secure = "; Secure" if self.https else ""
        about = f"Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
        return f"{self.name}={value}; {about}"


def new_key() -> str:
    """A name that nobody can guess: 160 bits."""
    return secrets.token_urlsafe(20)


def _card_of(found: Any) -> Card | None:
    match found:
        case {"a": str(ident)} if _KEY.fullmatch(ident):
            return Card(anonymous=ident)
        case {"s": str(key)} if _KEY.fullmatch(key):
            return Card(session=key)
    return None

"""What the composer and the gateway want to know of a visitor."""

from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings

from ..composer import notices
from ..composer.frames import PAGE, PREFIX
from ..composer.identity import Somebody
from ..composer.locales import Locales
from ..composer.notices import NO_NOTICES
from ..composer.request import PageRequest
from .adopting import LATER, Taker
from .closing import LATER as CLOSURES
from .cookie import VisitorCookie, new_key
from .sessions import SESSIONS, Sessions

SIGN_IN = "/account/sign-in/"


@dataclass(frozen=True, slots=True)
class ShopIdentities:
    """Visitors of the shop: anonymous ones by their cookie, shoppers by their session."""

    cookie: VisitorCookie
    sessions: Sessions
    locales: Locales

    @classmethod
    def from_settings(cls) -> "ShopIdentities":
        """Those of this project."""
        codes = tuple(code for code, _ in settings.LANGUAGES)
        return cls(own_cookie(), SESSIONS, Locales(codes, by_path=settings.LANGUAGES_BY_PATH))

    @property
    def cookies(self) -> frozenset[str]:
        return frozenset({self.cookie.name})

    async def known(self, request: PageRequest) -> Somebody | None:
        """Whom the cookie names; whose session has ended is somebody new."""
        card = self.cookie.read(request.headers.get("cookie", ""))
        if card is None:
            return None
        if card.anonymous:
            return Somebody(f"anon:{card.anonymous}")
        signed_in = await self.sessions.find(card.session)
        if signed_in is None:
            return None
        CLOSURES.consider()
        if signed_in.former:
            taker = Taker(signed_in.shopper, signed_in.subject, signed_in.name)
            await LATER.consider(taker, signed_in.former, self.locales.of(request))
            # Perhaps there is no former identity any more.
            signed_in = await self.sessions.find(card.session) or signed_in
        told = self._told_later(signed_in.shopper, request)
        return Somebody(signed_in.subject, signed_in.name, signed_in.former, told)

    def _told_later(self, shopper: int, request: PageRequest) -> str:
        """The cookie with which the next page tells what services said to a later try.

        It comes with a part of a page: actions and pages have a word of their own about it.
        """
        is_part = PREFIX in request.path and not request.path.endswith(f"/{PAGE}")
        said = LATER.take_said(shopper) if is_part else NO_NOTICES
        if not said:
            return ""
        waiting = notices.read(request.headers.get("cookie", "")) or NO_NOTICES
        return notices.set_cookie(waiting + said, https=self.cookie.https)

    def welcome(self, request: PageRequest) -> Somebody:
        """A new anonymous visitor."""
        ident = new_key()
        return Somebody(f"anon:{ident}", set_cookie=self.cookie.anonymous(ident))

    def sign_in_path(self, back: str, locale: str) -> str:
        """The sign-in page, in the visitor's language."""
        return f"{self.locales.link(SIGN_IN, locale)}?next={quote(back, safe='/')}"


def own_cookie() -> VisitorCookie:
    """The cookie of this site."""
    return VisitorCookie(https=settings.SITE_ORIGIN.startswith("https://"))

"""What all account pages have in common: the site's layout, the visitor, and ways to answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final, TypeAlias

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

from ..composer import bridge, notices
from ..composer.adapter import django_response, page_request, set_cookie_line
from ..composer.conf import runtime
from ..composer.notices import NO_NOTICES, Level, Notice, Notices
from ..composer.request import trace_of
from .cookie import Card
from .identities import own_cookie
from .models import Session, Shopper
from .sessions import session_of

# Of the page templates; its variable ``answer`` is what we have to say.
TEMPLATE: Final = "account.html"
ACCOUNT: Final = "account/"
CHANGED: Final[Mapping[str, object]] = {"visitor:changed": {}}


@dataclass(frozen=True, slots=True)
class Visit:
    """Who is at an account page, in which language, and where its links lead."""

    locale: str
    mount: str
    card: Card
    session: Session | None

    @property
    def shopper(self) -> Shopper | None:
        return self.session.shopper if self.session else None

    def link(self, path: str = "") -> str:
        """An account page in the visitor's language: ``sign-in/``."""
        return f"{self.mount}{ACCOUNT}{path}"


AccountView: TypeAlias = Callable[..., HttpResponseBase]


def account_view(view: AccountView) -> AccountView:
    """Give a view the visitor and the language; protect its forms; let nobody keep its answer."""

    @wraps(view)
    def around(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # Django looks at the Host header only when it is asked for it.
        request.get_host()
        locales = runtime().site.locales
        locale, _ = locales.split(request.path)
        card = own_cookie().read(request.headers.get("cookie", "")) or Card()
        session = session_of(card.session) if card.session else None
        visit = Visit(locale, locales.mount(locale), card, session)
        with translation.override(locale):
            return view(request, visit, *args, **kwargs)

    return never_cache(csrf_protect(around))


def page(
    request: HttpRequest,
    visit: Visit,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponseBase:
    """An account page with the site around it."""
    values = {"visit": visit, "shopper": visit.shopper, "link": visit.link(), **(context or {})}
    html = render_to_string(f"accounts/{template}.html", values, request=request)
    asked = page_request(request)
    answer = bridge.run(
        runtime().composer.whole_pages.around(
            TEMPLATE,
            {"page_path": asked.path},
            asked,
            trace_of(asked.headers),
            content=html.encode(),
            status=status,
        )
    )
    return django_response(answer, is_async=False)


def go(
    path: str,
    *said: Notice,
    events: Mapping[str, object] | None = None,
    and_also: Notices = NO_NOTICES,
) -> HttpResponse:
    """To another page, which tells what happened."""
    response = HttpResponse(status=303, headers={"location": path})
    told = Notices(said, events or {}) + and_also
    if told:
        https = runtime().site.is_https
        set_cookie_line(response, notices.set_cookie(told, https=https))
    return response


def note(text: Any, level: Level = "success") -> Notice:
    return Notice(str(text), level)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """What a form without the right token gets; Django logs the reason."""
    locales = runtime().site.locales
    locale, _ = locales.split(request.path)
    visit = Visit(locale, locales.mount(locale), Card(), None)
    with translation.override(locale):
        return page(request, visit, "csrf", status=403)

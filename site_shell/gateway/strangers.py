"""What becomes of an action that a service refuses for want of a sign-in (401)."""

from collections.abc import Collection
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _
from fragment_contract import wire

from ..composer.identity import Caller
from ..composer.own_path import is_own_path
from ..composer.site import Site
from ..composer.transport import FetchResponse
from .forwarding import Post
from .returning import page_before
from .saying import Said, said_in
from .verdict import GoTo, Refused, Verdict

UNAUTHORIZED: Final = 401


async def stranger(
    post: Post, response: FetchResponse, caller: Caller, site: Site, events: Collection[str]
) -> Verdict:
    """To the sign-in page and back, if that can help.

    Back is where the service's ``Location`` says, or else the page that the form stood on. What
    the service says in words is better than what can be said of any action.
    """
    if "error" in (response.header(wire.WWW_AUTHENTICATE) or ""):
        # Keys or clocks differ: no visitor can mend that.
        return Refused(503, "the service does not accept our context token")
    somebody = await caller.somebody()
    if somebody is not None and somebody.is_signed_in:
        return Refused(403, "the service wants a sign-in of somebody who is signed in")
    identities = site.callers.identities
    locale = site.locales.of(post.request)
    path = identities.sign_in_path(_back(post, response, site), locale) if identities else ""
    if not path:
        return Refused(403, "the service wants a sign-in, and there is none")
    said = said_in(response.header(wire.HX_TRIGGER), events)
    if said.events:
        return GoTo(path, said)
    with translation.override(locale):
        message = _("Please sign in first. Then try again.")
    return GoTo(path, Said({"notification:show": {"message": message, "level": "info"}}))


def _back(post: Post, response: FetchResponse, site: Site) -> str:
    location = response.header("location") or ""
    return location if is_own_path(location) else page_before(post, site)

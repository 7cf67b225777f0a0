"""What becomes of an action that a service refuses for want of a sign-in (401)."""

from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _
from fragment_contract import wire

from ..composer.identity import Caller
from ..composer.site import Site
from ..composer.transport import FetchResponse
from .forwarding import Post
from .returning import page_before
from .saying import Said
from .verdict import GoTo, Refused, Verdict

UNAUTHORIZED: Final = 401


async def stranger(post: Post, response: FetchResponse, caller: Caller, site: Site) -> Verdict:
    """To the sign-in page and back, if that can help."""
    if "error" in (response.header(wire.WWW_AUTHENTICATE) or ""):
        # Keys or clocks differ: no visitor can mend that.
        return Refused(503, "the service does not accept our context token")
    somebody = await caller.somebody()
    if somebody is not None and somebody.is_signed_in:
        return Refused(403, "the service wants a sign-in of somebody who is signed in")
    identities = site.callers.identities
    locale = site.locales.of(post.request)
    path = identities.sign_in_path(page_before(post, site), locale) if identities else ""
    if not path:
        return Refused(403, "the service wants a sign-in, and there is none")
    with translation.override(locale):
        message = _("Please sign in first. Then try again.")
    return GoTo(path, Said({"notification:show": {"message": message, "level": "info"}}))

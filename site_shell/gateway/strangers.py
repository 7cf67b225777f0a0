"""What becomes of an action that a service refuses for want of a sign-in (401)."""

from typing import Final
from urllib.parse import urlsplit

from django.utils import translation
from django.utils.translation import gettext as _
from fragment_contract import wire

from ..composer.identity import Caller
from ..composer.site import Site
from ..composer.transport import FetchResponse
from .forwarding import Post
from .saying import Said
from .verdict import PATH, GoTo, Refused, Verdict

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
    path = identities.sign_in_path(_back(post, site), locale) if identities else ""
    if not path:
        return Refused(403, "the service wants a sign-in, and there is none")
    with translation.override(locale):
        message = _("Please sign in first. Then try again.")
    return GoTo(path, Said({"notification:show": {"message": message, "level": "info"}}))


def _back(post: Post, site: Site) -> str:
    """The page from which the action was sent."""
    home = site.locales.mount(site.locales.of(post.request))
    try:
        parts = urlsplit(post.request.headers.get("referer", ""))
    except ValueError:
        return home
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    is_own = f"{parts.scheme}://{parts.netloc}".lower() == site.origin.lower()
    is_host = parts.netloc.lower() == post.request.host.lower()
    return path if (is_own or is_host) and PATH.fullmatch(path) else home

"""Which actions a service gets to hear of, as far as the gateway can tell by itself."""

import logging

from ..composer.errors import IdentityUnavailable
from ..composer.identity import Caller
from ..composer.measures import Measures
from ..composer.release import Release
from ..composer.site import Site
from .content import Content, Unread
from .forwarding import METHODS, Method, Post, why_unreadable
from .limits import Counters
from .same_origin import why_foreign
from .verdict import Refused

logger = logging.getLogger(__name__)


class Stop(Exception):
    """The request goes no further."""

    def __init__(self, status: int, reason: str, **headers: str) -> None:
        super().__init__(reason)
        self.verdict = Refused(status, reason, tuple(headers.items()))


class Admission:
    """What an action has to pass. No body is larger than ``max_bytes``, whatever is declared."""

    def __init__(
        self, *, site: Site, counters: Counters, measures: Measures, max_bytes: int
    ) -> None:
        self._site = site
        self._counters = counters
        self._measures = measures
        self._max_bytes = max_bytes

    async def admit(self, post: Post, caller: Caller) -> Method:
        """The method of an action that may be carried out, as far as the gateway knows."""
        method = self._checked(post)
        visitor = await visitor_of(caller)
        if wait := await self._counters.wait(visitor=visitor, address=post.address):
            self._measures.count("actions_held", reason="too-many")
            reason = f"too many in a minute; the next one in {wait} s"
            raise Stop(429, reason, **{"retry-after": str(wait)})
        return method

    def _checked(self, post: Post) -> Method:
        """Everything that can be decided without asking anybody."""
        method = post.method
        if method is None:
            raise not_allowed(METHODS)
        scheme = self._site.origin.partition("://")[0]
        own = {self._site.origin, f"{scheme}://{post.request.host}".lower()}
        if foreign := why_foreign(post.request.headers, own):
            raise Stop(403, foreign)
        if unreadable := why_unreadable(post):
            raise Stop(415, unreadable)
        # The action may take less; its manifest will tell.
        if int(post.request.headers.get("content-length") or 0) > self._max_bytes:
            raise Stop(413, f"a body of more than {self._max_bytes} bytes")
        return method

    async def read(self, post: Post, release: Release, max_bytes: int) -> None:
        """Have the whole body, or stop."""
        try:
            content = await post.body.read(min(max_bytes, self._max_bytes))
            if content.file is not None and not _takes_parts(release):
                whole = Content(await content.whole(), None, content.size, content.digest)
                post.body.close()
                post.body.content = whole
        except Unread as unread:
            raise Stop(unread.status, "the body was not read to its end") from None
        except OSError as error:
            logger.error("a body cannot be kept: %s", error)
            raise Stop(503, "the body cannot be kept") from error


async def visitor_of(caller: Caller, *, anew: bool = False) -> str:
    """Whom the browser names; empty if it names nobody, or nobody can tell."""
    try:
        somebody = await caller.somebody(anew=anew)
    except IdentityUnavailable:
        return ""
    return somebody.subject if somebody else ""


def _takes_parts(release: Release) -> bool:
    """Whether a body can be sent to it in parts: functions and signatures need all of it."""
    return release.url.startswith("http") and release.credentials != "SignatureV4"


def not_allowed(methods: tuple[str, ...]) -> Stop:
    """The answer to a method that an action does not have."""
    return Stop(405, f"the method is none of {', '.join(methods)}", allow=", ".join(methods))

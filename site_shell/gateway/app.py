"""Actions as an ASGI application, in front of Django: which would read a whole body into memory.

What is no action, or comes for a foreign host, is Django's to answer.
"""

import logging
import re
from collections.abc import Callable
from typing import Final

from fragment_contract import wire

from ..composer.lane import App, Receive, Scope, Send, request_of
from ..composer.reply import Answer
from ..composer.request import trace_of
from ..composer.site import Site
from ..composer.whole import WholePages
from .content import Body, VisitorGone
from .forwarding import Post
from .handling import Gateway
from .stream import SECONDS, Stream, send_after

logger = logging.getLogger(__name__)

_PREFIX: Final = wire.ACTION_PREFIX.encode()
_NAME: Final = rb"[-a-zA-Z0-9_]+"
_PATH: Final = re.compile(_PREFIX + rb"(%b/%b)/(%b)(/.*)?" % (_NAME, _NAME, _NAME), re.DOTALL)


class Actions:
    """Answers actions itself and hands all other requests to ``app``.

    ``gateway`` is asked for at each action. ``seconds`` is the time for a small body.
    """

    def __init__(
        self,
        app: App,
        *,
        gateway: Callable[[], Gateway],
        site: Site,
        pages: WholePages,
        seconds: float = SECONDS,
    ) -> None:
        self._app = app
        self._gateway = gateway
        self._site = site
        self._pages = pages
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection of the server."""
        found = _PATH.fullmatch(scope["raw_path"]) if scope["type"] == "http" else None
        request = request_of(scope) if found else None
        if found is None or request is None or not self._site.is_host(request.host):
            await self._app(scope, receive, send)
            return
        stream = Stream(receive, request, self._seconds)
        post = Post(
            fragment=found[1].decode(),
            action=found[2].decode(),
            request=request,
            trace=trace_of(request.headers),
            body=Body(stream),
            address=(scope.get("client") or ("",))[0],
            rest=(found[3] or b"").decode("latin-1"),
        )
        try:
            answer = await self._answer(post)
        except VisitorGone:
            return
        finally:
            post.body.close()
        await send_after(stream, answer, send)

    async def _answer(self, post: Post) -> Answer:
        try:
            # Whoever clicks twice goes away from the first click: what was begun is finished.
            return await self._gateway().handle(post)
        except VisitorGone:
            raise
        except Exception:
            logger.exception("action %.500s", post.request.path)
            return await self._pages.error(post.request, post.trace, 500)

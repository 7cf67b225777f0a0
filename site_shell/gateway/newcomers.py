"""What somebody new does at the same time in several places is done by one visitor.

Before the first answer no cookie names him, and each of his actions would make him somebody else;
the browser would keep one of them, and lose what the others did. So the site's script sends a key
along, which it has made up and which only pages of this origin can read. Whoever brings the same
key within a minute is the same newcomer.

No other site can make a browser send a header of ours, so nobody can give a browser a key that he
knows. A key that somebody finds later is worth nothing: docs/decisions/0047.
"""

import re
from typing import Any, Final

from django.core.cache.backends.base import BaseCache

from ..composer.errors import CacheUnavailable
from ..composer.identity import Agree, Somebody
from ..composer.store.backend import Backend, add
from .forwarding import Post
from .keys import scoped

HEADER: Final = "first-visit"
# Longer than the first answer takes, with an upload before it; from then on there is the cookie.
SECONDS: Final = 60
# A random UUID, as site.js makes them: what is shorter could be guessed.
_KEY: Final = re.compile(r"[0-9a-f]{32}")


def first_visit(post: Post) -> str:
    """What a newcomer's actions have in common; empty if nothing is known of that."""
    given = post.request.headers.get(HEADER, "")
    return scoped(HEADER, given) if _KEY.fullmatch(given) else ""


class Newcomers:
    """Remembers, for all processes, who somebody new has become a moment ago."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def with_key(self, key: str) -> Agree | None:
        """How all who bring a key agree on who they are; None without one."""
        if not key:
            return None
        name = f"newcomer:{key}"

        async def agree(newcomer: Somebody) -> Somebody:
            own = (newcomer.subject, newcomer.set_cookie)
            try:
                first = await self._backend.run(lambda cache: _first(cache, name, own))
            except CacheUnavailable:
                return newcomer
            match first:
                case (str(subject), str(cookie)):
                    return Somebody(subject, set_cookie=cookie)
            return newcomer

        return agree


def _first(cache: BaseCache, name: str, own: tuple[str, str]) -> Any:
    """What the first one brought; None if the cache has thrown it out in this moment."""
    return own if add(cache, name, own, SECONDS) else cache.get(name)

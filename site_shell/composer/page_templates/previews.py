"""Versions of the page templates that members of staff look at before everybody does.

A link that ``manage.py pages preview`` signs sets a signed cookie; whoever has it gets the pages of
that version until it expires. Nobody else does: such pages are never kept, and say what they are.
"""

import asyncio
import logging
import threading
from typing import Final

from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from ..audience import PREVIEW_COOKIE, cookie_value
from ..configuration import settings
from ..errors import PageTemplateError, TemplatesUnavailable
from .page_set import PageSet
from .reading import read_set, texts_of
from .versions import TemplateVersions

logger = logging.getLogger(__name__)

PREVIEW_PATH: Final = "_composer/preview/"
MAX_SECONDS: Final = 8 * 3600
_SALT: Final = "site_shell.composer.previews"
_MAX_HELD: Final = 4


def sign(version: str) -> str:
    """A token with which a version can be looked at for ``MAX_SECONDS``."""
    return TimestampSigner(salt=_SALT).sign(version)


def unsign(token: str) -> str:
    """The version of a token. Raises BadSignature."""
    return TimestampSigner(salt=_SALT).unsign(token, max_age=MAX_SECONDS)


class Previews:
    """Opens versions that are looked at. ``versions`` is None where templates have none."""

    def __init__(self, versions: TemplateVersions | None) -> None:
        self._versions = versions
        self._held: dict[str, PageSet] = {}
        self._lock = threading.Lock()

    async def pages(self, cookie: str) -> PageSet | None:
        """The pages that a Cookie header asks for. Raises PageTemplateError.

        None if it asks for none, or for what it may not: then the visitor is like all others.
        """
        token = cookie_value(cookie, PREVIEW_COOKIE)
        if not token or self._versions is None:
            return None
        try:
            version = unsign(token)
        except BadSignature as error:
            logger.warning("preview refused: %s", type(error).__name__)
            return None
        held = self._held.get(version)
        # A storage is not asked on the event loop.
        return held or await asyncio.to_thread(self._open, self._versions, version)

    def _open(self, versions: TemplateVersions, name: str) -> PageSet:
        with self._lock:
            if (held := self._held.get(name)) is not None:
                return held
            try:
                files = versions.load(name).files
            except TemplatesUnavailable as error:
                raise PageTemplateError(f"preview of {name}: {error}") from error
            pages, problems = read_set(texts_of(files), PageSet(), preview=name)
            for problem in problems:
                where = f"{problem.file}:{problem.line}"
                logger.error("preview of %s: %s: %s", name, where, problem.message)
            while len(self._held) >= _MAX_HELD:
                del self._held[next(iter(self._held))]
            self._held[name] = pages
            return pages


def preview_view(request: HttpRequest, token: str) -> HttpResponse:
    """``GET /_composer/preview/<token>`` begins a preview, ``.../off`` ends it."""
    response: HttpResponse
    if token == "off":
        response = HttpResponseRedirect("/")
        response.delete_cookie(PREVIEW_COOKIE)
    else:
        try:
            unsign(token)
        except BadSignature as error:
            logger.warning("preview link refused: %s", type(error).__name__)
            text = (
                "This link is not, or no longer, good. 'manage.py pages preview' makes another.\n"
            )
            response = HttpResponse(text, status=403, content_type="text/plain; charset=utf-8")
        else:
            response = HttpResponseRedirect("/")
            response.set_cookie(
                PREVIEW_COOKIE,
                token,
                max_age=MAX_SECONDS,
                httponly=True,
                samesite="Lax",
                secure=settings.SITE_ORIGIN.startswith("https://"),
            )
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response

"""What browsers report about broken policies: bounded, counted, and some of it logged.

Anybody can post here. So nothing of it is believed, kept or repeated beyond a few short facts, and
after so many lines in a minute there is only the count.
"""

import json
import logging
import re
import time
from collections.abc import Awaitable, Callable, Iterator
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from fragment_contract.csp import DIRECTIVES

from .csp import site_directives
from .measures import Measures

logger = logging.getLogger(__name__)

MAX_BYTES: Final = 16_384
MAX_REPORTS: Final = 20  # in one request: browsers collect them
LINES_A_MINUTE: Final = 30
_MINUTE: Final = 60.0
_LEGACY: Final = "application/csp-report"
_TYPES: Final = frozenset({_LEGACY, "application/reports+json"})
# Anything else would let strangers make up counters.
_KNOWN: Final = frozenset(
    {
        *DIRECTIVES,
        *site_directives((), https=True),
        *(f"{what}-src-{part}" for what in ("script", "style") for part in ("elem", "attr")),
    }
)
_UNPRINTABLE: Final = re.compile(r"[^\x20-\x7e]")


class CspReports:
    """Takes reports. One per process; ``clock`` gives monotonic seconds."""

    def __init__(self, measures: Measures, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._measures = measures
        self._clock = clock
        self._minute = 0
        self._lines = 0

    def take(self, body: bytes, content_type: str) -> HTTPStatus:
        """The status of the answer; what can be understood is counted and logged."""
        if content_type not in _TYPES:
            return HTTPStatus.UNSUPPORTED_MEDIA_TYPE
        if len(body) > MAX_BYTES:
            self._measures.count("csp_reports", directive="refused")
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        try:
            document = json.loads(body)
        except (ValueError, RecursionError):
            self._measures.count("csp_reports", directive="malformed")
            return HTTPStatus.BAD_REQUEST
        for directive, blocked, page in _reports(document, content_type):
            self._measures.count("csp_reports", directive=directive)
            if self._may_log():
                text = "csp violation: directive=%s blocked=%s page=%s"
                logger.warning(text, directive, blocked, page)
        return HTTPStatus.NO_CONTENT

    def _may_log(self) -> bool:
        minute = int(self._clock() // _MINUTE)
        if minute != self._minute:
            self._minute, self._lines = minute, 0
        self._lines += 1
        if self._lines == LINES_A_MINUTE + 1:
            logger.warning(
                "csp violations: more than %d in a minute, the rest is only counted", LINES_A_MINUTE
            )
        return self._lines <= LINES_A_MINUTE


def _reports(document: Any, content_type: str) -> Iterator[tuple[str, str, str]]:
    """Directive, origin of what was blocked, and path of the page."""
    if content_type == _LEGACY:
        entries = [document.get("csp-report")] if isinstance(document, dict) else []
        names = ("effective-directive", "blocked-uri", "document-uri")
    else:
        found = document if isinstance(document, list) else []
        entries = [
            item.get("body")
            for item in found[:MAX_REPORTS]
            if isinstance(item, dict) and item.get("type") == "csp-violation"
        ]
        names = ("effectiveDirective", "blockedURL", "documentURL")
    for entry in entries:
        if isinstance(entry, dict):
            directive, blocked, page = (str(entry.get(name, "")) for name in names)
            known = directive if directive in _KNOWN else "unknown"
            yield known, _origin(blocked), _path(page)


def _origin(url: str) -> str:
    """Scheme and host, or a word like ``inline``: the rest of a URL may hold what is private."""
    try:
        parts = urlsplit(url[:2048])
    except ValueError:
        return "malformed"
    text = f"{parts.scheme}://{parts.netloc}" if parts.netloc else url[:40]
    return _UNPRINTABLE.sub("?", text[:120])


def _path(url: str) -> str:
    try:
        return _UNPRINTABLE.sub("?", urlsplit(url[:2048]).path[:200])
    except ValueError:
        return "malformed"


def csp_report_view(reports: CspReports) -> Callable[[HttpRequest], Awaitable[HttpResponse]]:
    """The view for ``csp.REPORT_PATH``."""

    # Browsers send these by themselves, without cookie or token.
    @csrf_exempt
    async def csp_report(request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            response = HttpResponse(status=405, headers={"Allow": "POST"})
        else:
            kind = (request.content_type or "").lower()
            try:
                body = request.read(MAX_BYTES + 1)
            except OSError:
                body = b""
            response = HttpResponse(status=reports.take(body, kind))
        response["Cache-Control"] = "no-store"
        return response

    return csp_report

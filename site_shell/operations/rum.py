"""What visitors' browsers measured: checked, counted, forgotten. No visitor is kept in mind.

Anybody can send such numbers, so they are bounded in size, rate, names and values; what is made up
within those bounds cannot be told from what is true.
"""

import json
import math
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from ..composer.conf import Runtime, runtime
from ..composer.latency import bucket_of
from ..composer.request import BadRequest, decode_path

MAX_BYTES: Final = 8_192
MAX_VITALS: Final = 60
# The largest value that is believed, and how many of our units one of it is. CLS has no unit.
_LIMITS: Final = {
    "lcp": (60_000, 1),
    "inp": (60_000, 1),
    "ttfb": (60_000, 1),
    "load": (60_000, 1),
    "cls": (10, 1_000),
}
_PER_SECOND: Final = 50.0
_BURST: Final = 500.0
Vital = tuple[str, str, float]


class Tap:
    """Lets so many through in a second, and some more after a pause."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._left = _BURST
        self._at = clock()

    def take(self) -> bool:
        """Whether one more may come in."""
        with self._lock:
            now = self._clock()
            self._left = min(_BURST, self._left + (now - self._at) * _PER_SECOND)
            self._at = now
            if self._left < 1:
                return False
            self._left -= 1
            return True


_tap = Tap()


@never_cache
@require_POST
def rum(request: HttpRequest) -> HttpResponse:
    """Take one page's numbers. The answer is empty, whatever they are worth."""
    if not settings.RUM_SAMPLE_PERCENT:
        return HttpResponse(status=404)
    parts = runtime()
    verdict, status = _take(request, parts)
    parts.measures.count("rum_beacons", verdict=verdict)
    return HttpResponse(status=status)


def _take(request: HttpRequest, parts: Runtime) -> tuple[str, int]:
    if request.headers.get("dnt") == "1" or request.headers.get("sec-gpc") == "1":
        return "unwanted", 204
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return "foreign", 403
    if not _tap.take():
        return "too-many", 429
    if int(request.headers.get("content-length") or 0) > MAX_BYTES:
        return "too-large", 413
    try:
        page, vitals = read(request.body[: MAX_BYTES + 1], parts)
    except ValueError:
        return "malformed", 400
    for metric, subject, value in vitals:
        parts.traffic.vital(metric, subject or f"page {page}", bucket_of(value))
    return "taken", 204


def read(body: bytes, parts: Runtime) -> tuple[str, list[Vital]]:
    """The name of the page, and what can be believed. Raises ValueError for anything else."""
    if len(body) > MAX_BYTES:
        raise ValueError("too long")
    try:
        told = json.loads(body)
    except RecursionError as error:
        raise ValueError("too deep") from error
    if not isinstance(told, dict) or not isinstance(told.get("vitals"), list):
        raise ValueError("not an object with a list of vitals")
    if len(told["vitals"]) > MAX_VITALS:
        raise ValueError("too many")
    return _page(told.get("path"), parts), list(_vitals(told["vitals"], parts))


def _page(path: object, parts: Runtime) -> str:
    try:
        match = parts.library.current().match(decode_path(str(path)))
    except BadRequest as error:
        raise ValueError("no path") from error
    return match.page.name if match else "(other)"


def _vitals(given: list[Any], parts: Runtime) -> Iterator[Vital]:
    fragments = frozenset(parts.registry.fragments())
    services = {name.partition("/")[0] for name in fragments} | {"site_shell"}
    for one in given:
        if not (isinstance(one, list) and len(one) == 3):
            raise ValueError("not three values")
        metric, subject, value = one
        # An integer of any length may come, which math.isfinite does not take.
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        is_number = is_whole or (isinstance(value, float) and math.isfinite(value))
        is_known = isinstance(metric, str) and metric in _LIMITS and isinstance(subject, str)
        if not is_known or not is_number:
            raise ValueError("no measurement")
        most, factor = _LIMITS[metric]
        known = services if metric == "load" else fragments | {""}
        # A fragment that was killed meanwhile is no mistake of the visitor's.
        if 0 <= value <= most and subject in known:
            yield metric, subject, value * factor

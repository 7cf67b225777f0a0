"""The response headers of a page, derived from what its slots got."""

import math
import re
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Final

from .csp import REPORT_PATH
from .field_lines import Header
from .outcome import Outcome

Headers = Sequence[Header]

HTML: Final = "text/html; charset=utf-8"
NO_STORE: Final = "no-store"
# A page without fragments changes only when a template does.
STATIC_PAGE_SECONDS: Final = 60
_MAX_TAGS_BYTES: Final = 8192
_ETAG: Final = re.compile(r'(?:W/)?("[^"]*")')


_HSTS: Final = "max-age=31536000; includeSubDomains; preload"
# What no page of a shop needs, and an injected frame or script could misuse.
_FEATURES: Final = (
    *("browsing-topics", "camera", "display-capture", "geolocation", "microphone", "payment"),
    *("serial", "usb"),
)


def security_headers(policy: str, *, https: bool) -> dict[str, str]:
    """Headers of every answer of the shell; ``policy`` is its Content-Security-Policy."""
    return {
        "content-security-policy": policy,
        "reporting-endpoints": f'csp="{REPORT_PATH}"',
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": ", ".join([f"{feature}=()" for feature in _FEATURES]),
        **file_headers(https=https),
    }


def file_headers(*, https: bool) -> dict[str, str]:
    """The part of them that files have, too."""
    headers = {
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "strict-origin-when-cross-origin",
    }
    if https:
        headers["strict-transport-security"] = _HSTS
    return headers


def cache_control(outcomes: Sequence[Outcome], now: float, until: float = math.inf) -> str:
    """How long a shared cache may keep a page: as long as the strictest of its slots allows.

    Browsers keep it to ask again with its ETag, and nothing longer: a purge does not reach them,
    and a shopper should not see a price that was changed. ``until`` (epoch seconds) is when other
    releases get into the page.
    """
    policies = [outcome.policy for outcome in outcomes]
    if not all(outcome.is_sound for outcome in outcomes):
        return NO_STORE
    if any(policy.no_store or policy.private for policy in policies):
        return NO_STORE
    on_error = min([policy.stale_if_error for policy in policies], default=0)
    return shared_control(min(fresh_until(outcomes, now), until) - now, on_error)


def shared_control(seconds: float, on_error: int) -> str:
    """The Cache-Control of a public page that is fresh for so many seconds."""
    if seconds < 1:
        return "no-cache"
    tail = f", stale-if-error={on_error}" if on_error else ""
    return f"public, max-age=0, s-maxage={int(seconds + 0.001)}{tail}"


def fresh_until(outcomes: Sequence[Outcome], now: float) -> float:
    """The time (epoch seconds) until which every slot of the page is fresh."""
    ends = [o.fetched_at + o.policy.max_age - o.policy.age for o in outcomes]
    return min(ends, default=now + STATIC_PAGE_SECONDS)


def etag(body: bytes) -> str:
    """A strong validator: the same bytes have the same one, in every process."""
    return f'"{blake2b(body, digest_size=12).hexdigest()}"'


def matches(if_none_match: str | None, tag: str) -> bool:
    """Whether an If-None-Match header names the validator (or is ``*``).

    >>> matches('W/"a", "b"', '"b"'), matches('"c"', '"b"'), matches(None, '"b"')
    (True, False, False)
    """
    if not if_none_match:
        return False
    return if_none_match.strip() == "*" or tag in _ETAG.findall(if_none_match)


def surrogate_key(outcomes: Iterable[Outcome]) -> str:
    """All tags by which the page can be purged; empty if they are too many to be told.

    A page whose tags do not fit could not be purged, so its caller makes it ``no-store``.
    """
    text = " ".join(sorted(set().union(*(outcome.tags for outcome in outcomes))))
    return text if len(text) <= _MAX_TAGS_BYTES else ""


def server_timing(outcomes: Iterable[Outcome], *, is_cached: bool = False) -> str:
    """What the slots known before the first byte took, for the browser's developer tools.

    ``total`` is when the last of them was there, so that the head could be sent. ``is_cached``:
    for the next request for the same page, which gets it from memory.
    """
    facts = [
        (o.slot.fragment.replace("/", "-"), *(("cached", 0.0) if is_cached else (o.kind, o.ms)))
        for o in outcomes
    ]
    entries = [f"{name};desc={kind};dur={ms:.1f}" for name, kind, ms in facts]
    total = max((ms for _, _, ms in facts), default=0.0)
    return ", ".join([*entries, f"total;dur={total:.1f}"])


def encode(headers: Iterable[tuple[str, str]]) -> list[Header]:
    """Headers as they go on the wire. Empty values are left out."""
    return [(name.encode("ascii"), value.encode("latin-1")) for name, value in headers if value]

"""What is behind a page, on the page: for the one member of staff who asked for it.

Comments around the slots, which no layout sees, and at the end of the page a table that needs no
script. ``static/composer/overlay.js`` makes a panel and outlines of it. Nothing is inline, so the
page's policy stays as it is.
"""

import time
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.template.loader import render_to_string

from .asking import Ask
from .filling import Filling
from .outcome import Outcome
from .page import Layout
from .reply import Answer
from .request import PageRequest
from .visit import Visit

# Where overrides and faults are set.
STAGING_PATH: Final = "/_composer/staging/"
_END: Final = b"</body>"
_LEAST_MS: Final = 10.0
# The width of a row of the waterfall, in its own units.
_WIDTH: Final = 1000


@dataclass(frozen=True, slots=True)
class Row:
    """One slot as the table shows it. Times are in ms from the page's start."""

    position: int
    fragment: str
    owner: str
    address: str
    release: str
    chosen_by: str
    is_staged: bool
    outcome: str
    why: str
    age: str
    began: float
    ms: float
    size: int
    assets: tuple[str, ...]
    start: int
    width: int


def wants_overlay(request: PageRequest, layout: Layout) -> bool:
    """Whether the page is to tell what is behind it; a part of a page never does."""
    staging = request.audience.staging
    return staging is not None and staging.overlay and not layout.is_part


def marked(layout: Layout) -> Layout:
    """The layout with a comment before and after each slot."""
    body: list[bytes | int] = []
    for piece in layout.body:
        if isinstance(piece, bytes):
            body.append(piece)
        else:
            body += f"<!--slot {piece}-->".encode(), piece, f"<!--/slot {piece}-->".encode()
    return replace(layout, body=tuple(body))


def uncoded(request: PageRequest) -> PageRequest:
    """The request of a browser that knows no compression: what is sent is still changed."""
    headers = {k: v for k, v in request.headers.items() if k != "accept-encoding"}
    return replace(request, headers=headers)


def overlaid(answer: Answer, panel: Callable[[], bytes]) -> Answer:
    """The answer with the panel at the end of its body, made when the slots have their ends."""
    if not isinstance(answer.body, bytes):
        answer.body = _streamed(answer.body, panel)
    elif answer.body:
        answer.body = _with(panel(), answer.body)
        length = str(len(answer.body)).encode()
        headers = [header for header in answer.headers if header[0] != b"content-length"]
        answer.headers = [*headers, (b"content-length", length)]
    return answer


def panel(
    request: PageRequest, visit: Visit, page: str, filling: Filling, notes: Sequence[str]
) -> bytes:
    """The table of the page's slots."""
    staging = request.audience.staging
    total = visit.ms
    ends = [outcome.ms for outcome in filling.outcomes if outcome is not None]
    scale = max([_LEAST_MS, *ends])
    context = {
        "page": page,
        "rows": [_row(filling, position, request, scale) for position in range(len(filling.slots))],
        "total": total,
        "scale": scale,
        "budget": visit.budget.seconds * 1000,
        "staging": staging,
        "minutes": max(0, int((staging.expires - time.time()) / 60)) if staging else 0,
        "notes": notes,
        "request_id": visit.trace.request_id,
        "manage": STAGING_PATH,
        "path": request.path,
    }
    return render_to_string("composer/overlay.html", context).encode()


def _row(filling: Filling, position: int, request: PageRequest, scale: float) -> Row:
    slot, ask, outcome = filling.slots[position], filling.asks[position], filling.outcomes[position]
    began, ms = (outcome.began_ms, outcome.ms) if outcome else (0.0, 0.0)
    return Row(
        position=position,
        fragment=slot.fragment,
        owner=(ask.release.owner if ask else "") or slot.fragment.partition("/")[0],
        address=ask.release.url if ask else "",
        release=(outcome.release if outcome else "") or (ask.release.version if ask else ""),
        chosen_by=_chosen_by(ask, request),
        is_staged=bool((ask and ask.staged) or (outcome and outcome.is_staged)),
        outcome=outcome.kind if outcome else "not awaited",
        why=_why(outcome),
        age=_age(outcome),
        began=began,
        ms=ms,
        size=len(outcome.html) if outcome else 0,
        assets=tuple([asset.url for asset in outcome.assets]) if outcome else (),
        start=int(began / scale * _WIDTH),
        width=max(4, int((ms - began) / scale * _WIDTH)),
    )


def _chosen_by(ask: Ask | None, request: PageRequest) -> str:
    if ask is None:
        return ""
    if ask.staged is not None:
        return str(ask.staged)
    if ask.slot.strategy != "default":
        return f"strategy {ask.slot.strategy}"
    if ask.release.default:
        return "default"
    return f"cohort {request.audience.cohort}" if request.audience.cohort else "rollout"


def _why(outcome: Outcome | None) -> str:
    if outcome is None:
        return "the page was decided before"
    return " – ".join(part for part in (outcome.reason, outcome.via, outcome.detail) if part)


def _age(outcome: Outcome | None) -> str:
    if outcome is None or outcome.kind not in {"cached", "stale"}:
        return ""
    return f"{max(0.0, time.time() - outcome.fetched_at):.0f} s"


def _with(panel: bytes, body: bytes) -> bytes:
    end = body.rfind(_END)
    return body[:end] + panel + body[end:] if end >= 0 else body + panel


async def _streamed(
    parts: AsyncGenerator[bytes, None], panel: Callable[[], bytes]
) -> AsyncGenerator[bytes, None]:
    """What ends the body is held back until all that comes before it is sent."""
    held = b""
    try:
        async for part in parts:
            if held:
                held += part
                continue
            end = part.rfind(_END)
            sent, held = (part[:end], part[end:]) if end >= 0 else (part, b"")
            if sent:
                yield sent
        yield _with(panel(), held)
    finally:
        await parts.aclose()

"""For tests: a fake fragment service on a real socket, and the HTML of a real one. No Django."""

from .markup import Element, parse
from .replies import (
    Answer,
    BreakOff,
    Drip,
    Endless,
    Gate,
    GzipBomb,
    Hang,
    Raw,
    Received,
    Reply,
)
from .server import FakeFragmentServer

__all__ = [
    "Answer",
    "BreakOff",
    "Drip",
    "Element",
    "Endless",
    "FakeFragmentServer",
    "Gate",
    "GzipBomb",
    "Hang",
    "Raw",
    "Received",
    "Reply",
    "parse",
]

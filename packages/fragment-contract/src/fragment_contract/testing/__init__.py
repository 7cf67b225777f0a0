"""A fake fragment service on a real socket, for people who write composers. No Django."""

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
    "Endless",
    "FakeFragmentServer",
    "Gate",
    "GzipBomb",
    "Hang",
    "Raw",
    "Received",
    "Reply",
]

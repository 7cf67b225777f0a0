"""Log lines: one per slot and one per page, cheap enough to keep on the hot path.

``logging`` costs about ten microseconds a record, a cached page thirty. So the part of a line
that does not change from request to request is formatted once (``tail``), and lines are put
together and written in batches, a moment later.
"""

import atexit
import json
import logging
import sys
import time
from asyncio import AbstractEventLoop, get_running_loop
from collections import deque
from collections.abc import Callable, Mapping
from functools import lru_cache
from threading import Lock
from typing import Literal, get_args

LogFormat = Literal["text", "json"]
Level = Literal["info", "warning", "error"]
Value = str | int | float

_FLUSH_AFTER = 0.05
_FLUSH_AT = 512


class JsonFormatter(logging.Formatter):
    """For ``logging`` itself: time, level, logger and message of a record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line of JSON; line breaks in messages stay inside it."""
        line = {
            "time": timestamp(record.created),
            "level": record.levelname.lower(),
            "event": "log",
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def timestamp(seconds: float) -> str:
    """The time in UTC to the millisecond.

    >>> timestamp(1.5)
    '1970-01-01T00:00:01.500Z'
    """
    whole, part = divmod(int(seconds * 1000), 1000)
    return f"{_second(whole)}.{part:03d}Z"


# All lines of a second begin alike.
@lru_cache(maxsize=4)
def _second(whole: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole))


class LineLog:
    """Collects lines of many requests and writes them together.

    ``write`` gets whole lines as one text; by default it is standard error, looked up when it
    is needed.
    """

    def __init__(
        self,
        form: LogFormat = "text",
        *,
        level: str = "INFO",
        write: Callable[[str], object] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._json = form == "json"
        levels = logging.getLevelNamesMapping()
        threshold = levels.get(level, logging.INFO)
        # Called whenever lines are written: what can wait until then is done for many at once.
        self.on_flush: Callable[[], None] = _nothing
        self._wanted = {name for name in get_args(Level) if levels[name.upper()] >= threshold}
        self._write = write or _write_stderr
        self._clock = clock
        self._waiting: deque[tuple[float, str, tuple[str, ...]]] = deque()
        self._scheduled: AbstractEventLoop | None = None
        self._writing = Lock()
        # The loop of a background thread ends with the process, without another turn.
        atexit.register(self.flush)

    def tail(self, level: Level, fields: Mapping[str, Value]) -> str:
        """The unchanging part of a line; empty if the level is not wanted."""
        if level not in self._wanted:
            return ""
        if self._json:
            return json.dumps({"level": level} | dict(fields), ensure_ascii=False)[1:]
        words = [f"{name}={_word(value)}" for name, value in fields.items() if value != ""]
        return f" {level.upper()} {' '.join(words)}"

    def measured(self, tail: str, ms: float, size: int) -> str:
        """A tail with what is seldom twice the same at its end: a time, and a number of bytes."""
        if not tail:
            return ""
        if self._json:
            return f'{tail[:-1]}, "ms": {ms:.1f}, "bytes": {size}}}'
        return f"{tail} ms={ms:.1f} bytes={size}"

    def add(self, request_id: str, tails: tuple[str, ...]) -> None:
        """Note that these lines are to be written for a request, now or in a moment."""
        self._waiting.append((self._clock(), request_id, tails))
        if len(self._waiting) >= _FLUSH_AT:
            self.flush()
        elif self._scheduled is None or self._scheduled.is_closed():
            self._schedule()

    def flush(self) -> None:
        """Write what is waiting. From any thread: what was added before is written afterwards."""
        with self._writing:
            self._flush()

    def _flush(self) -> None:
        self._scheduled = None
        self.on_flush()
        lines: list[str] = []
        while self._waiting:
            seconds, request_id, tails = self._waiting.popleft()
            if self._json:
                start = f'{{"time": "{timestamp(seconds)}", "request_id": "{request_id}", '
            else:
                start = f"{timestamp(seconds)} {request_id}"
            lines += [f"{start}{tail}\n" for tail in tails if tail]
        if lines:
            self._write("".join(lines))

    def _schedule(self) -> None:
        try:
            loop = get_running_loop()
        except RuntimeError:
            self.flush()
        else:
            self._scheduled = loop
            loop.call_later(_FLUSH_AFTER, self.flush)


def _nothing() -> None:
    """Nothing waits for the log."""


def _word(value: Value) -> str:
    if isinstance(value, str):
        return _quoted(value)
    return f"{value:.1f}" if isinstance(value, float) else str(value)


# The same few words come again and again.
@lru_cache(maxsize=4096)
def _quoted(text: str) -> str:
    # Whatever could be taken for another field, or another line, is quoted.
    is_plain = text.isascii() and text.isprintable() and not {" ", '"'} & set(text)
    return text if is_plain else json.dumps(text)


def _write_stderr(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()

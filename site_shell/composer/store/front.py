"""The hottest entries of this process, as they are, for about a second."""

from collections.abc import Callable

from .entry import Entry

# Larger bodies are read from the cache each time: a full front must fit in a small container.
_MAX_BODY = 128 * 1024


class Front:
    """A small dictionary with two limits: how many entries, and for how long.

    It saves unpickling and a round trip. What it costs: a purge that another process received
    is seen here up to ``seconds`` later.
    """

    def __init__(self, *, seconds: float, entries: int, clock: Callable[[], float]) -> None:
        self._seconds = seconds
        self._entries = entries
        self._clock = clock
        self._held: dict[str, tuple[Entry, float]] = {}

    def get(self, key: str) -> Entry | None:
        held = self._held.get(key)
        if held is None or self._clock() >= held[1]:
            return None
        return held[0]

    def put(self, key: str, entry: Entry, *, certain_for: float) -> None:
        """Hold an entry, for no longer than it is certain (seconds) that it was not purged."""
        now = self._clock()
        until = min(now + self._seconds, now + certain_for, entry.fresh_until)
        if until <= now or len(entry.body) > _MAX_BODY:
            return
        # Taken out first, so that the order of the dictionary is the order of arrival.
        self._held.pop(key, None)
        self._held[key] = (entry, until)
        while len(self._held) > self._entries:
            self._held.pop(next(iter(self._held)), None)

    def clear(self) -> None:
        self._held.clear()

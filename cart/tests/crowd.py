"""Shoppers who act at the same moment, each over a connection of its own."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier
from typing import Any

from django.core.management import call_command
from django.db import connection

SIZE = 8


class Crowd:
    """Threads that start together on one real database."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool

    def at_once(self, *acts: Callable[[], Any]) -> list[Any]:
        """What comes of the acts, each done by a thread of its own, all at the same moment."""
        barrier = Barrier(len(acts))

        def after_all_are_ready(act: Callable[[], Any]) -> Any:
            barrier.wait(timeout=60)
            return act()

        return list(self._pool.map(after_all_are_ready, acts))

    def one(self, act: Callable[[], Any]) -> Any:
        """Do one thing in the same database."""
        return self._pool.submit(act).result()


@contextmanager
def gathered(folder: Path) -> Iterator[Crowd]:
    """A crowd. The test database in memory has only one connection: threads get a file instead."""
    name = connection.settings_dict["NAME"]
    with ThreadPoolExecutor(SIZE) as pool:
        crowd = Crowd(pool)
        if connection.vendor == "sqlite":
            connection.settings_dict["NAME"] = str(folder / "cart.sqlite3")
            crowd.one(lambda: call_command("migrate", verbosity=0))
        try:
            yield crowd
        finally:
            crowd.at_once(*[lambda: connection.close()] * SIZE)  # noqa: PLW0108 -- its own
            connection.settings_dict["NAME"] = name

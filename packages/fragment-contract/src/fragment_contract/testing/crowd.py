"""For tests of services: many at the same moment, each over a database connection of its own.

Mark such tests with ``django_db(transaction=True)``:

def test_the_last_one_is_sold_once(crowd):
    statuses = crowd.at_once(*[order] * SIZE)
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier
from typing import Any, Final

from django.core.management import call_command
from django.db import connection

SIZE: Final = 8
# How long the first thread waits for the last one, on a machine with much else to do.
PATIENCE_SECONDS: Final = 60


class Crowd:
    """As many as ``SIZE`` threads that start together on one real database."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool

    def at_once(self, *acts: Callable[[], Any]) -> list[Any]:
        """What comes of the acts, each done by a thread of its own, all at the same moment."""
        if len(acts) > SIZE:
            raise ValueError(f"{len(acts)} acts are too many at once: a crowd has {SIZE} threads")
        barrier = Barrier(len(acts))

        def after_all_are_ready(act: Callable[[], Any]) -> Any:
            barrier.wait(PATIENCE_SECONDS)
            return act()

        return list(self._pool.map(after_all_are_ready, acts))

    def one(self, act: Callable[[], Any]) -> Any:
        """Do one thing in the same database."""
        return self._pool.submit(act).result()


@contextmanager
def gathered(folder: Path) -> Iterator[Crowd]:
    """A crowd on the test database, which in memory has one connection: then on a file in here."""
    name = connection.settings_dict["NAME"]
    with ThreadPoolExecutor(SIZE) as pool:
        crowd = Crowd(pool)
        if connection.vendor == "sqlite":
            connection.settings_dict["NAME"] = str(folder / "crowd.sqlite3")
            crowd.one(lambda: call_command("migrate", verbosity=0))
        try:
            yield crowd
        finally:
            crowd.at_once(*[_hang_up] * SIZE)
            connection.settings_dict["NAME"] = name


def _hang_up() -> None:
    # Not connection.close itself: each thread has its own connection.
    connection.close()

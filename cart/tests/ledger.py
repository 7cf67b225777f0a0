"""A payment provider with a memory that outlives the processes which ask it."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from cart.payment import DemoPayment, Receipt, Unheard

_TABLES = """
CREATE TABLE IF NOT EXISTS charged (key TEXT PRIMARY KEY, amount INTEGER, has_landed INTEGER);
CREATE TABLE IF NOT EXISTS refunded (key TEXT PRIMARY KEY REFERENCES charged, amount INTEGER);
"""


def _nothing(key: str) -> None:
    pass


@dataclass
class Ledger(DemoPayment):
    """Charges once for each key, and gives back once for each; in a file.

    ``before_landing`` and ``is_late`` come between: a charge that is late is not heard of, and
    nobody finds it, until ``land``.
    """

    file: Path
    before_landing: Callable[[str], None] = _nothing
    is_late: bool = False

    def charge(self, key: str, amount_minor: int, currency: str, method: str) -> Receipt:
        receipt = super().charge(key, amount_minor, currency, method)
        self.before_landing(key)
        with self._open() as rows:
            values = (key, amount_minor, not self.is_late)
            rows.execute("INSERT OR IGNORE INTO charged VALUES (?, ?, ?)", values)
        if self.is_late:
            raise Unheard(key)
        return receipt

    def land(self) -> None:
        """Let every charge come that was sent and is not there yet."""
        with self._open() as rows:
            rows.execute("UPDATE charged SET has_landed = 1")

    def find(self, key: str) -> Receipt | None:
        with self._open() as rows:
            found = rows.execute("SELECT 1 FROM charged WHERE key = ? AND has_landed", (key,))
            return Receipt(f"demo-{key}") if found.fetchone() else None

    def refund(self, receipt: Receipt, amount_minor: int, currency: str) -> None:
        values = (receipt.reference.removeprefix("demo-"), amount_minor)
        with self._open() as rows:
            rows.execute("INSERT OR IGNORE INTO refunded VALUES (?, ?)", values)

    def balance(self) -> dict[str, tuple[int, int]]:
        """What was charged and given back under each key."""
        with self._open() as rows:
            found = rows.execute(
                "SELECT key, charged.amount, coalesce(refunded.amount, 0)"
                " FROM charged LEFT JOIN refunded USING (key) WHERE has_landed"
            )
            return {key: (charged, refunded) for key, charged, refunded in found}

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.file, timeout=20)) as rows, rows:
            rows.executescript(_TABLES)
            rows.execute("PRAGMA foreign_keys = ON")  # nobody is given back what was not charged
            yield rows

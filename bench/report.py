"""What was measured: a table for people, JSON for comparing runs."""

import json
import platform
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

from .baseline import Comparison
from .baseline import table as comparison_table
from .choosing import Choosing
from .choosing import table as choosing_table
from .latency import Moments
from .load import Round


@dataclass(slots=True)
class Row:
    """One thing measured under load.

    ``target_us`` is what was promised, if anything was; ``group`` names the rows that do the same
    work, of which the first one is what the others are compared with. ``accept_encoding`` is what
    is asked for.
    """

    name: str
    target_us: float | None = None
    group: str = ""
    accept_encoding: str = ""
    rounds: list[Round] = field(default_factory=list)

    @property
    def cpu_us(self) -> float:
        return median(one.cpu_us for one in self.rounds)

    @property
    def best_us(self) -> float:
        return min(one.cpu_us for one in self.rounds)

    @property
    def per_second(self) -> float:
        return median(one.per_second for one in self.rounds)


@dataclass(slots=True)
class Report:
    """All rows of a run; the first one is what the others are compared with."""

    cores: str
    page_bytes: int
    rows: list[Row]
    moments: list[Moments] = field(default_factory=list)
    choosing: list[Choosing] = field(default_factory=list)
    before: list[Comparison] = field(default_factory=list)
    memory: str = ""

    def table(self) -> str:
        """The table that is printed."""
        base = self.rows[0].cpu_us
        lines = [
            f"{self.cores}; the page has {self.page_bytes:,} bytes; medians",
            "",
            f"{'':34}{'CPU us':>15}{'best':>8}{'x nginx':>9}{'x lane':>8}{'requests/s':>12}"
            f"{'target':>9}",
        ]
        for row in self.rows:
            target = f"<= {row.target_us:.0f}" if row.target_us else ""
            lines.append(
                f"{row.name:34}{row.cpu_us:15.1f}{row.best_us:8.1f}{row.cpu_us / base:9.1f}"
                f"{self._ratio(row):>8}{row.per_second:12,.0f}{target:>9}"
                f"{_verdict(row.cpu_us, row.target_us)}"
            )
        if self.moments:
            first = [one.first_byte for one in self.moments]
            last = [one.last_byte_after_slowest for one in self.moments]
            lines += [
                "",
                "fragments that take 0, 50 and 300 ms"
                + f"{'median ms':>13}{'best':>9}{'target':>9}",
                _latency("first byte after the request", first, 2),
                _latency("last byte after the slowest one", last, 3),
            ]
        if self.choosing:
            lines += ["", choosing_table(self.choosing)]
        if self.before:
            lines += ["", comparison_table(self.before)]
        return "\n".join(lines)

    def _ratio(self, row: Row) -> str:
        """What a row costs, in terms of the lane's for the same work."""
        same = [one for one in self.rows if row.group and one.group == row.group]
        return f"{row.cpu_us / same[0].cpu_us:.2f}" if same else ""

    def write(self, folder: Path) -> Path:
        """Write the run as JSON, under its time."""
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{time.strftime('%Y%m%d-%H%M%S')}.json"
        figures = {
            row.name: {
                "cpu_us": round(row.cpu_us, 2),
                "best_us": round(row.best_us, 2),
                "per_second": round(row.per_second),
                "target_us": row.target_us,
                "rounds": [asdict(one) for one in row.rounds],
            }
            for row in self.rows
        }
        document = {
            "python": platform.python_version(),
            "machine": platform.machine(),
            "cores": self.cores,
            "page_bytes": self.page_bytes,
            "load": figures,
            "latency_ms": [asdict(one) for one in self.moments],
            "choosing": [asdict(one) for one in self.choosing],
            "before": [asdict(one) for one in self.before],
        }
        file.write_text(json.dumps(document, indent=1))
        return file


def _latency(name: str, values: list[float], target: float) -> str:
    middle = median(values)
    return (
        f"{name:36}{middle:13.2f}{min(values):9.2f}{f'<= {target:.0f}':>9}"
        f"{_verdict(middle, target)}"
    )


def _verdict(value: float, target: float | None) -> str:
    if target is None:
        return ""
    return "  met" if value <= target else "  MISSED"

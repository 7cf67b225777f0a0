"""Opening hours in words: days in a row with the same hours are told together."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.utils import dates, formats

from .models import OpeningHours


@dataclass(frozen=True, slots=True)
class Span:
    """Days from one to another (both included, counted from Monday = 0) with the same hours."""

    first: int
    last: int
    times: tuple[tuple[str, str], ...]  # "10:00", "18:00"

    @property
    def days(self) -> str:
        """The days in the active language: “Mon–Fri”, or one alone."""
        first = str(dates.WEEKDAYS_ABBR[self.first])
        return first if self.first == self.last else f"{first}–{dates.WEEKDAYS_ABBR[self.last]}"

    @property
    def clock(self) -> str:
        """The times in words: “10:00–18:00”."""
        return ", ".join(f"{opens}–{closes}" for opens, closes in self.times)


def spans(hours: Iterable[OpeningHours]) -> list[Span]:
    """Put days together that follow each other and have the same hours."""
    by_day = {
        day: tuple((_clock(row.opens), _clock(row.closes)) for row in rows)
        for day, rows in groupby(
            sorted(hours, key=lambda row: (row.weekday, row.opens)), key=lambda row: row.weekday
        )
    }
    found: list[Span] = []
    for day, times in by_day.items():
        if found and found[-1].last == day - 1 and found[-1].times == times:
            found[-1] = Span(found[-1].first, day, times)
        else:
            found.append(Span(day, day, times))
    return found


def in_one_line(hours: Iterable[OpeningHours]) -> str:
    """All of it as one text: “Mon–Fri 10:00–18:00; Sat 10:00–16:00”."""
    return "; ".join(f"{span.days} {span.clock}" for span in spans(hours))


def _clock(time: datetime.time) -> str:
    return formats.time_format(time, "H:i")

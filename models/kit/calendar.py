"""Working days and the deadlines counted in them.

The days are those of the State Council's yearly notices (data/calendar_cn.json). Counting starts the next
day; a last day that is not a working day rolls forward.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

_DAY = timedelta(days=1)
_NOTICES = json.loads((Path(__file__).parent / "data" / "calendar_cn.json").read_text(encoding="utf-8"))


class Counts(StrEnum):
    """Which days a limit counts."""

    WORKING = "WORKING"
    CALENDAR = "CALENDAR"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A last day; provisional while the calendar of its year is not known and plain weekends are assumed."""

    due_on: date
    provisional: bool


def is_working_day(day: date) -> bool:
    """Whether offices work: Monday to Friday without holidays, and the weekend days made up for them."""
    return day in _MAKE_UP_DAYS or (day.weekday() < 5 and day not in _HOLIDAYS)


def add_days(start: date, days: int, counts: Counts) -> Deadline:
    """The deadline `days` counted days after `start`."""
    if days < 0:
        raise ValueError("a limit is never negative")
    due_on = start
    while days:
        due_on += _DAY
        days -= _counted(due_on, counts)
    while not is_working_day(due_on):
        due_on += _DAY
    return Deadline(due_on, provisional=due_on > KNOWN_UNTIL)


def extend(due_on: date, paused_on: date, resumed_on: date, counts: Counts) -> Deadline:
    """The deadline moved by the counted days lost after `paused_on`, up to and with `resumed_on`."""
    return add_days(due_on, days_between(paused_on, resumed_on, counts), counts)


def working_days_between(first: date, last: date) -> int:
    """Working days after `first`, up to and with `last`; negative when `last` comes first (days overdue)."""
    return days_between(first, last, Counts.WORKING)


def days_between(first: date, last: date, counts: Counts) -> int:
    """Counted days after `first`, up to and with `last`; negative when `last` comes first."""
    if last < first:
        return -days_between(last, first, counts)
    return sum(_counted(day, counts) for day in _days(first + _DAY, last))


def _counted(day: date, counts: Counts) -> bool:
    return counts == Counts.CALENDAR or is_working_day(day)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + _DAY * n for n in range((last - first).days + 1))


_HOLIDAYS = frozenset(
    day for notice in _NOTICES for span in notice["holidays"] for day in _days(*map(date.fromisoformat, span))
)
_MAKE_UP_DAYS = frozenset(date.fromisoformat(day) for notice in _NOTICES for day in notice["make_up_days"])
KNOWN_UNTIL = date(max(notice["year"] for notice in _NOTICES), 12, 31)

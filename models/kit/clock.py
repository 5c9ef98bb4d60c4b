"""The one clock: instants are UTC, days are those of China (+08:00 all year)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8))

_offset = timedelta()
_fixed: datetime | None = None


def now() -> datetime:
    """The current instant in UTC."""
    return _fixed or datetime.now(UTC) + _offset


def today() -> date:
    """The current day in China."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """An instant as China's clocks show it."""
    return _aware(moment).astimezone(SHANGHAI)


def as_moment(value: datetime | str) -> datetime:
    """An instant as PostgreSQL (datetime) or SQLite (text) gives it."""
    return _aware(value if isinstance(value, datetime) else datetime.fromisoformat(value))


def start_of_day(day: date) -> datetime:
    """The instant, in UTC, at which `day` begins in China."""
    return datetime.combine(day, time.min, SHANGHAI).astimezone(UTC)


def set_offset(offset: timedelta) -> None:
    """Move the clock for a trial run; called once, at start."""
    global _offset
    _offset = offset


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Hold the clock at `moment` for every task and thread of the process: a means of tests and of demo data."""
    global _fixed
    before, _fixed = _fixed, _aware(moment).astimezone(UTC)
    try:
        yield
    finally:
        _fixed = before


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs an offset")
    return moment

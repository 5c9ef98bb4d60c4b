"""Values as the reader's language writes them: days, moments, money, numbers."""

from datetime import date, datetime
from typing import Any

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from models.kit import clock

_DAYS = {"zh": "y年M月d日", "en": "d MMMM y"}
_MOMENTS = {"zh": "y年M月d日 HH:mm", "en": "d MMMM y, HH:mm"}


def shown(name: str, value: Any, locale: str) -> Any:
    """A parameter of a text. One that was kept as JSON says by its name what it is: a moment ends in `_at`, a day
    in `_on`, an amount of money in `_fen`."""
    if isinstance(value, str) and value and name.endswith("_at"):
        value = datetime.fromisoformat(value)
    elif isinstance(value, str) and value and name.endswith("_on"):
        value = date.fromisoformat(value)
    elif isinstance(value, int) and name.endswith("_fen"):
        return money(value, locale)
    match value:
        case datetime():
            return moment(value, locale)
        case date():
            return day(value, locale)
        case int() | float():
            return format_decimal(value, locale=locale)
        case None:
            return ""
    return value


def day(value: date, locale: str) -> str:
    """A day: 2026年11月22日, 22 November 2026."""
    return format_date(value, _DAYS[locale], locale=locale)


def moment(value: datetime, locale: str) -> str:
    """A moment, by China's clocks: 2026年11月22日 09:05, 22 November 2026, 09:05."""
    return format_datetime(clock.local(value), _MOMENTS[locale], locale=locale)


def money(fen: int, locale: str) -> str:
    """An amount: ¥1,234.50."""
    return f"{'-' if fen < 0 else ''}¥{format_decimal(abs(fen) / 100, '#,##0.00', locale=locale)}"

"""Scalars: DateTime with an offset, Money in yuan over fen, and the date and JSON of the trade."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any, NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from models.kit import clock, money

Money = NewType("Money", int)
JSON = strawberry.scalars.JSON
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)  # Python would take weeks, too


def _parse_datetime(value: Any) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    if moment is None or moment.tzinfo is None:
        raise ValueError("a DateTime needs an offset, like 2026-03-05T09:00:00+08:00")
    for zone in (clock.SHANGHAI, UTC):
        moment.astimezone(zone)  # the ends of the calendar overflow here, not later
    return moment


def _show_datetime(value: datetime) -> str:
    return clock.local(value).isoformat()


def _parse_date(value: Any) -> date:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise ValueError("a Date is written 2026-03-05")
    day = date.fromisoformat(value)
    clock.start_of_day(day), clock.start_of_day(day + timedelta(days=1))  # as above
    return day


def _parse_money(value: Any) -> int:
    if not isinstance(value, str):
        raise ValueError("Money is a string in yuan, like 1234.50")
    return money.parse_yuan(value)


SCALARS: dict[object, ScalarDefinition] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="A moment with its offset (ISO 8601), answered at +08:00.",
        serialize=_show_datetime,
        parse_value=_parse_datetime,
    ),
    date: strawberry.scalar(
        name="Date", description="A day (ISO 8601), as China's calendar has it.",
        serialize=date.isoformat, parse_value=_parse_date,
    ),
    Money: strawberry.scalar(
        name="Money",
        description="An amount in yuan, as a decimal string with two places.",
        serialize=money.format_yuan,
        parse_value=_parse_money,
    ),
}  # fmt: skip

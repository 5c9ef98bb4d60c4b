"""Keyset pages: a cursor is the sort key of its row, so that pages neither skip nor repeat while rows come and go."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from tortoise.exceptions import ValidationError
from tortoise.expressions import Q
from tortoise.models import Model
from tortoise.queryset import QuerySet

from models.kit import db
from models.kit.codes import ErrorCode
from models.kit.errors import refuse

MAX_FIRST = 100
Row = dict[str, Any]
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Page:
    """Some rows of a list, and whether more follow."""

    rows: list[Row]
    cursors: list[str]
    has_next: bool


def check_first(first: int) -> int:
    """`first` within 1..100; refused otherwise."""
    if not 1 <= first <= MAX_FIRST:
        refuse(ErrorCode.INVALID, "first", min=1, max=MAX_FIRST)
    return first


async def page(
    found: QuerySet[M],
    columns: Sequence[str],
    *,
    first: int,
    after: str | None,
    order: Sequence[str] = ("-id",),
    renamed: dict[str, str] | None = None,
) -> Page:
    """One page of a queryset as rows. `order` names columns (`-` for descending) that together are unique;
    `renamed` maps row names to columns of related rows."""
    check_first(first)
    names = [name.lstrip("-") for name in order]
    if after is not None:
        found = found.filter(_beyond(order, _decode(after, found.model, names)))
    wanted = dict.fromkeys((*columns, *names))
    rows = await found.order_by(*order).limit(first + 1).values(*wanted, **(renamed or {}))
    shown = rows[:first]
    return Page(shown, [encode_cursor([row[name] for name in names]) for row in shown], len(rows) > first)


def _beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows after the cursor: the first differing column decides."""
    equal: dict[str, Any] = {}
    options = []
    for column, value in zip(order, values, strict=True):
        name = column.lstrip("-")
        side = "lt" if column.startswith("-") else "gt"
        options.append(Q(**equal, **{f"{name}__{side}": value}))
        equal[name] = value
    return Q(*options, join_type=Q.OR)


def encode_cursor(values: Sequence[Any]) -> str:
    """A cursor for a row's sort key."""
    plain = orjson.dumps(list(values), default=str)  # asyncpg has a UUID class of its own
    return base64.urlsafe_b64encode(plain).decode().rstrip("=")


def _decode(cursor: str, model: type[Model], names: Sequence[str]) -> list[Any]:
    return decode_cursor(cursor, [_parser(model, name) for name in names])


def _parser(model: type[Model], name: str) -> Callable[[Any], Any]:
    """How values of a column are read; `event__starts_at` is a column of a related row."""
    *relations, column = name.split("__")
    for relation in relations:
        model = model._meta.fields_map[relation].related_model  # type: ignore[attr-defined]
    field = model._meta.fields_map[column]

    def parse(value: Any) -> Any:
        found = field.to_python_value(value)
        field.validate(found)
        return found

    return parse


def decode_cursor(cursor: str, parse: Sequence[Callable[[Any], Any]]) -> list[Any]:
    """The sort key in a cursor, each value by its own parser; refused when it is none of ours."""
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != len(parse) or None in values:
            raise ValueError
        found = [parsed(value) for parsed, value in zip(parse, values, strict=True)]
        if not all(map(db.can_keep, found)):
            raise ValueError
        return found
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, ValidationError):
        refuse(ErrorCode.INVALID, "after")

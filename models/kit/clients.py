"""What both database clients share: counted statements and one retryable error."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from tortoise.exceptions import OperationalError


class RetryableError(OperationalError):
    """The database gave up on a statement that may well succeed when the whole transaction is run again."""


@dataclass
class Meter:
    """Counts the statements of one operation."""

    statements: int = 0


meter: ContextVar[Meter | None] = ContextVar("meter", default=None)


class Counting:
    """Counts what passes through a client."""

    async def execute_insert(self, query: str, values: list[Any]) -> Any:
        _count()
        return await super().execute_insert(query, values)  # type: ignore[misc]

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        _count()
        await super().execute_many(query, values)  # type: ignore[misc]

    async def execute_query(self, query: str, values: list[Any] | None = None) -> Any:
        _count()
        return await super().execute_query(query, values)  # type: ignore[misc]

    async def execute_query_dict(self, query: str, values: list[Any] | None = None) -> Any:
        _count()
        return await super().execute_query_dict(query, values)  # type: ignore[misc]


def _count() -> None:
    current = meter.get()
    if current is not None:
        current.statements += 1

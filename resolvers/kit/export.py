"""Everything held about a person: each domain adds what it holds."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from models.kit import clock

# From a member's id (None for an account without one) and an account's to plain rows, sensitive values opened.
Exporter = Callable[[UUID | None, UUID], Awaitable[Any]]

exporters: dict[str, Exporter] = {}


def exports(name: str) -> Callable[[Exporter], Exporter]:
    """Register what a domain holds about a person, under a key of the exported JSON."""

    def wrap(function: Exporter) -> Exporter:
        exporters[name] = function
        return function

    return wrap


async def everything(member_id: UUID | None, account_id: UUID) -> dict[str, Any]:
    """What every domain holds, as plain JSON."""
    held = {name: await export(member_id, account_id) for name, export in sorted(exporters.items())}
    return {"exportedAt": _plain(clock.now()), **{name: _plain(value) for name, value in held.items()}}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {camel(str(name)): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return clock.local(value).isoformat()
    return str(value) if isinstance(value, date | UUID) else value


def camel(name: str) -> str:
    """A column's name as clients have it."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)

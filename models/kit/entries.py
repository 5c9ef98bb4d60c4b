"""What somebody may keep in a calendar of their own: something with a time, or a day by which something is due."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Entry:
    """One entry: `revision` goes up whenever it has changed, also when it was called off.

    `title` is the key of a text with its parameters. A deadline has a day in `begins` and no end.
    """

    id: UUID
    revision: int
    cancelled: bool
    title: str
    begins: datetime | date
    ends: datetime | None = None
    place: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)

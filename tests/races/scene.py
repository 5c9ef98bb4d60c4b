"""The cast of a race: many members with tokens, and a service to run at."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.kit import db
from models.members import Organisation
from tests.api import Api
from tests.factories import people
from tests.live import Live, live

Answer = dict[str, Any]


@dataclass
class Course:
    """Where a race is run: a connected database, and how to start the service on it."""

    url: str
    folder: Path

    def service(self, *, without: str | None = None) -> AbstractContextManager[Live]:
        """The service, on PostgreSQL in four processes; `without` one of its guards."""
        workers = 4 if db.on_postgres() else 1
        if without is None:
            return live(self.url, self.folder, workers=workers)
        return live(self.url, self.folder, workers=workers, app="tests.races.unguarded:app", REMOVE_GUARD=without)


async def tokens(organisation: Organisation, count: int) -> list[str]:
    """Access tokens of that many members of a union."""
    async with db.transaction():
        return [await people.signed_in(await people.member(organisation)) for _ in range(count)]


async def at_once(service: Live, requests: Iterable[tuple[str, str, Answer]]) -> list[Answer]:
    """Send (token, operation, variables) all at once; the value of each answer's one field."""
    async with service.client() as http:
        answers = await asyncio.gather(*(Api(http, token).send(name, **given) for token, name, given in requests))
    for answer in answers:
        assert "errors" not in answer, answer["errors"]
    return [next(iter(answer["data"].values())) for answer in answers]


def codes(answers: Iterable[Answer]) -> Counter[str]:
    """How often each code came back; `done` for what was not refused."""
    return Counter(answer["userErrors"][0]["code"] if answer["userErrors"] else "done" for answer in answers)


async def drop_check(name: str, table: str) -> None:
    """Take away the database's own check: the second guard behind the first."""
    if db.on_postgres():
        await db.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    else:
        for change in ("insert", "update"):
            await db.execute(f"DROP TRIGGER {name}_{change}")

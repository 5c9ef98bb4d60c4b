"""The deadline of a case in the calendar of whoever may see the case."""

from typing import Any
from uuid import UUID

from models.cases import deadlines, reading
from models.kit.actor import Actor
from models.kit.entries import Entry
from resolvers.kit.action import query
from resolvers.kit.calendar import in_calendar, link
from resolvers.kit.guard import ACCOUNT


@in_calendar("case")
@query("cases.deadline", ACCOUNT)
async def deadline_entry(actor: Actor, case_id: UUID) -> Entry | None:
    """The deadline of a case that the actor may see and that was handed in."""
    row = (await reading.cases_by_id(actor, [case_id])).get(case_id)
    return await deadlines.entry(actor, row) if row and row["submitted_at"] else None


def calendar_link(actor: Actor, row: dict[str, Any]) -> str | None:
    """Where the actor's calendar finds the deadline of a case that they see; None while nothing is due."""
    return link("case", row["id"], actor) if deadlines.deadline(actor, row) else None

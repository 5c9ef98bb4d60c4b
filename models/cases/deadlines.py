"""The day that matters next in a case, as an entry of a calendar: for the applicant what they wait for or have to do,
for staff the limit of the step."""

from datetime import date
from enum import StrEnum
from typing import Any

from models.cases import reading
from models.cases.reading import is_own
from models.cases.status import FAILED, OPEN, CaseStatus
from models.kit import clock
from models.kit.actor import Actor
from models.kit.entries import Entry

Row = dict[str, Any]
S = CaseStatus


class Deadline(StrEnum):
    """What is due."""

    CORRECTION = "CORRECTION"
    DOCUMENTS = "DOCUMENTS"
    DECISION = "DECISION"
    STEP = "STEP"
    APPEAL = "APPEAL"


_COLUMNS = {
    Deadline.DOCUMENTS: "documents_due_on",
    Deadline.DECISION: "promised_on",
    Deadline.STEP: "step_due_on",
    Deadline.APPEAL: "appeal_by",
}
_ASKED = {S.CORRECTION_REQUIRED: Deadline.CORRECTION, S.ACCEPTED_PENDING_DOCUMENTS: Deadline.DOCUMENTS}


def deadline(actor: Actor, row: Row) -> Deadline | None:
    """What is due in a case that the actor sees; None for a draft and at the end."""
    status, own = S(row["status"]), is_own(actor, row)
    if status in _ASKED:
        return _ASKED[status]
    if status in FAILED:
        return Deadline.APPEAL if own and row["appeal_by"] else None
    if own and row["promised_on"] and row["decided_at"] is None:
        return Deadline.DECISION
    return Deadline.STEP if status in OPEN and row["step_due_on"] else None


async def entry(actor: Actor, row: Row) -> Entry:
    """The deadline of a case that was handed in; called off once nothing is due any more."""
    due = deadline(actor, row)
    step = row["terms"].step(row["step"])
    return Entry(
        row["id"],
        revision=row["version"],
        cancelled=due is None,
        title=f"calendar.case.{due or 'OVER'}",
        begins=await _day(row, due),
        params={"number": row["number"], "step": step.name if step else ""},
    )


async def _day(row: Row, due: Deadline | None) -> date:
    if due is Deadline.CORRECTION:
        notices = await reading.corrections([row["id"]])
        return notices[row["id"]]["due_on"]  # type: ignore[no-any-return]
    if due is None:
        return clock.local(row["finished_at"] or clock.now()).date()
    return row[_COLUMNS[due]]  # type: ignore[no-any-return]

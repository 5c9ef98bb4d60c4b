"""Queues: one row for each union above a case and above whose turn it is, written with every change."""

from datetime import date
from typing import Any
from uuid import UUID

from models.cases.kinds import type_of
from models.cases.status import OPEN, PAUSED, CaseStatus
from models.cases.tables import Case, QueueEntry
from models.kit.ids import uuid7
from models.members import Organisation, ancestor_paths

NEVER = date(9999, 12, 31)


async def enqueue(case: Case) -> set[UUID]:
    """Bring the queue rows of a case in line with it; the unions in whose queues it stands or stood until now.
    Drafts stand in no queue."""
    if case.status == CaseStatus.DRAFT or case.submitted_at is None:
        return set()
    columns = {
        "status": case.status,
        "handler_id": case.handler_id,
        "created_at": case.submitted_at,
        "due_on": due_on(case.status, case.step_due_on, case.promised_on) or NEVER,
    }
    wanted = await _unions(case)
    present: set[Any] = set(await QueueEntry.filter(case_id=case.id).values_list("organisation_id", flat=True))
    if gone := present - wanted:
        await QueueEntry.filter(case_id=case.id, organisation_id__in=list(gone)).delete()
    if present & wanted:
        await QueueEntry.filter(case_id=case.id).update(**columns)
    if new := wanted - present:
        await QueueEntry.bulk_create(
            [
                QueueEntry(id=uuid7(), organisation_id=union, case_id=case.id, kind=case.kind, **columns)
                for union in sorted(new)
            ]
        )
    return wanted | present


async def _unions(case: Case) -> set[Any]:
    """Every union on the way up from the case's own and from the one whose turn it is."""
    own = await type_of(case.kind).unions(case)
    ends = await Organisation.filter(id__in=[*own, case.acting_organisation_id]).values_list("path", flat=True)
    paths = {path for end in ends for path in ancestor_paths(str(end))}
    return set(await Organisation.filter(path__in=list(paths)).values_list("id", flat=True))


def due_on(status: str, step_due_on: date | None, promised_on: date | None) -> date | None:
    """When staff have to act next; None while they do not."""
    if status not in OPEN or status in PAUSED:
        return None
    days = [day for day in (step_due_on, promised_on) if day]
    return min(days) if days else None


def overdue(status: str, step_due_on: date | None, promised_on: date | None, today: date) -> bool:
    """True when a limit or the promise has passed while staff had to act."""
    due = due_on(status, step_due_on, promised_on)
    return due is not None and due < today

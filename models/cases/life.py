"""A case's life: every change is one guarded update, one timeline entry, and the queues brought in line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import orjson
from tortoise.expressions import F

from models.cases import timeline
from models.cases.kinds import CaseType, type_of
from models.cases.queue import enqueue
from models.cases.status import FINISHED, PAUSED, CaseAction, CaseStatus, StepActor
from models.cases.tables import Case
from models.kit import clock, signals
from models.kit.actor import Actor
from models.kit.calendar import Counts, add_days, days_between
from models.kit.codes import ErrorCode
from models.kit.errors import refuse
from models.kit.ids import drawn
from models.members import Level, Member, Organisation, ancestor_paths
from models.programmes.catalogue import Step, Terms, terms_by_id

Row = dict[str, Any]
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_ABOVE = {
    StepActor.COUNTY: (Level.COUNTY, Level.INDUSTRY),
    StepActor.AGENCY: (Level.COUNTY, Level.INDUSTRY),
    StepActor.CITY: (Level.CITY,),
}


@dataclass
class File:
    """A case under change, with what its rules need at hand."""

    case: Case
    terms: Terms
    salt: str
    path: str
    acting_path: str

    @property
    def type(self) -> CaseType:
        """How this kind of case lives."""
        return type_of(self.case.kind)

    @property
    def step(self) -> Step | None:
        """The step at which the case stands."""
        return self.terms.step(self.case.step)

    @property
    def payload(self) -> Row:
        """What a refusal may still show: the case as it is now."""
        return {"case_id": self.case.id}

    def answers(self) -> Row:
        """The applicant's answers to the programme's questions."""
        return dict(orjson.loads(self.case.answers.open(self.case.id))) if self.case.answers else {}


async def hold(case_id: UUID, applicant_id: UUID) -> bool:
    """Let nobody else change a case until the transaction ends; False when the applicant has none such."""
    return bool(await Case.filter(id=case_id, applicant_id=applicant_id).update(version=F("version")))


async def open_file(case: Case) -> File:
    """Read what the rules of a case need."""
    terms = (await terms_by_id([case.terms_id]))[case.terms_id]
    salt = await Member.get(id=case.applicant_id).only("id", "text_salt")
    paths = dict(
        await Organisation.filter(id__in=[case.organisation_id, case.acting_organisation_id]).values_list("id", "path")
    )
    return File(case, terms, salt.text_salt, paths[case.organisation_id], paths[case.acting_organisation_id])


def new_number() -> str:
    """A receipt number: the day, then seven letters and digits that cannot be mistaken for each other."""
    return f"{clock.today():%y%m%d}-{drawn(_ALPHABET, 7)}"


def check_version(file: File, version: int | None) -> None:
    """CONFLICT, with the fresh case, when the caller saw another version."""
    if version is not None and file.case.version != version:
        refuse(ErrorCode.CONFLICT, "version", payload=file.payload)


async def change(
    file: File,
    actor: Actor,
    action: CaseAction,
    *,
    to: CaseStatus | None = None,
    remark: str | None = None,
    quiet: bool = False,
    **columns: Any,
) -> None:
    """Change a case if it still is as it was read: status, columns, version, timeline and queues together.

    Raises CONFLICT when somebody was quicker. `quiet` changes (a note, say) leave the version alone.
    """
    case = file.case
    old_status, old_version = case.status, case.version
    target = to or CaseStatus(case.status)
    if to:
        columns = _clock_columns(file, to) | columns
        if to in FINISHED and not case.finished_at:
            columns["finished_at"] = clock.now()
    own = actor.member_id is not None and actor.member_id == case.applicant_id
    role = timeline.role_of(actor, None if own else file.acting_path)
    event = timeline.entry(
        case,
        file.salt,
        actor,
        role,
        action,
        from_status=old_status,
        to_status=target if to else None,
        remark=remark,
    )
    columns |= {"status": target, "timeline_count": event.number, "timeline_head": event.hash}
    if not quiet:
        columns["version"] = old_version + 1
    changed = await Case.filter(
        id=case.id, status=old_status, version=old_version, timeline_count=case.timeline_count
    ).update(**columns)
    if not changed:
        refuse(ErrorCode.CONFLICT, "version", payload=file.payload)
    for name, value in columns.items():
        setattr(case, name, value)
    await event.save()
    _tell(case, action, await enqueue(case))


def _tell(case: Case, action: CaseAction, unions: Iterable[UUID]) -> None:
    """Let those who watch a case and the queues that it stands or stood in know; of a note only staff."""
    if action is CaseAction.ADD_NOTE:
        signals.send(signals.Topic.NOTE, case.id, case.id)
        return
    signals.send(signals.Topic.CASE, case.id, case.id)
    for union in unions:
        signals.send(signals.Topic.QUEUE, union, case.id)


def _clock_columns(file: File, to: CaseStatus) -> Row:
    """The clock stops while the applicant has to act; limits move by the counted days lost."""
    case, today = file.case, clock.today()
    if to in PAUSED:
        return {"paused_on": today}
    if case.paused_on is None:
        return {}
    return {
        "paused_on": None,
        "step_due_on": _moved(
            case.step_due_on, case.paused_on, today, file.step.counts if file.step else Counts.WORKING
        ),
        "promised_on": _moved(case.promised_on, case.paused_on, today, _promise_counts(file.terms)),
    }


def _moved(due_on: date | None, paused_on: date, today: date, counts: Counts) -> date | None:
    if due_on is None:
        return None
    return add_days(due_on, days_between(paused_on, today, counts), counts).due_on


def _promise_counts(terms: Terms) -> Counts:
    return Counts(terms.limits["promised"]["counts"])


def promise(terms: Terms) -> Row:
    """The promised date of a case that is handed in today."""
    deadline = add_days(clock.today(), int(terms.limits["promised"]["days"]), _promise_counts(terms))
    return {"promised_on": deadline.due_on, "promise_provisional": deadline.provisional}


async def step_columns(file: File, step: Step | None) -> Row:
    """The columns of a case that begins a step today: whose turn, and until when."""
    if step is None:
        return {"step": None, "step_due_on": None}
    union = await Organisation.get(id=await file.type.union_at(file.case, step)).only("id", "path")
    acting = await acting_organisation(union.path, StepActor(step.actor))
    file.acting_path = acting["path"]
    return {
        "step": step.code,
        "step_due_on": add_days(clock.today(), step.days, step.counts).due_on,
        "acting_organisation_id": acting["id"],
        "handler_id": file.case.handler_id if acting["id"] == file.case.acting_organisation_id else None,
    }


async def acting_organisation(path: str, actor: StepActor) -> Row:
    """The union whose turn it is: the case's own, or the nearest above it at the step's level."""
    chain = await Organisation.filter(path__in=ancestor_paths(path)).order_by("-path").values("id", "path", "level")
    levels = _ABOVE.get(actor)
    if levels is None:
        return chain[0]
    return next((row for row in chain if row["level"] in levels), chain[-1])


async def payers(path: str) -> list[UUID]:
    """The unions whose budgets may pay, nearest above first."""
    found = await Organisation.filter(path__in=ancestor_paths(path)).order_by("-path").values_list("id", flat=True)
    return [UUID(str(id)) for id in found]

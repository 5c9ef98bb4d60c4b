"""The Case interface: what every kind of case has in common."""

from datetime import date, datetime
from typing import Any

import strawberry

from models.cases import allowed, queue, reading
from models.cases.kinds import type_of
from models.cases.status import FINISHED, PAUSED, CaseStatus, StepActor, StepKind
from models.kit import clock
from models.kit.texts import localised, text
from models.programmes.catalogue import Step
from models.programmes.tables import CaseKind
from resolvers.cases import reading as cases
from resolvers.cases.deadlines import calendar_link
from schema.cases import parts
from schema.cases.rows import typed
from schema.kit.build import batch, column, computed, interface
from schema.kit.context import Info, Row, Rows
from schema.kit.nodes import Node, node_id, reads
from schema.kit.price import Price
from schema.kit.scalars import JSON
from schema.members import Member, Organisation, organisation_by
from schema.programmes import Programme, programme_of

S = CaseStatus


def _step(row: Row, info: Info) -> Row | None:
    step: Step | None = row["terms"].step(row["step"])
    if step is None:
        return None
    paused = S(row["status"]) in PAUSED
    return {
        **vars(step),
        "actor": StepActor.APPLICANT if paused else step.actor,
        "limit": {"days": step.days, "counts": step.counts},
        "due_on": None if paused else row["step_due_on"],
    }


def _overdue(row: Row, info: Info) -> bool:
    return queue.overdue(row["status"], row["step_due_on"], row["promised_on"], clock.today())


async def _waiting_for(rows: Rows, info: Info) -> list[str | None]:
    asked = [row["id"] for row in rows if S(row["status"]) is S.CORRECTION_REQUIRED]
    notices = await reading.corrections(asked) if asked else {}
    return [_waits(row, notices.get(row["id"]), info.context.locale) for row in rows]


def _waits(row: Row, notice: Row | None, locale: str) -> str | None:
    status, step = S(row["status"]), row["terms"].step(row["step"])
    if status in FINISHED:
        return None
    if notice:
        params = {"count": len(notice["items"]), "day": notice["due_on"]}
        return text(locale, "waiting.CORRECTION_REQUIRED", params)
    if status is S.ACCEPTED_PENDING_DOCUMENTS:
        return text(locale, f"waiting.{status}", {"day": row["documents_due_on"]})
    if step is None or status is S.DRAFT:
        return text(locale, f"waiting.{status}", {"union": row["organisation_name"]})
    params = {"union": row["acting_name"], "step": localised(step.name, locale)}
    if StepKind(step.kind) is StepKind.PUBLICITY:
        return text(locale, "waiting.PUBLICITY", {"day": row["step_due_on"]})
    return text(locale, "waiting.STEP", params)


async def _allowed_actions(rows: Rows, info: Info) -> list[Any]:
    past = await allowed.past_of(info.context.actor, rows)
    found = [allowed.allowed(info.context.actor, row, past) for row in rows]
    return [[{"action": action, "to": to, "needs": list(needs)} for action, to, needs in item] for item in found]


async def _applicant(rows: Rows, info: Info) -> list[Any]:
    found = await cases.applicants(info.context.actor, [row["applicant_id"] for row in rows])
    return [found.get(row["applicant_id"]) for row in rows]


async def _handler(rows: Rows, info: Info) -> list[Any]:
    ids = [row["handler_id"] for row in rows if row["handler_id"]]
    found = await cases.accounts_by_id(info.context.actor, ids) if ids else {}
    return [found.get(row["handler_id"]) for row in rows]


async def _answers(rows: Rows, info: Info) -> list[Any]:
    found = await reading.sealed_columns(rows)
    return [found[row["id"]]["answers"] for row in rows]


async def _timeline(rows: Rows, info: Info) -> list[Any]:
    found = await reading.timelines(info.context.actor, rows)
    return [found.get(row["id"], []) for row in rows]


async def _correction(rows: Rows, info: Info) -> list[Any]:
    found = await reading.corrections([row["id"] for row in rows])
    return [found.get(row["id"]) for row in rows]


async def _documents(rows: Rows, info: Info) -> list[Any]:
    found = await reading.documents(info.context.actor, rows)
    return [found.get(row["id"], []) for row in rows]


async def _money(rows: Rows, info: Info) -> list[Any]:
    found = await reading.payments([row["id"] for row in rows])
    return [_money_of(row, found.get(row["id"], [])) for row in rows]


def _money_of(row: Row, payments: Rows) -> Row | None:
    if not type_of(row["kind"]).money:
        return None
    return {
        "requested": row["requested_fen"],
        "approved": row["approved_fen"],
        "paid": reading.paid(payments),
        "computation": row["computation"] or [{"label": "requested", "amount": row["requested_fen"]}],
        "payments": payments,
    }


_DECIDED = {
    S.APPROVED: S.APPROVED, S.FULFILLED: S.APPROVED, S.CLOSED: S.APPROVED, S.REJECTED: S.REJECTED,
    S.NOT_ACCEPTED: S.NOT_ACCEPTED, S.ACCEPTANCE_REVOKED: S.ACCEPTANCE_REVOKED,
}  # fmt: skip


async def _decision(rows: Rows, info: Info) -> list[Any]:
    decided = [row for row in rows if S(row["status"]) in _DECIDED]
    if not decided:
        return [None] * len(rows)
    sealed = await reading.sealed_columns(decided)
    programmes = {row["id"]: programme for row, programme in zip(rows, await programme_of(rows, info), strict=True)}
    return [_decision_of(row, sealed[row["id"]], programmes[row["id"]]) if row in decided else None for row in rows]


def _decision_of(row: Row, sealed: Row, programme: Row) -> Row:
    return {
        "outcome": _DECIDED[S(row["status"])],
        "reason": sealed["reason"],
        "basis": programme["basis"],
        "rule_version": row["terms"].number,
        "decided_at": row["decided_at"] or row["finished_at"],
        "appeal_by": row["appeal_by"],
    }


async def _rating(rows: Rows, info: Info) -> list[Any]:
    found = await reading.ratings([row["id"] for row in rows])
    return [found.get(row["id"]) for row in rows]


async def _eligibility(rows: Rows, info: Info) -> list[Any]:
    found = await reading.sealed_columns(rows)
    return [found[row["id"]]["assessment"] for row in rows]


def _for_staff(rows: Rows, info: Info) -> Rows:
    return [row for row in rows if reading.reads_as_staff(info.context.actor, row)]


async def _notes(rows: Rows, info: Info) -> list[Any]:
    found = await reading.notes(_for_staff(rows, info))
    return [found.get(row["id"], []) for row in rows]


async def _signatures(rows: Rows, info: Info) -> list[Any]:
    found = await reading.signatures(_for_staff(rows, info))
    return [found.get(row["id"], []) for row in rows]


async def _objections(rows: Rows, info: Info) -> list[Any]:
    ids = [row["id"] for row in _for_staff(rows, info)]
    found = await cases.objections(info.context.actor, ids) if ids else {}
    return [found.get(row["id"], []) for row in rows]


def _nothing(row: Row, info: Info) -> None:
    return None


def _none_found(row: Row, info: Info) -> list[Any]:
    return []


@interface
class Case(Node):
    """An application (for the member) and a case (for staff)."""

    id: strawberry.ID = node_id("Case")
    number: str = column("The receipt number.")
    kind: CaseKind = column("What kind of case it is.")
    status: CaseStatus = column("The coarse status, the same for every kind.")
    version: int = column("Goes up with every change; send it along to change what you saw.")
    programme: Programme = batch(programme_of, "The programme it belongs to.")
    step: parts.CaseStep | None = computed(_step, "Where it stands; null before it is handed in and at the end.")
    waiting_for: str | None = batch(_waiting_for, "Whose turn it is and for what, in one sentence; null at the end.")
    created_at: datetime = column("When the draft was begun.")
    submitted_at: datetime | None = column("When it was handed in; null for a draft.")
    promised_on: date | None = column("The promised day of the decision; moves while the clock stands still.")
    promise_provisional: bool = column("True when that day lies beyond the known calendar of working days.")
    overdue: bool = computed(_overdue, "True when a limit or the promise has passed.")
    deadline_calendar_url: str | None = computed(
        lambda row, info: calendar_link(info.context.actor, row),
        "Where the viewer's calendar finds the day that matters next (iCalendar), to be resolved against the "
        "endpoint's address: a link that opens this day for 400 days without signing in. Null while nothing is due.",
    )
    allowed_actions: list[parts.AllowedAction] = batch(
        _allowed_actions, "What the viewer can do with it now.", price=Price(points=3, size=8)
    )
    applicant: Member | None = batch(_applicant, "Who applies.")
    organisation: Organisation | None = batch(organisation_by("organisation_id"), "The applicant's union.")
    handler: parts.Handler | None = batch(_handler, "Who works it; null while nobody does.")
    answers: JSON | None = batch(_answers, "The answers to the programme's own questions.")
    form_version: int = column("The version of the questions that were answered.")
    timeline: list[parts.TimelineEntry] = batch(
        _timeline, "What happened to it, oldest first.", price=Price(points=1, size=30)
    )
    correction: parts.Correction | None = batch(_correction, "The correction notice; null when there was none.")
    documents: list[parts.CaseDocument] = batch(_documents, "The documents it needs.")
    money: parts.CaseMoney | None = batch(_money, "Its money; null for a kind that pays nothing.")
    decision: parts.Decision | None = batch(_decision, "How it was decided; null before.")
    appeal: parts.Appeal | None = computed(_nothing, "The appeal against the decision; null when there is none.")
    rating: parts.Rating | None = batch(_rating, "The applicant's rating; null before.")
    eligibility: parts.Eligibility | None = batch(_eligibility, "What the rules said when it was handed in.")
    notes: list[parts.CaseNote] = batch(
        _notes, "Notes among staff; empty for everybody else.", price=Price(points=1, size=30)
    )
    signatures: list[parts.Signature] = batch(_signatures, "Signatures of steps; empty for who is not staff.")
    objections: list[parts.Objection] = batch(_objections, "Objections to its notice; empty for who is not staff.")
    duplicates: list[parts.Duplicate] = computed(_none_found, "Other cases that may be about the same.")


async def read_cases(actor: Any, ids: Any) -> dict[Any, Row]:
    """Cases by id, each of its concrete type."""
    return {id: typed(row) for id, row in (await cases.cases_by_id(actor, ids)).items()}


async def case_of(rows: Rows, info: Info) -> list[Any]:
    """The cases of rows with a `case_id`."""
    found = await read_cases(info.context.actor, [row["case_id"] for row in rows if row.get("case_id")])
    return [found.get(row.get("case_id")) for row in rows]


reads("Case", read_cases)

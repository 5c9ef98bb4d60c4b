"""What staff do with the cases of their unions."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from models.cases import timeline, working
from models.cases.life import File, change
from models.cases.status import CaseAction, CaseStatus, StepOutcome
from models.cases.tables import CaseDocument, CaseNote
from models.cases.working import Visit
from models.kit import audit, clock, words
from models.kit.actor import CASE_ROLES, Actor
from models.kit.codes import ErrorCode
from models.kit.errors import DomainError, refuse
from models.kit.identity import InvalidValue
from models.kit.ids import parse_global_id, uuid7
from resolvers.cases import reading
from resolvers.cases.common import on_record, open_case, tell_applicant, tell_staff
from resolvers.kit.action import command, several
from resolvers.kit.guard import staff

Row = dict[str, Any]
WORKS = staff(*CASE_ROLES)
MAX_TEXT = 2000
MAX_DECISIONS = 500


class OnError(StrEnum):
    """What one refused row does to the others."""

    SKIP = "SKIP"
    ABORT_ALL = "ABORT_ALL"


# What the applicant is told when a case reaches a status.
TOLD = {
    CaseStatus.ACCEPTED: "CASE_ACCEPTED",
    CaseStatus.ACCEPTED_PENDING_DOCUMENTS: "CASE_PENDING_DOCUMENTS",
    CaseStatus.NOT_ACCEPTED: "CASE_NOT_ACCEPTED",
    CaseStatus.ACCEPTANCE_REVOKED: "CASE_ACCEPTANCE_REVOKED",
    CaseStatus.CORRECTION_REQUIRED: "CASE_CORRECTION",
    CaseStatus.APPROVED: "CASE_APPROVED",
    CaseStatus.REJECTED: "CASE_REJECTED",
    CaseStatus.FULFILLED: "CASE_FULFILLED",
    CaseStatus.CLOSED: "CASE_CLOSED",
}


@command("cases.take", WORKS)
async def take_case(actor: Actor, *, id: UUID, version: int) -> Row:
    """Become the handler of a case."""
    file = await open_case(actor, id, version)
    await working.take(file, actor, actor.account_id, CaseAction.TAKE)
    return on_record(file)


@command("cases.assign", WORKS)
async def assign_case(actor: Actor, *, id: UUID, handler_id: UUID, version: int) -> Row:
    """Make somebody else the handler: staff who work cases over the union whose turn it is."""
    file = await open_case(actor, id, version)
    if handler_id not in {row["id"] for row in await reading.handlers(file.acting_path)}:
        refuse(ErrorCode.NOT_FOUND, "handlerId", payload=file.payload)
    await working.take(file, actor, handler_id, CaseAction.ASSIGN)
    return on_record(file)


@command("cases.change_status", WORKS)
async def change_case_status(
    actor: Actor,
    *,
    id: UUID,
    to: CaseStatus,
    version: int,
    reason: str | None = None,
    amount: int | None = None,
    internal_note: str | None = None,
) -> Row:
    """Move a case within what the actor's role may do now."""
    file = await _change_status(actor, id, version, to, reason, amount)
    if internal_note:
        await _note(file, actor, words.line(internal_note, "internalNote", most=MAX_TEXT))
    return on_record(file)


async def _change_status(
    actor: Actor, id: UUID, version: int, to: CaseStatus, reason: str | None, amount: int | None
) -> File:
    file = await open_case(actor, id, version)
    reason = reason and words.line(reason, "reason", most=MAX_TEXT)
    await working.change_status(file, actor, to, reason=reason, amount=amount)
    if to in TOLD:
        await tell_applicant(file, TOLD[to])
    await tell_staff(file)
    return file


@command("cases.request_correction", WORKS)
async def request_correction(
    actor: Actor, *, id: UUID, version: int, items: Sequence[Row], due_on: date | None = None
) -> Row:
    """Ask the applicant, once, for everything that is wrong or missing."""
    file = await open_case(actor, id, version)
    if not items:
        refuse(ErrorCode.REQUIRED, "items", payload=file.payload)
    if len(items) > 50:
        refuse(ErrorCode.TOO_MANY, "items", max=50)
    plain = [_item(item, number) for number, item in enumerate(items)]
    await working.request_correction(file, actor, plain, due_on)
    await tell_applicant(file, TOLD[CaseStatus.CORRECTION_REQUIRED])
    return on_record(file)


def _item(item: Row, number: int) -> Row:
    where = f"items.{number}"
    return {
        "field": item.get("field") and words.line(item["field"], f"{where}.field", most=100),
        "document": item.get("document") and words.line(item["document"], f"{where}.document", most=100),
        "problem": item["problem"],
        "message": item.get("message") and words.line(item["message"], f"{where}.message", most=500),
    }


@command("cases.sign_step", WORKS)
async def sign_step(
    actor: Actor,
    *,
    id: UUID,
    version: int,
    step: str,
    outcome: StepOutcome,
    opinion: str | None = None,
    amount: int | None = None,
    visit: Row | None = None,
) -> Row:
    """Sign the step at which a case stands; with the last signature it moves on."""
    file = await open_case(actor, id, version)
    if step != file.case.step:
        refuse(ErrorCode.WRONG_STEP, "step", payload=file.payload)
    opinion = opinion and words.line(opinion, "opinion", most=MAX_TEXT)
    before = file.case.status
    report = _visit(actor, visit) if visit else None
    await working.sign(file, actor, outcome, opinion=opinion, amount=amount, visit=report)
    if file.case.status != before:
        await tell_applicant(file, TOLD[CaseStatus(file.case.status)])
    else:
        await tell_applicant(file, "CASE_STEP")
    await tell_staff(file)
    return on_record(file)


def _visit(actor: Actor, report: Row) -> Visit:
    """At least two visitors, named or by the account id of staff; not in the future."""
    if report["visited_on"] > clock.today():
        refuse(ErrorCode.DATE_INVALID, "visit.visitedOn")
    named = list(dict.fromkeys(words.line(v, "visit.visitors", most=60) for v in report["visitors"]))
    if len(named) < 2:
        refuse(ErrorCode.INVALID, "visit.visitors", min=2)
    ids = tuple(id for id in map(_account_id, named) if id)
    names = tuple(name for name in named if not _account_id(name))
    findings = words.line(report["findings"], "visit.findings", most=MAX_TEXT)
    return Visit(report["visited_on"], ids, names, findings)


def _account_id(text: str) -> UUID | None:
    try:
        type_name, id = parse_global_id(text)
    except InvalidValue:
        return None
    return id if type_name == "Account" else None


@command("cases.present_document", WORKS)
async def present_document(actor: Actor, *, id: UUID) -> Row:
    """Mark a document of a case as seen at the counter."""
    found = await CaseDocument.filter(id=id).values_list("case_id", flat=True)
    if not found:
        refuse(ErrorCode.NOT_FOUND, "id")
    file = await open_case(actor, UUID(str(found[0])))
    await working.present_document(file, actor, id)
    return on_record(file)


@command("cases.add_note", WORKS)
async def add_note(actor: Actor, *, id: UUID, text: str) -> Row:
    """Leave a note among staff."""
    file = await open_case(actor, id)
    await _note(file, actor, words.line(text, "text", most=MAX_TEXT))
    return on_record(file)


async def _note(file: File, actor: Actor, text: str) -> None:
    if not actor.holds(CASE_ROLES, file.acting_path) and not actor.holds(CASE_ROLES, file.path):
        refuse(ErrorCode.NOT_ALLOWED, "id", payload=file.payload)
    await working.check_not_concerned(file, actor)
    await change(file, actor, CaseAction.ADD_NOTE, quiet=True)
    id = uuid7()
    await CaseNote.create(
        id=id,
        case_id=file.case.id,
        account_id=actor.account_id,
        by_name=actor.name,
        by_role=timeline.role_of(actor, file.acting_path),
        text=timeline.seal_text(file.salt, "case_note.text", id, text),
        at=clock.now(),
    )


@several("cases.decide_many", WORKS)
async def decide_cases(
    actor: Actor,
    *,
    items: Sequence[Row],
    to: CaseStatus,
    reason: str | None = None,
    on_error: OnError = OnError.SKIP,
    idempotency_key: str | None = None,
) -> Row:
    """Move up to 500 cases alike, on the terms of `on_error`."""
    if not 1 <= len(items) <= MAX_DECISIONS:
        refuse(ErrorCode.TOO_MANY, "items", max=MAX_DECISIONS)
    if on_error is OnError.ABORT_ALL:
        made = await decide_all(actor, items=items, to=to, reason=reason, idempotency_key=idempotency_key)
        return {"results": [{"id": id, "case_id": id, "ok": True, "user_errors": []} for id in made["case_ids"]]}
    results = []
    for number, item in enumerate(items):
        key = f"{idempotency_key}.{number}" if idempotency_key else None
        results.append(await _decide_one(actor, item, to, reason, key, number))
    return {"results": results}


@command("cases.decide_all", WORKS)
async def decide_all(actor: Actor, *, items: Sequence[Row], to: CaseStatus, reason: str | None) -> Row:
    """Move cases alike: all of them or, when one is refused, none."""
    for number, item in enumerate(items):
        try:
            file = await _change_status(actor, item["id"], item["version"], to, reason, item.get("amount"))
        except DomainError as refusal:
            raise refusal.under(f"items.{number}") from refusal
        await audit.record(
            actor, "cases.change_status", target=("Case", file.case.id), subject_id=file.case.applicant_id,
            organisation_path=file.path,
        )  # fmt: skip
    return {"case_ids": [item["id"] for item in items]}


async def _decide_one(actor: Actor, item: Row, to: CaseStatus, reason: str | None, key: str | None, number: int) -> Row:
    try:
        await change_case_status(
            actor, id=item["id"], version=item["version"], amount=item.get("amount"), to=to, reason=reason,
            idempotency_key=key,
        )  # fmt: skip
    except DomainError as refusal:
        shown, problems = refusal.payload.get("case_id"), refusal.under(f"items.{number}").problems
        return {"id": item["id"], "ok": False, "case_id": shown, "user_errors": list(problems)}
    return {"id": item["id"], "ok": True, "case_id": item["id"], "user_errors": []}

"""The staff's side: accepting, asking for corrections, signing steps, deciding, fulfilling, closing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from tortoise.exceptions import IntegrityError

from models.cases import documents, life, publicity, timeline
from models.cases.filing import end_without_success
from models.cases.life import File, change
from models.cases.status import (
    FAILED,
    STAFF_MOVES,
    CaseAction,
    CaseStatus,
    Move,
    Need,
    StepKind,
    StepOutcome,
)
from models.cases.tables import Case, CaseCorrection, CasePerson, CaseSignature, CaseVisit, Payment
from models.kit import clock, db
from models.kit.actor import CASE_ROLES, Actor, Role
from models.kit.calendar import Counts, add_days
from models.kit.codes import ErrorCode
from models.kit.errors import refuse
from models.members import Member
from models.programmes import budgets
from models.programmes.catalogue import Step

Row = dict[str, Any]
S = CaseStatus


@dataclass(frozen=True)
class Visit:
    """A visit on the spot, as reported."""

    visited_on: date
    visitor_ids: tuple[UUID, ...]
    visitor_names: tuple[str, ...]
    findings: str


def move_of(file: File, actor: Actor, to: CaseStatus) -> Move:
    """The staff move to a status, if it exists now and is for one of the actor's roles; refused otherwise."""
    move = STAFF_MOVES.get((S(file.case.status), to))
    if move is None:
        refuse(ErrorCode.MOVE_NOT_ALLOWED, "to", payload=file.payload)
    if not move_fits(file.step, move):
        refuse(ErrorCode.WRONG_STEP, "to", payload=file.payload)
    if not may(actor, file.step, move, file.acting_path, file.path):
        refuse(ErrorCode.NOT_ALLOWED, "to", payload=file.payload)
    return move


def move_fits(step: Step | None, move: Move) -> bool:
    """True when a move belongs to the step; a programme without a closing step fulfils from none."""
    if not move.at:
        return True
    if step is None:
        return StepKind.FULFILMENT in move.at
    return StepKind(step.kind) in move.at or (step.vetoes and move.action is CaseAction.REJECT)


def may(actor: Actor, step: Step | None, move: Move, acting_path: str, path: str) -> bool:
    """True when the actor holds the role that a move is for, over the union whose turn it is."""
    if move.roles:
        return actor.holds(move.roles, acting_path) or actor.holds(move.roles, path)
    return actor.holds([Role(step.role) if step else Role.CLERK], acting_path)


async def check_not_concerned(file: File, actor: Actor) -> None:
    """OWN_CASE when the case is the actor's own or concerns a person of their household."""
    if actor.member_id is None:
        return
    member = await Member.get(id=actor.member_id).only("id", "id_number_index")
    if (
        actor.member_id == file.case.applicant_id
        or await CasePerson.filter(case_id=file.case.id, id_number_index=member.id_number_index).exists()
    ):
        refuse(ErrorCode.OWN_CASE, payload=file.payload)


async def change_status(file: File, actor: Actor, to: CaseStatus, *, reason: str | None, amount: int | None) -> None:
    """The general move of a case by staff, within what the actor's role has now."""
    move = move_of(file, actor, to)
    if Need.REASON in move.needs and not (reason or "").strip():
        refuse(ErrorCode.REQUIRED, "reason", payload=file.payload)
    if move.action is CaseAction.REQUEST_CORRECTION:
        refuse(ErrorCode.MOVE_NOT_ALLOWED, "to", payload=file.payload)
    await check_not_concerned(file, actor)
    if to in (S.APPROVED, S.REJECTED):
        outcome = StepOutcome.AGREE if to is S.APPROVED else StepOutcome.DISAGREE
        await sign(file, actor, outcome, opinion=reason, amount=amount, must_complete=True)
    elif to in FAILED:
        await end_without_success(file, actor, move.action, to, reason)
        await keep_reason(file, reason)
    else:
        await _PLAIN[to](file, actor, move.action, reason)


async def _accept(file: File, actor: Actor, action: CaseAction, reason: str | None) -> None:
    await accept(file, actor, action, reason)
    await documents.present_all(file.case.id)


async def accept(file: File, actor: Actor, action: CaseAction, reason: str | None) -> None:
    """Accept a case: on to the step that follows."""
    following = file.terms.after(file.terms.steps[0].code)
    columns = await life.step_columns(file, following)
    await change(file, actor, action, to=S.ACCEPTED, remark=reason, **columns)


async def _accept_pending(file: File, actor: Actor, action: CaseAction, reason: str | None) -> None:
    days = int(file.terms.limits.get("documents_days", 10))
    due_on = add_days(clock.today(), days, Counts.WORKING).due_on
    await change(file, actor, action, to=S.ACCEPTED_PENDING_DOCUMENTS, remark=reason, documents_due_on=due_on)
    if not await documents.defer(file.case.id, due_on):
        refuse(ErrorCode.MOVE_NOT_ALLOWED, "to", payload=file.payload)


async def _fulfil(file: File, actor: Actor, action: CaseAction, reason: str | None) -> None:
    case = file.case
    await change(file, actor, action, to=S.FULFILLED, remark=reason, step=None, step_due_on=None)
    if case.budget_id and case.approved_fen:
        await budgets.consume(case.budget_id, case.approved_fen, case.id)
        await Payment.create(
            case_id=case.id, amount_fen=case.approved_fen, status="PAID", recorded_by=actor.account_id,
            paid_at=clock.now(), **await file.type.payee(case),
        )  # fmt: skip
    await file.type.fulfilled(case, file.terms)


async def _close(file: File, actor: Actor, action: CaseAction, reason: str | None) -> None:
    await change(file, actor, action, to=S.CLOSED, remark=reason)


_PLAIN = {
    S.ACCEPTED: _accept,
    S.ACCEPTED_PENDING_DOCUMENTS: _accept_pending,
    S.FULFILLED: _fulfil,
    S.CLOSED: _close,
}


async def keep_reason(file: File, reason: str | None) -> None:
    """Keep the written reason of a decision, sealed with the applicant's key."""
    sealed = timeline.seal_text(file.salt, "cases.reason", file.case.id, reason)
    await Case.filter(id=file.case.id).update(reason=sealed)


async def request_correction(file: File, actor: Actor, items: list[Row], due_on: date | None) -> None:
    """The one correction notice, listing everything; ALREADY_ASKED the second time."""
    if await CaseCorrection.filter(case_id=file.case.id).exists():
        refuse(ErrorCode.ALREADY_ASKED, payload=file.payload)
    move_of(file, actor, S.CORRECTION_REQUIRED)
    await check_not_concerned(file, actor)
    days = int(file.terms.limits.get("correction_days", 10))
    due_on = due_on or add_days(clock.today(), days, Counts.WORKING).due_on
    if due_on <= clock.today():
        refuse(ErrorCode.DATE_INVALID, "dueOn", payload=file.payload)
    await change(file, actor, CaseAction.REQUEST_CORRECTION, to=S.CORRECTION_REQUIRED)
    await documents.ask_again(file.case.id, [item["document"] for item in items if item.get("document")])
    await CaseCorrection.create(
        case_id=file.case.id,
        requested_at=clock.now(),
        due_on=due_on,
        items=[{**item, "resolved": False} for item in items],
    )


async def sign(
    file: File,
    actor: Actor,
    outcome: StepOutcome,
    *,
    opinion: str | None,
    amount: int | None,
    visit: Visit | None = None,
    must_complete: bool = False,
) -> None:
    """Sign the current step; with the last signature it needs, the case moves on.

    `must_complete` refuses with SIGNATURES_MISSING where others still have to sign.
    """
    step = await _check_signer(file, actor)
    kind = StepKind(step.kind)
    if kind is StepKind.PUBLICITY:
        await publicity.check_over(file.case.id, file.case.round)
    if outcome is not StepOutcome.AGREE and not (opinion or "").strip():
        refuse(ErrorCode.REQUIRED, "reason" if must_complete else "opinion", payload=file.payload)
    if kind is StepKind.VISIT and outcome is StepOutcome.AGREE and visit is None:
        refuse(ErrorCode.REQUIRED, "visit", payload=file.payload)
    granted = _granted(file, kind, outcome, amount)
    signed: list[Any] = await CaseSignature.filter(
        case_id=file.case.id, step=step.code, round=file.case.round, outcome=StepOutcome.AGREE
    ).values_list("amount_fen", flat=True)
    complete = outcome is not StepOutcome.AGREE or len(signed) + 1 >= step.signatures
    if must_complete and not complete:
        refuse(ErrorCode.SIGNATURES_MISSING, "to", payload=file.payload)
    if kind is StepKind.DECISION and any(other not in (None, granted) for other in signed):
        refuse(ErrorCode.CONFLICT, "amount", payload=file.payload)
    round = file.case.round
    await _move_on(file, actor, step, outcome, opinion, granted, complete)
    await _record(file, actor, step, round, outcome, opinion, granted, visit)


def _granted(file: File, kind: StepKind, outcome: StepOutcome, amount: int | None) -> int | None:
    """The amount that a decision grants: needed for a money case, at most what was asked for."""
    if kind is not StepKind.DECISION or outcome is not StepOutcome.AGREE or not file.type.money:
        return None
    if amount is None:
        amount = file.case.requested_fen
    if amount is None and not file.type.amount_optional:
        refuse(ErrorCode.REQUIRED, "amount", payload=file.payload)
    if amount is not None and amount <= 0:
        refuse(ErrorCode.INVALID, "amount", payload=file.payload)
    return amount


async def _check_signer(file: File, actor: Actor) -> Step:
    step = file.step
    if step is None or S(file.case.status) is not S.ACCEPTED:
        refuse(ErrorCode.WRONG_STEP, "step", payload=file.payload)
    if not actor.holds([Role(step.role)], file.acting_path):
        refuse(ErrorCode.NOT_ALLOWED, "step", payload=file.payload)
    await check_not_concerned(file, actor)
    mine: list[Any] = await CaseSignature.filter(
        case_id=file.case.id, round=file.case.round, account_id=actor.account_id
    ).values_list("step", flat=True)
    if step.code in mine:
        refuse(ErrorCode.ALREADY_SIGNED, "step", payload=file.payload)
    if set(step.apart_from) & (set(map(str, mine)) | await visited_steps(file.case.id, actor.account_id)):
        refuse(ErrorCode.SEPARATION_OF_DUTIES, "step", payload=file.payload)
    return step


async def visited_steps(case_id: UUID, account_id: UUID | None) -> set[str]:
    """The steps in which an account was a visitor."""
    visits = await CaseVisit.filter(case_id=case_id).values("step", "visitor_ids")
    return {visit["step"] for visit in visits if str(account_id) in visit["visitor_ids"]}


async def _record(
    file: File, actor: Actor, step: Step, round: int, outcome: StepOutcome, opinion: str | None,
    granted: int | None, visit: Visit | None,
) -> None:  # fmt: skip
    if visit:
        await CaseVisit.create(
            case_id=file.case.id, step=step.code, round=round, visited_on=visit.visited_on,
            visitor_ids=[str(id) for id in visit.visitor_ids], visitor_names=list(visit.visitor_names),
            findings=timeline.seal_text(file.salt, "case_visit.findings", file.case.id, visit.findings),
        )  # fmt: skip
    try:
        async with db.transaction():
            await CaseSignature.create(
                case_id=file.case.id, step=step.code, round=round, account_id=actor.account_id,
                by_name=actor.name, by_role=step.role, outcome=outcome, amount_fen=granted, at=clock.now(),
                opinion=timeline.seal_text(file.salt, "case_signature.opinion", file.case.id, opinion),
            )  # fmt: skip
    except IntegrityError:
        refuse(ErrorCode.ALREADY_SIGNED, "step", payload=file.payload)


async def _move_on(
    file: File, actor: Actor, step: Step, outcome: StepOutcome, opinion: str | None, granted: int | None,
    complete: bool,
) -> None:  # fmt: skip
    if not complete:
        await change(file, actor, CaseAction.SIGN_STEP, remark=opinion)
    elif outcome is StepOutcome.RETURN:
        await return_to_review(file, actor, CaseAction.RETURN, opinion)
    elif StepKind(step.kind) is StepKind.DECISION or (step.vetoes and outcome is StepOutcome.DISAGREE):
        await _decide(file, actor, step, outcome, opinion, granted)
    elif outcome is StepOutcome.DISAGREE:
        await _begin(file, actor, CaseAction.SIGN_STEP, _decision_step(file), opinion)
    else:
        await advance(file, actor, CaseAction.SIGN_STEP, opinion)


def _decision_step(file: File) -> Step:
    return next(step for step in file.terms.steps if StepKind(step.kind) is StepKind.DECISION)


async def advance(file: File, actor: Actor, action: CaseAction, remark: str | None) -> None:
    """Go on to the step that follows the current one."""
    assert file.step
    if StepKind(file.step.kind) is StepKind.PUBLICITY:
        await publicity.end(file.case.id, file.case.round)
    await _begin(file, actor, action, file.terms.after(file.step.code), remark)


async def _begin(file: File, actor: Actor, action: CaseAction, step: Step | None, remark: str | None) -> None:
    columns = await life.step_columns(file, step)
    await change(file, actor, action, remark=remark, **columns)
    if step and StepKind(step.kind) is StepKind.PUBLICITY:
        await publicity.publish(file, columns["step_due_on"])


async def return_to_review(file: File, actor: Actor, action: CaseAction, remark: str | None) -> None:
    """Check anew from the first step after acceptance: an objection was upheld, or a decider asks for it."""
    await publicity.end(file.case.id, file.case.round)
    columns = await life.step_columns(file, file.terms.steps[1])
    await change(file, actor, action, remark=remark, round=file.case.round + 1, **columns)


async def _decide(
    file: File, actor: Actor, step: Step, outcome: StepOutcome, opinion: str | None, granted: int | None
) -> None:
    decided: Row = {"decided_at": clock.now(), "appeal_by": _appeal_by(file)}
    if outcome is StepOutcome.DISAGREE:
        await end_without_success(file, actor, CaseAction.REJECT, S.REJECTED, opinion, **decided)
    else:
        await _check_recommended(file)
        following = file.terms.after(step.code)
        columns = await life.step_columns(file, following)
        await change(
            file,
            actor,
            CaseAction.APPROVE,
            to=S.APPROVED,
            remark=opinion,
            approved_fen=granted,
            **decided,
            **columns,
        )
        await _grant(file, granted)
    await keep_reason(file, opinion)


async def _grant(file: File, granted: int | None) -> None:
    facts = await file.type.facts(file.case, file.terms, file.answers())
    await file.type.approved(file.case, file.terms, facts, granted, await life.payers(file.path))
    computation = [
        {"label": "requested", "amount": file.case.requested_fen},
        {"label": "approved", "amount": granted},
    ]
    if granted is not None:
        await Case.filter(id=file.case.id).update(budget_id=file.case.budget_id, computation=computation)


async def _check_recommended(file: File) -> None:
    """A case that somebody disagreed with in this round may be rejected or returned, not approved."""
    if await CaseSignature.filter(case_id=file.case.id, round=file.case.round, outcome=StepOutcome.DISAGREE).exists():
        refuse(ErrorCode.MOVE_NOT_ALLOWED, "outcome", payload=file.payload)


def _appeal_by(file: File) -> date:
    return add_days(clock.today(), int(file.terms.limits.get("appeal_days", 60)), Counts.CALENDAR).due_on


async def take(file: File, actor: Actor, handler_id: UUID | None, action: CaseAction) -> None:
    """Make somebody the handler of an open case."""
    if S(file.case.status) in FAILED or S(file.case.status) in (S.DRAFT, S.CLOSED):
        refuse(ErrorCode.MOVE_NOT_ALLOWED, payload=file.payload)
    if not actor.holds(CASE_ROLES, file.acting_path):
        refuse(ErrorCode.NOT_ALLOWED, payload=file.payload)
    await check_not_concerned(file, actor)
    await change(file, actor, action, handler_id=handler_id)


async def present_document(file: File, actor: Actor, document_id: UUID) -> None:
    """Mark a document as seen at the counter; the last missing one makes a pending acceptance whole."""
    status = S(file.case.status)
    if status not in (S.SUBMITTED, S.ACCEPTED_PENDING_DOCUMENTS, S.ACCEPTED):
        refuse(ErrorCode.MOVE_NOT_ALLOWED, "id", payload=file.payload)
    if not actor.holds(CASE_ROLES, file.acting_path):
        refuse(ErrorCode.NOT_ALLOWED, "id", payload=file.payload)
    await check_not_concerned(file, actor)
    if not await documents.present(file.case.id, document_id):
        return
    if status is S.ACCEPTED_PENDING_DOCUMENTS and await documents.complete(file.case.id):
        await accept(file, actor, CaseAction.ACCEPT, None)
    else:
        await change(file, actor, CaseAction.PRESENT_DOCUMENT, quiet=True)

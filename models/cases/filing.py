"""The applicant's side: drafting, handing in, answering a correction, withdrawing, rating."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import orjson
from tortoise.exceptions import IntegrityError

from models.cases import documents, life
from models.cases.kinds import may_withdraw
from models.cases.life import File, change, open_file
from models.cases.status import (
    APPLICANT_MOVES,
    EDITABLE,
    FAILED,
    LOW_SCORES,
    RATEABLE,
    CaseAction,
    CaseStatus,
    ServiceScore,
)
from models.cases.tables import Case, CaseCorrection, CasePerson, CaseRating, Rectification
from models.kit import clock, db
from models.kit.actor import Actor
from models.kit.calendar import Counts, add_days
from models.kit.codes import ErrorCode
from models.kit.errors import Checks, refuse
from models.kit.fields import Secret
from models.kit.forms import check_answers
from models.kit.ids import uuid7
from models.kit.outcome import Outcome
from models.members import Member
from models.programmes import entitlement
from models.programmes.catalogue import Terms, openings
from models.programmes.entitlement import Entitlement
from models.programmes.facts import Facts
from models.programmes.rules import Assessment, assess

Row = dict[str, Any]
RECTIFY_WITHIN = 15  # working days, for the lower two ratings


async def create(
    actor: Actor,
    programme: Row,
    terms: Terms,
    applicant: Row,
    organisation_id: UUID,
    *,
    answers: Row | None,
    requested: int | None,
) -> File:
    """A new draft of a member in their union. `applicant` holds `id` and `text_salt`."""
    id = uuid7()
    case = Case(
        id=id,
        number=life.new_number(),
        kind=programme["kind"],
        status=CaseStatus.DRAFT,
        version=0,
        programme_id=programme["id"],
        terms_id=terms.id,
        applicant_id=applicant["id"],
        filed_by=actor.account_id,
        organisation_id=organisation_id,
        acting_organisation_id=organisation_id,
        requested_fen=requested,
        answers=_sealed({} if answers is None else answers),
        form_version=terms.form_version,
        created_at=clock.now(),
    )
    await case.save(force_create=True)
    file = await open_file(case)
    await change(file, actor, CaseAction.CREATE)
    return file


async def edit(file: File, actor: Actor, *, answers: Row | None, requested: int | None) -> None:
    """Change a draft, or what a correction asks about."""
    if CaseStatus(file.case.status) not in EDITABLE:
        refuse(ErrorCode.MOVE_NOT_ALLOWED, payload=file.payload)
    columns: Row = {} if requested is None else {"requested_fen": requested}
    await change(file, actor, CaseAction.EDIT, **columns)
    if answers is not None:
        file.case.answers = _sealed(answers)
        await file.case.save(update_fields=["answers"])


def _sealed(answers: object) -> Secret:
    if not isinstance(answers, dict):
        refuse(ErrorCode.ANSWERS_INVALID, "answers", detail="type: object")
    return Secret(orjson.dumps(answers).decode())


async def submit(file: File, actor: Actor, answers: Row) -> None:
    """Hand a draft in: open, eligible, complete and within the ceiling, or refused with everything that is wrong."""
    _check_move(file, CaseStatus.SUBMITTED)
    opening = (await openings([file.case.programme_id]))[file.case.programme_id]
    checks = Checks()
    checks.require(opening.is_open(clock.now()), ErrorCode.NOT_OPEN, "programmeId")
    facts, assessment = await _check(file, answers, checks)
    columns = await life.step_columns(file, file.terms.steps[0])
    await change(
        file, actor, CaseAction.SUBMIT, to=CaseStatus.SUBMITTED,
        submitted_at=clock.now(), **columns, **life.promise(file.terms),
    )  # fmt: skip
    await _claim(file, facts)
    await _keep_assessment(file, assessment)
    await documents.require(file.case, file.terms)


async def _check(file: File, answers: Row, checks: Checks) -> tuple[Facts, Assessment]:
    """What the answers, the typed part and the rules say; refused with everything that is wrong."""
    fit = check_answers(file.terms.form, answers, checks)
    facts = await file.type.facts(file.case, file.terms, answers)
    await file.type.check(file.case, file.terms, facts, checks)
    assessment = assess(file.terms, facts if fit else replace(facts, answers=None))
    refused = [found for found in assessment.findings if found.outcome is Outcome.NOT_ELIGIBLE]
    for error, at in dict.fromkeys((found.error, found.at) for found in refused):
        checks.fail(error, at)
    checks.done()
    _check_amount(file, await entitlement.counted(file.terms, facts), checks)
    checks.done()
    return facts, assessment


def _check_amount(file: File, held: list[Entitlement], checks: Checks) -> None:
    """What is asked for lies within what may still be granted. (Counted for good on approval.)"""
    asked = file.case.requested_fen
    for item in held:
        if item.used_up:
            checks.fail(ErrorCode.ALREADY_CLAIMED, "programmeId")
        elif item.at_most is not None and asked is not None and asked > item.at_most:
            checks.fail(ErrorCode.OVER_CEILING, "amountRequested", ceiling_fen=item.at_most)


async def _claim(file: File, facts: Facts) -> None:
    case = file.case
    await entitlement.claim(entitlement.entitlements(file.terms, facts), case.id)
    await file.type.filed(case, file.terms, facts)
    applicant = await Member.get(id=case.applicant_id).only("id", "id_number_index")
    persons = {applicant.id_number_index, *await file.type.persons(case)}
    await CasePerson.filter(case_id=case.id).delete()
    await CasePerson.bulk_create([CasePerson(id=uuid7(), case_id=case.id, id_number_index=p) for p in sorted(persons)])


async def _keep_assessment(file: File, found: Assessment) -> None:
    """Store what the rules said and saw, so that the decision can be replayed."""
    body = {
        "outcome": found.outcome,
        "rule_version": file.terms.number,
        "reasons": [{"code": f.code, "params": dict(f.params)} for f in found.findings],
        "inputs": [{"name": name, "value": value, "source": source} for name, value, source in found.inputs],
    }
    file.case.assessment = Secret(orjson.dumps(body).decode())
    await file.case.save(update_fields=["assessment"])


async def answer_correction(file: File, actor: Actor, reply: str | None) -> None:
    """Answer the correction notice: back to SUBMITTED, and the clock runs again."""
    _check_move(file, CaseStatus.SUBMITTED)
    if CaseStatus(file.case.status) is not CaseStatus.CORRECTION_REQUIRED:
        refuse(ErrorCode.MOVE_NOT_ALLOWED, payload=file.payload)
    await change(file, actor, CaseAction.ANSWER_CORRECTION, to=CaseStatus.SUBMITTED, remark=reply)
    # What is claimed may have changed with the answers: another student, another household.
    await entitlement.release(file.case.id)
    facts, assessment = await _check(file, file.answers(), Checks())
    await _claim(file, facts)
    await _keep_assessment(file, assessment)
    notice = await CaseCorrection.get(case_id=file.case.id)
    items = [{**item, "resolved": True} for item in notice.items]
    await CaseCorrection.filter(id=notice.id).update(answered_at=clock.now(), items=items)


async def withdraw(file: File, actor: Actor, reason: str | None) -> None:
    """Take an application back; what it held is given back."""
    _check_move(file, CaseStatus.WITHDRAWN)
    if not may_withdraw(file.case.kind, CaseStatus(file.case.status)):
        refuse(ErrorCode.MOVE_NOT_ALLOWED, payload=file.payload)
    await end_without_success(file, actor, CaseAction.WITHDRAW, CaseStatus.WITHDRAWN, reason)


async def end_without_success(
    file: File, actor: Actor, action: CaseAction, to: CaseStatus, reason: str | None, **columns: Any
) -> None:
    """End a case in one of FAILED and give back what it held."""
    assert to in FAILED
    await change(file, actor, action, to=to, remark=reason, step=None, step_due_on=None, **columns)
    await file.type.ended(file.case)


def _check_move(file: File, to: CaseStatus) -> None:
    if (CaseStatus(file.case.status), to) not in APPLICANT_MOVES:
        refuse(ErrorCode.MOVE_NOT_ALLOWED, payload=file.payload)


async def rate(file: File, actor: Actor, score: ServiceScore, comment: str | None) -> None:
    """Rate a finished case, once; the lower two scores open a rectification task for the union."""
    if CaseStatus(file.case.status) not in RATEABLE:
        refuse(ErrorCode.MOVE_NOT_ALLOWED, "id", payload=file.payload)
    try:
        async with db.transaction():
            await CaseRating.create(case_id=file.case.id, score=score, comment=comment, at=clock.now())
    except IntegrityError:
        refuse(ErrorCode.ALREADY_RATED, "id", payload=file.payload)
    await change(file, actor, CaseAction.RATE, quiet=True)
    if score in LOW_SCORES:
        due = add_days(clock.today(), RECTIFY_WITHIN, Counts.WORKING)
        await Rectification.create(
            case_id=file.case.id, organisation_id=file.case.acting_organisation_id, due_on=due.due_on
        )

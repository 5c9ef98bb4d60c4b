"""Which actions a viewer has with a case now: the buttons that a frontend shows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from models.cases.kinds import may_withdraw
from models.cases.reading import is_own
from models.cases.status import (
    APPLICANT_MOVES,
    EDITABLE,
    GATHERING,
    OPEN,
    RATEABLE,
    STAFF_MOVES,
    CaseAction,
    CaseStatus,
    Need,
    StepKind,
)
from models.cases.tables import CaseCorrection, CasePerson, CaseRating, CaseSignature, CaseVisit
from models.cases.working import may, move_fits
from models.kit.actor import CASE_ROLES, Actor, Role
from models.members import Member
from models.programmes.catalogue import Step

Row = dict[str, Any]
Allowed = tuple[CaseAction, CaseStatus | None, tuple[Need, ...]]
S = CaseStatus
_DECISIONS = (CaseAction.APPROVE, CaseAction.REJECT)


@dataclass(frozen=True)
class Past:
    """What happened to a page of cases that bears on what the viewer may do with them."""

    rated: frozenset[UUID]
    asked: frozenset[UUID]
    concerned: frozenset[UUID]
    signed: frozenset[tuple[UUID, str, int]]
    visited: frozenset[tuple[UUID, str]]


async def past_of(actor: Actor, rows: Sequence[Row]) -> Past:
    """Read it in a fixed number of statements; members without a role need only one."""
    ids = [row["id"] for row in rows]
    rated = frozenset(await CaseRating.filter(case_id__in=ids).values_list("case_id", flat=True))
    if not actor.roles:
        return Past(rated, frozenset(), frozenset(), frozenset(), frozenset())  # type: ignore[arg-type]
    asked = frozenset(await CaseCorrection.filter(case_id__in=ids).values_list("case_id", flat=True))
    signed = await CaseSignature.filter(case_id__in=ids, account_id=actor.account_id).values_list(
        "case_id", "step", "round"
    )
    visits = await CaseVisit.filter(case_id__in=ids).values("case_id", "step", "visitor_ids")
    visited = frozenset((v["case_id"], v["step"]) for v in visits if str(actor.account_id) in v["visitor_ids"])
    return Past(rated, asked, await _concerned(actor, ids), frozenset(signed), visited)  # type: ignore[arg-type]


async def _concerned(actor: Actor, ids: list[UUID]) -> frozenset[UUID]:
    if actor.member_id is None:
        return frozenset()
    index = await Member.filter(id=actor.member_id).values_list("id_number_index", flat=True)
    found = await CasePerson.filter(case_id__in=ids, id_number_index__in=list(index)).values_list("case_id", flat=True)
    return frozenset(found)  # type: ignore[arg-type]


def allowed(actor: Actor, row: Row, past: Past) -> list[Allowed]:
    """The viewer's actions on one case."""
    if is_own(actor, row):
        return list(_applicant(row, past))
    if row["id"] in past.concerned or not actor.roles:
        return []
    return list(_staff(actor, row, past))


def _applicant(row: Row, past: Past) -> Iterator[Allowed]:
    status = S(row["status"])
    if status in EDITABLE:
        yield CaseAction.EDIT, None, ()
    if status in GATHERING and row["terms"].documents:
        yield CaseAction.ATTACH_DOCUMENT, None, (Need.DOCUMENT,)
        yield CaseAction.REMOVE_DOCUMENT, None, (Need.DOCUMENT,)
    for (source, target), move in APPLICANT_MOVES.items():
        if source is status and (target is not S.WITHDRAWN or may_withdraw(row["kind"], status)):
            yield move.action, target, move.needs
    if status in RATEABLE and row["id"] not in past.rated:
        yield CaseAction.RATE, None, (Need.SCORE,)


def _staff(actor: Actor, row: Row, past: Past) -> Iterator[Allowed]:
    status, step = S(row["status"]), row["terms"].step(row["step"])
    working = actor.holds(CASE_ROLES, row["acting_path"])
    if working and status in OPEN:
        yield CaseAction.TAKE, None, ()
        yield CaseAction.ASSIGN, None, (Need.HANDLER,)
    if working or actor.holds(CASE_ROLES, row["path"]):
        yield CaseAction.ADD_NOTE, None, (Need.TEXT,)
    if working and status in (S.SUBMITTED, S.ACCEPTED_PENDING_DOCUMENTS):
        yield CaseAction.PRESENT_DOCUMENT, None, (Need.DOCUMENT,)
    signs = status is S.ACCEPTED and step is not None and _may_sign(actor, row, step, past)
    yield from _moves(actor, row, step, past, signs)
    if signs:
        yield CaseAction.SIGN_STEP, None, (Need.VISIT,) if StepKind(step.kind) is StepKind.VISIT else ()
        yield CaseAction.RETURN, None, (Need.OPINION,)


def _moves(actor: Actor, row: Row, step: Step | None, past: Past, signs: bool) -> Iterator[Allowed]:
    for (source, target), move in STAFF_MOVES.items():
        if source != row["status"] or not move_fits(step, move):
            continue
        asked = move.action is CaseAction.REQUEST_CORRECTION and row["id"] in past.asked
        unsigned = move.action in _DECISIONS and not signs
        if asked or unsigned or not may(actor, step, move, row["acting_path"], row["path"]):
            continue
        yield move.action, target, move.needs if row["requested_fen"] or move.action is not CaseAction.APPROVE else ()


def _may_sign(actor: Actor, row: Row, step: Step, past: Past) -> bool:
    if not actor.holds([Role(step.role)], row["acting_path"]) or (row["id"], step.code, row["round"]) in past.signed:
        return False
    mine = {code for case, code, round in past.signed if case == row["id"] and round == row["round"]}
    mine |= {code for case, code in past.visited if case == row["id"]}
    return not mine & set(step.apart_from)

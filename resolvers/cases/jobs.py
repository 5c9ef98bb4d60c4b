"""What the worker does with cases: news for staff, limits that run out, publicity that ends, old cases closed."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog

from models.accounts import RoleAssignment
from models.cases import filing, publicity, working
from models.cases.life import File, change, open_file
from models.cases.status import OPEN, PAUSED, SYSTEM_MOVES, CaseAction, CaseStatus, StepKind
from models.cases.tables import Case, CaseCorrection, PublicNotice
from models.kit import audit, clock, db, outbox
from models.kit.actor import SYSTEM, Role
from models.kit.errors import DomainError
from models.kit.texts import text
from models.members import Organisation, ancestor_paths
from resolvers.cases.common import tell_applicant, tell_staff
from resolvers.kit.jobs import handles, periodic

log = structlog.get_logger()
BATCH = 200
CLOSE_AFTER = timedelta(days=30)
S = CaseStatus


@handles("cases.arrived")
async def tell_whose_turn(payload: dict[str, Any]) -> None:
    """Notify the staff who hold the role of the current step at the nearest union that has any; nobody when the
    case has moved on since."""
    case = await Case.get(id=UUID(payload["case_id"]))
    if case.version != payload["version"] or S(case.status) not in OPEN - PAUSED:
        return
    file = await open_file(case)
    role = Role(file.step.role) if file.step else Role.CLERK
    for account_id in await _nearest(role, file.acting_path):
        await outbox.send(
            "notify", account_id=account_id, kind="CASE_ARRIVED", target_type="Case", target_id=case.id,
            params={"number": case.number},
        )  # fmt: skip


async def _nearest(role: Role, path: str) -> list[UUID]:
    unions = await Organisation.filter(path__in=ancestor_paths(path)).order_by("-path").values_list("id", flat=True)
    rows = await RoleAssignment.filter(role=role, organisation_id__in=list(unions), revoked_at=None).values(
        "account_id", "organisation_id"
    )
    for union in unions:
        if found := [row["account_id"] for row in rows if row["organisation_id"] == union]:
            return found
    return []


@periodic("cases.deem_withdrawn", timedelta(minutes=5))
async def deem_withdrawn() -> int:
    """A correction that nobody answered in time: deemed withdrawn."""
    due = (
        await CaseCorrection.filter(answered_at=None, due_on__lt=clock.today(), case__status=S.CORRECTION_REQUIRED)
        .order_by("id")
        .limit(BATCH)
        .values_list("case_id", flat=True)
    )
    return await _each(due, _deem_withdrawn)


async def _deem_withdrawn(file: File) -> None:
    action = SYSTEM_MOVES[S(file.case.status), S.WITHDRAWN].action
    await filing.end_without_success(file, SYSTEM, action, S.WITHDRAWN, None)
    await tell_applicant(file, "CASE_DEEMED_WITHDRAWN")


@periodic("cases.revoke_acceptance", timedelta(minutes=5))
async def revoke_acceptance() -> int:
    """Deferred documents that did not come in time: acceptance revoked, with the reason in writing."""
    due = (
        await Case.filter(status=S.ACCEPTED_PENDING_DOCUMENTS, documents_due_on__lt=clock.today())
        .order_by("id")
        .limit(BATCH)
        .values_list("id", flat=True)
    )
    return await _each(due, _revoke_acceptance)


async def _revoke_acceptance(file: File) -> None:
    action = SYSTEM_MOVES[S(file.case.status), S.ACCEPTANCE_REVOKED].action
    reason = text("zh", "case.documents_not_delivered")
    await filing.end_without_success(file, SYSTEM, action, S.ACCEPTANCE_REVOKED, reason)
    await working.keep_reason(file, reason)
    await tell_applicant(file, "CASE_ACCEPTANCE_REVOKED")


@periodic("cases.end_publicity", timedelta(minutes=5))
async def end_publicity() -> int:
    """Publicity whose last day has passed without an open objection: on to the next step."""
    due = await publicity.due_to_end().order_by("id").limit(BATCH).values_list("case_id", flat=True)
    return await _each(due, _end_publicity)


async def _end_publicity(file: File) -> None:
    if file.step is None or StepKind(file.step.kind) is not StepKind.PUBLICITY:
        await PublicNotice.filter(case_id=file.case.id, ended_at=None).update(ended_at=clock.now())
        return
    await working.advance(file, SYSTEM, CaseAction.END_PUBLICITY, None)
    await tell_staff(file)


@periodic("cases.close", timedelta(hours=1))
async def close_old() -> int:
    """Fulfilled cases are closed after thirty days."""
    due = (
        await Case.filter(status=S.FULFILLED, finished_at__lt=clock.now() - CLOSE_AFTER)
        .order_by("id")
        .limit(BATCH)
        .values_list("id", flat=True)
    )
    return await _each(due, _close)


async def _close(file: File) -> None:
    await change(file, SYSTEM, CaseAction.CLOSE, to=S.CLOSED)


async def _each(ids: list[Any], act: Callable[[File], Awaitable[None]]) -> int:
    """Act on each case in a transaction of its own; one that somebody just changed waits for the next time."""
    done = 0
    for id in ids:
        try:
            async with db.transaction():
                file = await open_file(await Case.get(id=id))
                await act(file)
                await audit.record(
                    SYSTEM, act.__name__.replace("_", "cases.", 1), target=("Case", file.case.id),
                    subject_id=file.case.applicant_id, organisation_path=file.path,
                )  # fmt: skip
            done += 1
        except DomainError as refusal:
            log.info("case.not_moved", case=str(id), codes=str(refusal))
    return done

"""The record: revealing a sensitive value, who looked at a member's file, the audit log, one's own data."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from models import record
from models.accounts import throttle
from models.kit import clock
from models.kit.actor import CASE_ROLES, Actor, Role
from models.kit.codes import ErrorCode
from models.kit.errors import refuse
from models.kit.paging import Page, page
from models.kit.sensitive import SensitiveField, readers
from models.kit.words import line
from resolvers.kit import action, export
from resolvers.kit.action import command, query
from resolvers.kit.export import exports
from resolvers.kit.guard import ACCOUNT, staff

Row = dict[str, Any]
SHOWN_FOR = timedelta(seconds=60)


@command("staff.reveal", staff(*CASE_ROLES), repeatable=False, tries=throttle.REVEALS)
async def reveal(
    actor: Actor,
    *,
    field: SensitiveField,
    reason: str,
    member_id: UUID | None = None,
    case_id: tuple[str, UUID] | None = None,
) -> Row:
    """Show one sensitive value of a member or of a case to staff of its union; the member sees who looked and why."""
    why = line(reason, "reason", least=4, most=200)
    path = "caseId" if case_id else "memberId"
    target = case_id or (("Member", member_id) if member_id else None)
    if target is None or (case_id and member_id):
        refuse(ErrorCode.REQUIRED, path)
    read = readers.get((target[0], field))
    if read is None or (case_id and target[0] == "Member"):
        refuse(ErrorCode.NOT_FOUND, path)
    found = await read(target[1])
    if found is None or not actor.holds(CASE_ROLES, found.organisation_path):
        refuse(ErrorCode.NOT_FOUND, path)
    action.about(
        *target, subject_id=found.subject_id, organisation_path=found.organisation_path, what=field, reason=why
    )
    return {"value": found.value, "expires_at": clock.now() + SHOWN_FOR}


@query("record.file_views", ACCOUNT)
async def file_views(actor: Actor, first: int, after: str | None) -> Page:
    """When staff looked at the actor's own file, the last time first."""
    return await page(record.views_of(actor.member_id), record.AUDIT_COLUMNS, first=first, after=after)


@query("record.audit_log", staff(Role.AUDITOR, Role.ADMINISTRATOR))
async def audit_log(actor: Actor, filters: Row, first: int, after: str | None) -> Page:
    """The audit log of the unions whose record the actor keeps, the newest entry first."""
    found = record.selected(record.entries_visible_to(actor), **filters)
    return await page(found, record.AUDIT_COLUMNS, first=first, after=after)


@query("record.data_export", ACCOUNT)
async def data_export(actor: Actor) -> Row:
    """Everything held about the actor, as plain JSON."""
    assert actor.account_id
    return await export.everything(actor.member_id, actor.account_id)


@exports("record")
async def held_about(member_id: UUID | None, account_id: UUID) -> list[Row]:
    """Everything on record that concerns a member."""
    return await record.whole(member_id) if member_id else []

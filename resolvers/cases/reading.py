"""Reading cases, queues, handlers and notices."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from tortoise.expressions import Q, Subquery
from tortoise.functions import Count

from models import members
from models.accounts import Account, RoleAssignment
from models.cases import publicity, reading
from models.cases.status import OPEN
from models.cases.tables import Objection, QueueEntry
from models.kit.actor import CASE_ROLES, Actor
from models.kit.codes import ErrorCode
from models.kit.errors import refuse
from models.kit.paging import Page, page
from models.members import Organisation, ancestor_paths
from resolvers.kit.action import query
from resolvers.kit.guard import ACCOUNT, ANYONE, staff

Row = dict[str, Any]
READS = staff(*reading.READING_ROLES)
NOTICE = ("id", "masked_name", "unit", "category", "opens_on", "closes_on")
NOTICE_OF = {"programme_name": "programme__name"}


@query("cases.read", ANYONE)
async def cases_by_id(actor: Actor, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Cases the actor may see, by id."""
    return await reading.cases_by_id(actor, ids)


@query("cases.own", ACCOUNT)
async def own_cases(actor: Actor, first: int, after: str | None, **wanted: Any) -> Page:
    """A page of the viewer's own cases."""
    where = reading.filtered(open_only=wanted.get("open"), kinds=wanted.get("kinds"), statuses=wanted.get("statuses"))
    return await reading.own_cases(actor, first, after, where)


ORDERS = {
    "NEWEST": ("-created_at", "-case_id"),
    "OLDEST": ("created_at", "case_id"),
    "DUE": ("due_on", "case_id"),
}


@query("cases.queue", READS)
async def staff_queue(
    actor: Actor, organisation_id: UUID, first: int, after: str | None, order: str, **wanted: Any
) -> Page:
    """A page of one union's queue as rows of cases, for staff of that union or one above it."""
    if not await reading.reads_queue(actor, organisation_id):
        refuse(ErrorCode.NOT_FOUND, "organisationId")
    where = reading.filtered(
        open_only=wanted.get("open"), kinds=wanted.get("kinds"), statuses=wanted.get("statuses")
    ) & reading.queue_where(
        handler_id=wanted.get("handler_id"),
        unassigned=wanted.get("unassigned"),
        overdue=wanted.get("overdue"),
        due_soon=wanted.get("due_soon"),
        text=wanted.get("text"),
    )
    entries = await reading.queue_page(organisation_id, first, after, where, ORDERS[order])
    found = await reading.cases_by_id(actor, [row["case_id"] for row in entries.rows])
    return Page([found[row["case_id"]] for row in entries.rows], entries.cursors, entries.has_next)


@query("cases.desk", ACCOUNT)
async def desk_counts(actor: Actor) -> list[Row]:
    """Open cases of the viewer's unions by status; empty for who is not staff."""
    return await reading.desk_counts(actor) if actor.scope(*reading.READING_ROLES) else []


async def handlers(acting_path: str) -> list[Row]:
    """Accounts that work cases over a union."""
    over = Organisation.filter(path__in=ancestor_paths(acting_path)).values("id")
    staffed = RoleAssignment.filter(
        organisation_id__in=Subquery(over), role__in=list(CASE_ROLES), revoked_at=None
    ).values("account_id")
    return await Account.filter(id__in=Subquery(staffed)).order_by("name", "id").values("id", "name", "member_id")


@query("cases.handlers", READS)
async def assignable_handlers(actor: Actor, case_id: UUID) -> list[Row]:
    """Who may be given a case, with how many open cases each has."""
    found = await reading.cases_by_id(actor, [case_id])
    case = found.get(case_id)
    if case is None or not reading.reads_as_staff(actor, case):
        refuse(ErrorCode.NOT_FOUND, "caseId")
    people = await handlers(case["acting_path"])
    counts = await _open_cases([row["id"] for row in people])
    return [{**row, "open_cases": counts.get(row["id"], 0)} for row in people]


async def _open_cases(account_ids: Sequence[UUID]) -> dict[UUID, int]:
    rows = (
        await QueueEntry.filter(handler_id__in=list(account_ids), status__in=[str(status) for status in OPEN])
        .annotate(count=Count("case_id", distinct=True))
        .group_by("handler_id")
        .values("handler_id", "count")
    )
    return {row["handler_id"]: row["count"] for row in rows}


@query("cases.handler_names", ACCOUNT)
async def accounts_by_id(actor: Actor, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """The names of handlers, for the cases that the actor sees."""
    rows = await Account.filter(id__in=list(set(ids))).values("id", "name")
    return {row["id"]: row for row in rows}


@query("cases.notices", ANYONE)
async def public_notices(actor: Actor, division_code: str | None, first: int, after: str | None) -> Page:
    """A page of the notices that run today; a division code takes those that begin with it."""
    where = Q(division_code__startswith=division_code.rstrip("0")) if division_code else Q()
    return await page(publicity.open_notices().filter(where), NOTICE, first=first, after=after, renamed=NOTICE_OF)


@query("cases.notices_by_id", ANYONE)
async def notices_by_id(actor: Actor, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Those of some notices that run today."""
    rows = await publicity.open_notices().filter(id__in=list(ids)).values(*NOTICE, **NOTICE_OF)
    return {row["id"]: row for row in rows}


@query("cases.objections", READS)
async def objections(actor: Actor, case_ids: Sequence[UUID]) -> dict[UUID, list[Row]]:
    """The objections to the notices of cases, for the staff who work them."""
    rows = (
        await Objection.filter(notice__case_id__in=list(case_ids))
        .order_by("id")
        .values("id", "status", "at", "grounds", "finding", "resolved_at", case_id="notice__case_id")
    )
    found: dict[UUID, list[Row]] = {}
    for row in rows:
        row["grounds"] = row["grounds"].open(row["id"])
        row["finding"] = row["finding"].open(row["id"]) if row["finding"] else None
        found.setdefault(row["case_id"], []).append(row)
    return found


@query("cases.applicants", ACCOUNT)
async def applicants(actor: Actor, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """The applicants of cases that the actor sees, masked: also of those who are in no union (yet)."""
    return await members.rows(members.Member.all(), ids)

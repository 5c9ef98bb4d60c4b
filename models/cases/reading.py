"""Reading cases: who may see which, and the rows that clients' fields are made of."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
from tortoise.expressions import Q, Subquery
from tortoise.functions import Count, Max
from tortoise.queryset import QuerySet

from models.cases.status import OPEN, CaseAction, CaseStatus
from models.cases.tables import (
    Case,
    CaseCorrection,
    CaseDocument,
    CaseEvent,
    CaseNote,
    CaseRating,
    CaseSignature,
    Payment,
    QueueEntry,
)
from models.cases.timeline import open_text
from models.kit import clock
from models.kit.actor import CASE_ROLES, Actor, Role
from models.kit.paging import Page, page
from models.members import Member, Organisation
from models.programmes.catalogue import terms_by_id

Row = dict[str, Any]
READING_ROLES = (*CASE_ROLES, Role.AUDITOR)
DUE_SOON = timedelta(days=2)
# What is said with these is for staff, as signatures, notes and objections are.
AMONG_STAFF = (CaseAction.SIGN_STEP, CaseAction.RETURN, CaseAction.RESOLVE_OBJECTION)
CASE_COLUMNS = (
    "id", "number", "kind", "status", "version", "programme_id", "terms_id", "applicant_id", "filed_by",
    "organisation_id", "acting_organisation_id", "handler_id", "step", "round", "step_due_on", "promised_on",
    "promise_provisional", "paused_on", "documents_due_on", "submitted_at", "created_at", "decided_at",
    "finished_at", "requested_fen", "approved_fen", "computation", "form_version", "appeal_by", "timeline_count",
)  # fmt: skip
RELATED = {
    "path": "organisation__path",
    "organisation_name": "organisation__name",
    "acting_path": "acting_organisation__path",
    "acting_name": "acting_organisation__name",
}


def visible_to(actor: Actor) -> QuerySet[Case]:
    """Cases an actor may see: their own, and those in the queues of the unions they work for."""
    own = Q(id__isnull=True)
    if actor.member_id:
        own |= Q(applicant_id=actor.member_id)
    unions = [grant.organisation_id for grant in actor.scope(*READING_ROLES)]
    if not unions:
        return Case.filter(own)
    queued = QueueEntry.filter(organisation_id__in=unions).values("case_id")
    return Case.filter(own | Q(id__in=Subquery(queued)))


def is_own(actor: Actor, row: Row) -> bool:
    """True when the viewer is the applicant."""
    return actor.member_id is not None and actor.member_id == row["applicant_id"]


def reads_as_staff(actor: Actor, row: Row) -> bool:
    """True when the viewer works for (or audits) a union whose queue holds the case, which is not their own."""
    return not is_own(actor, row) and (
        actor.holds(READING_ROLES, row["path"]) or actor.holds(READING_ROLES, row["acting_path"])
    )


async def reads_queue(actor: Actor, organisation_id: UUID) -> bool:
    """True when the viewer works for (or audits) the union or one above it."""
    path = await Organisation.filter(id=organisation_id).values_list("path", flat=True)
    return bool(path) and actor.holds(READING_ROLES, str(path[0]))


async def cases_by_id(actor: Actor, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """The rows of cases that the actor may see."""
    rows = await visible_to(actor).filter(id__in=list(set(ids))).values(*CASE_COLUMNS, **RELATED)
    return {row["id"]: row for row in await _with_terms(rows)}


async def _with_terms(rows: list[Row]) -> list[Row]:
    """Rows with the terms they were filed under."""
    terms = await terms_by_id([row["terms_id"] for row in rows])
    return [{**row, "terms": terms[row["terms_id"]]} for row in rows]


async def own_cases(actor: Actor, first: int, after: str | None, where: Q) -> Page:
    """A page of the viewer's own cases, newest first."""
    found = Case.filter(where, applicant_id=actor.member_id)
    some = await page(found, CASE_COLUMNS, first=first, after=after, renamed=RELATED)
    return Page(await _with_terms(some.rows), some.cursors, some.has_next)


async def queue_page(organisation_id: UUID, first: int, after: str | None, where: Q, order: tuple[str, ...]) -> Page:
    """A page of one union's queue: entries with their `case_id`."""
    found = QueueEntry.filter(where, organisation_id=organisation_id)
    return await page(found, ("case_id", "created_at", "due_on"), first=first, after=after, order=order)


async def desk_counts(actor: Actor) -> list[Row]:
    """Open cases of the actor's unions by status, and how many of them are overdue or due within two days."""
    unions = [grant.organisation_id for grant in actor.scope(*READING_ROLES)]
    found = QueueEntry.filter(organisation_id__in=unions, status__in=list(OPEN))
    today = clock.today()
    late = await _by_status(found.filter(due_on__lt=today))
    soon = await _by_status(found.filter(due_on__gte=today, due_on__lte=today + DUE_SOON))
    return [
        {"status": status, "count": count, "overdue": late.get(status, 0), "due_soon": soon.get(status, 0)}
        for status, count in sorted((await _by_status(found)).items())
    ]


async def _by_status(found: QuerySet[QueueEntry]) -> dict[str, int]:
    rows = await found.annotate(count=Count("id")).group_by("status").values("status", "count")
    return {row["status"]: row["count"] for row in rows}


async def grouped(found: Any, *columns: str) -> dict[UUID, list[Row]]:
    """Rows of a queryset by their case."""
    rows: dict[UUID, list[Row]] = defaultdict(list)
    for row in await found.values("case_id", *columns):
        rows[row["case_id"]].append(row)
    return rows


async def salts(rows: Sequence[Row]) -> dict[UUID, str]:
    """The text keys of applicants."""
    found = await Member.filter(id__in=list({row["applicant_id"] for row in rows})).values_list("id", "text_salt")
    return {UUID(str(id)): str(salt) for id, salt in found}


async def timelines(actor: Actor, rows: Sequence[Row]) -> dict[UUID, list[Row]]:
    """The timelines of cases, oldest entry first; for the applicant without notes and what reviewers said."""
    found = await grouped(
        CaseEvent.filter(case_id__in=[row["id"] for row in rows]).order_by("case_id", "number"),
        "id", "at", "action", "from_status", "to_status", "step", "by_id", "by_name", "by_role", "remark", "hash",
    )  # fmt: skip
    keys = await salts(rows)
    for row in rows:
        for event in found.get(row["id"], []):
            event["remark"] = open_text(keys[row["applicant_id"]], "case_event.remark", event["id"], event["remark"])
    return found | {row["id"]: _for_applicant(found.get(row["id"], [])) for row in rows if is_own(actor, row)}


def _for_applicant(events: Sequence[Row]) -> list[Row]:
    shown = [event for event in events if event["action"] != CaseAction.ADD_NOTE]
    return [{**event, "remark": None} if event["action"] in AMONG_STAFF else event for event in shown]


async def newest_entries(found: QuerySet[CaseEvent]) -> dict[UUID, int]:
    """The number of the newest of some timeline entries, by case."""
    rows = await found.annotate(newest=Max("number")).group_by("case_id").values("case_id", "newest")
    return {row["case_id"]: row["newest"] for row in rows}


async def signatures(rows: Sequence[Row]) -> dict[UUID, list[Row]]:
    """The signatures of cases, oldest first."""
    found = await grouped(
        CaseSignature.filter(case_id__in=[row["id"] for row in rows]).order_by("id"),
        "id", "step", "round", "account_id", "by_name", "by_role", "outcome", "opinion", "amount_fen", "at",
    )  # fmt: skip
    keys = await salts(rows)
    for row in rows:
        for item in found.get(row["id"], []):
            item["opinion"] = open_text(keys[row["applicant_id"]], "case_signature.opinion", row["id"], item["opinion"])
    return found


_FILE = {"file_id": "file__id", "media_type": "file__media_type", "size": "file__size"}


async def documents(actor: Actor, rows: Sequence[Row]) -> dict[UUID, list[Row]]:
    """The documents of cases, each with its file where the actor may read it."""
    found: dict[UUID, list[Row]] = defaultdict(list)
    ids = [row["id"] for row in rows]
    columns = ("case_id", "id", "kind", "name", "deferrable", "status", "required_by", "presented_at")
    for item in await CaseDocument.filter(case_id__in=ids).order_by("id").values(*columns, **_FILE):
        found[item["case_id"]].append(item)
    closed = {row["id"] for row in rows if not _shows_files(actor, row)}
    return {
        id: [item | dict.fromkeys(_FILE) for item in items] if id in closed else items for id, items in found.items()
    }


def _shows_files(actor: Actor, row: Row) -> bool:
    """What was taken back is no business of staff any more."""
    return is_own(actor, row) or row["status"] != CaseStatus.WITHDRAWN


async def file_shown(actor: Actor, file_id: UUID) -> Row | None:
    """An attached file that the actor may read now, with its document and case; None where there is none such."""
    rows = await visible_to(actor).filter(documents__file__id=file_id).values(
        "id", "number", "status", "applicant_id", path="organisation__path", name="documents__name",
        file_id="documents__file__id", blob="documents__file__blob", media_type="documents__file__media_type",
        size="documents__file__size", text_salt="applicant__text_salt",
    )  # fmt: skip
    return rows[0] if rows and _shows_files(actor, rows[0]) else None


async def corrections(ids: Sequence[UUID]) -> dict[UUID, Row]:
    """The correction notices of cases."""
    rows = await CaseCorrection.filter(case_id__in=list(ids)).values(
        "case_id", "requested_at", "due_on", "items", "answered_at"
    )
    return {row["case_id"]: row for row in rows}


async def notes(rows: Sequence[Row]) -> dict[UUID, list[Row]]:
    """The notes of staff on cases, oldest first."""
    found = await grouped(
        CaseNote.filter(case_id__in=[row["id"] for row in rows]).order_by("id"),
        "id", "account_id", "by_name", "by_role", "text", "at",
    )  # fmt: skip
    keys = await salts(rows)
    for row in rows:
        for item in found.get(row["id"], []):
            item["text"] = open_text(keys[row["applicant_id"]], "case_note.text", item["id"], item["text"])
    return found


async def payments(ids: Sequence[UUID]) -> dict[UUID, list[Row]]:
    """The payments of cases."""
    found = Payment.filter(case_id__in=list(ids))
    return await grouped(found, "id", "amount_fen", "status", "paid_at", "failure", "payee_name", "account_masked")


def paid(found: Sequence[Row]) -> int:
    """What of some payments has arrived, in fen."""
    return sum(row["amount_fen"] for row in found if row["status"] == "PAID")


async def ratings(ids: Sequence[UUID]) -> dict[UUID, Row]:
    """The ratings of cases."""
    rows = await CaseRating.filter(case_id__in=list(ids)).values("case_id", "score", "comment", "at")
    return {row["case_id"]: row for row in rows}


async def sealed_columns(rows: Sequence[Row]) -> dict[UUID, Row]:
    """Answers, assessment and the reason of the decision, opened; for those who may see the cases."""
    found = await Case.filter(id__in=[row["id"] for row in rows]).values("id", "answers", "assessment", "reason")
    keys = await salts(rows)
    applicants = {row["id"]: row["applicant_id"] for row in rows}
    return {
        row["id"]: {
            "answers": orjson.loads(row["answers"].open(row["id"])) if row["answers"] else None,
            "assessment": orjson.loads(row["assessment"].open(row["id"])) if row["assessment"] else None,
            "reason": open_text(keys[applicants[row["id"]]], "cases.reason", row["id"], row["reason"]),
        }
        for row in found
    }


def filtered(*, open_only: bool | None, kinds: Sequence[str] | None, statuses: Sequence[str] | None) -> Q:
    """What case lists and queues filter by alike."""
    where = Q()
    if open_only is not None:
        inside = Q(status__in=[str(status) for status in OPEN])
        where &= inside if open_only else ~inside
    if kinds:
        where &= Q(kind__in=list(kinds))
    if statuses:
        where &= Q(status__in=list(statuses))
    return where


def queue_where(
    *,
    handler_id: UUID | None,
    unassigned: bool | None,
    overdue: bool | None,
    due_soon: bool | None,
    text: str | None,
) -> Q:
    """What only queues filter by."""
    where, today = Q(), clock.today()
    if handler_id:
        where &= Q(handler_id=handler_id)
    if unassigned is not None:
        where &= Q(handler_id__isnull=unassigned)
    if overdue is not None:
        where &= Q(due_on__lt=today) if overdue else Q(due_on__gte=today)
    if due_soon:
        where &= Q(due_on__gte=today, due_on__lte=today + DUE_SOON)
    if text:
        where &= Q(case__number__istartswith=text) | Q(case__applicant__name__startswith=text)
    return where

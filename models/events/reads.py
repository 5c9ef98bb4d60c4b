"""Reading events and registrations as rows, each as far as the reader may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.events.tables import (
    ACTIVE,
    TICKET_LENGTH,
    TICKETED,
    Event,
    EventRegistration,
    EventStatus,
    RegistrationStatus,
)
from models.kit import clock, db
from models.kit.actor import Actor, RoleGrant, subtree_end
from models.kit.ids import as_uuid
from models.kit.paging import Page, check_first, decode_cursor, encode_cursor, page
from models.kit.words import search_forms
from models.members import within
from models.members.tree import division_prefix

Row = dict[str, Any]
EVENT_COLUMNS = (
    "id", "organisation_id", "status", "event_kind", "title", "description", "venue", "starts_at", "ends_at",
    "sign_up_opens_at", "sign_up_closes_at", "capacity", "taken", "waiting", "offer_hours", "rules", "form",
    "form_version", "cancel_reason",
)  # fmt: skip
ORGANISER = {"organisation_path": "organisation__path"}
REGISTRATION_COLUMNS = (
    "id", "event_id", "member_id", "status", "queue_number", "offer_expires_at", "answers", "ticket_code",
    "checked_in_at", "created_at",
)  # fmt: skip
PARTICIPANT = {"participant_name": "member__name"}
PATH = "event__organisation__path"


@dataclass(frozen=True)
class EventSearch:
    """What a list of events is narrowed to: past ones, or those not over at `since` (now unless given)."""

    past: bool = False
    since: datetime | None = None
    until: datetime | None = None
    open_for_sign_up: bool = False
    event_kind: str | None = None
    status: str | None = None
    text: str | None = None
    division_code: str | None = None
    organisation_path: str | None = None


def events_visible_to(actor: Actor) -> QuerySet[Event]:
    """Events that were announced; drafts for the staff of the union that prepares them."""
    return Event.filter(Q(published_at__isnull=False) | within("organisation__path", actor.scope()))


def registrations_visible_to(actor: Actor) -> QuerySet[EventRegistration]:
    """A member's own registrations, and for staff those for the events of their unions."""
    own = Q(member_id=actor.member_id) if actor.member_id else Q(id__isnull=True)
    return EventRegistration.filter(own | within(PATH, actor.scope()))


async def events_by_id(actor: Actor, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Events the actor may see, by id."""
    found = await events_visible_to(actor).filter(id__in=list(ids)).values(*EVENT_COLUMNS, **ORGANISER)
    return {row["id"]: row for row in found}


async def registrations_by_id(actor: Actor, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Registrations the actor may see, by id."""
    found = await registrations_visible_to(actor).filter(id__in=list(ids)).values(*REGISTRATION_COLUMNS, **PARTICIPANT)
    return {row["id"]: _as_seen_by(actor, row) for row in found}


def _as_seen_by(actor: Actor, row: Row) -> Row:
    """Only the member themself sees the ticket, and only one that opens the door."""
    own = row["member_id"] == actor.member_id and row["status"] in TICKETED
    return row if own else {**row, "ticket_code": None}


def _seen_by(actor: Actor, found: Page) -> Page:
    return Page([_as_seen_by(actor, row) for row in found.rows], found.cursors, found.has_next)


async def events_page(actor: Actor, search: EventSearch, *, first: int, after: str | None) -> Page:
    """Events as a list: what is coming up soonest first, what is over latest first."""
    order = ("-starts_at", "-id") if search.past else ("starts_at", "id")
    found = events_visible_to(actor).filter(*_conditions(search))
    return await page(found, EVENT_COLUMNS, first=first, after=after, order=order, renamed=ORGANISER)


def _conditions(search: EventSearch) -> list[Q]:
    now = clock.now()
    asked = [
        Q(ends_at__lt=now) if search.past else Q(ends_at__gte=search.since or now),
        Q(status=search.status) if search.status else ~Q(status=EventStatus.CANCELLED),
    ]
    if search.past and search.since:
        asked.append(Q(ends_at__gte=search.since))
    if search.until:
        asked.append(Q(starts_at__lt=search.until))
    if search.open_for_sign_up:
        asked.append(Q(status=EventStatus.PUBLISHED, sign_up_opens_at__lte=now, sign_up_closes_at__gt=now))
    if search.event_kind:
        asked.append(Q(event_kind=search.event_kind))
    if search.text:
        told = [Q(title__icontains=form) | Q(venue__icontains=form) for form in sorted(search_forms(search.text))]
        asked.append(Q(*told, join_type=Q.OR))
    if search.division_code:
        prefix = division_prefix(search.division_code)
        asked.append(Q(organisation__division_code__startswith=prefix))
    if search.organisation_path:
        path = search.organisation_path
        asked.append(Q(organisation__path__gte=path, organisation__path__lt=subtree_end(path)))
    return asked


async def own_registrations(actor: Actor, *, first: int, after: str | None, upcoming: bool | None) -> Page:
    """The actor's own registrations, the newest first; `upcoming`: active ones, the soonest event first."""
    found = EventRegistration.filter(member_id=actor.member_id, member_id__isnull=False)
    ahead = Q(status__in=ACTIVE, event__ends_at__gte=clock.now())
    if upcoming is not None:
        found = found.filter(ahead if upcoming else ~ahead)
    order = ("event__starts_at", "id") if upcoming else ("-id",)
    return _seen_by(
        actor, await page(found, REGISTRATION_COLUMNS, first=first, after=after, order=order, renamed=PARTICIPANT)
    )


async def active_registrations(actor: Actor, event_ids: Sequence[UUID]) -> dict[UUID, Row]:
    """The actor's own registration for each of these events, where one counts."""
    own = EventRegistration.filter(member_id=actor.member_id, event_id__in=list(event_ids), status__in=ACTIVE)
    found = await own.values(*REGISTRATION_COLUMNS, **PARTICIPANT)
    return {row["event_id"]: _as_seen_by(actor, row) for row in found}


async def waitlist_positions(ids: Sequence[UUID]) -> dict[UUID, int]:
    """Where in the waiting list these registrations stand, from 1; those that do not wait are left out."""
    found = await db.rows(
        f"""SELECT own.id, count(*) AS place FROM event_registration own JOIN event_registration ahead
        ON ahead.event_id = own.event_id AND ahead.status = :1 AND ahead.queue_number <= own.queue_number
        WHERE own.status = :1 AND own.id {db.among(":2")} GROUP BY own.id""",  # noqa: S608 - values are bound
        RegistrationStatus.WAITLISTED,
        list(ids),
    )
    return {as_uuid(row["id"]): row["place"] for row in found}


async def rolls(actor: Actor, events: Sequence[Row], *, first: int, after: str | None) -> dict[UUID, Page]:
    """A page of the registrations that count for each of these events, in order of arrival; none for an event
    that the actor is not staff of."""
    staffed = [e["id"] for e in events if actor.roles_at(e["organisation_path"])]
    ids = await _roll_ids(staffed, first=first, after=after)
    found = await EventRegistration.filter(id__in=ids).order_by("id").values(*REGISTRATION_COLUMNS, **PARTICIPANT)
    by_event: dict[UUID, list[Row]] = {id: [] for id in staffed}
    for row in found:
        by_event[row["event_id"]].append(_as_seen_by(actor, row))
    return {
        id: Page(rows[:first], [encode_cursor([row["id"]]) for row in rows[:first]], len(rows) > first)
        for id, rows in by_event.items()
    }


async def _roll_ids(event_ids: Sequence[UUID], *, first: int, after: str | None) -> list[UUID]:
    """One page of each event's registrations and one row more; a limit would count them together."""
    start = decode_cursor(after, [UUID])[0] if after else UUID(int=0)
    found = await db.rows(
        f"""SELECT id FROM (
            SELECT id, row_number() OVER (PARTITION BY event_id ORDER BY id) AS place FROM event_registration
            WHERE event_id {db.among(":1")} AND status {db.among(":2")} AND id > :3
        ) AS listed WHERE place <= :4""",  # noqa: S608 - values are bound
        list(event_ids),
        list(ACTIVE),
        start,
        check_first(first) + 1,
    )
    return [as_uuid(row["id"]) for row in found]


async def held_about(member_id: UUID) -> list[Row]:
    """Everything kept about a member's registrations, oldest first."""
    return (
        await EventRegistration.filter(member_id=member_id)
        .order_by("id")
        .values(
            "status", "created_at", "answers", "ticket_code", "checked_in_at",
            event="event__title", starts_at="event__starts_at", venue="event__venue",
        )
    )  # fmt: skip


async def by_ticket(grants: tuple[RoleGrant, ...], ticket_code: str) -> Row | None:
    """The registration of a ticket for an event in these subtrees."""
    code = ticket_code.strip().upper()
    if len(code) != TICKET_LENGTH:
        return None
    staffed = EventRegistration.filter(within(PATH, grants), ticket_code=code)
    found = await staffed.values("id", "member_id", "created_at", organisation_path=PATH)
    return found[0] if found else None


# Whom an event's own news concerns.
_AUDIENCES = {"EVENT_CHANGED": ACTIVE, "EVENT_CANCELLED": (RegistrationStatus.EVENT_CANCELLED,)}


async def audience(event_id: UUID, kind: str, after: UUID | None, *, limit: int) -> list[UUID]:
    """The next registrations that news of an event concerns, in order of their ids."""
    found = EventRegistration.filter(event_id=event_id, status__in=_AUDIENCES[kind])
    rows = await (found.filter(id__gt=after) if after else found).order_by("id").limit(limit).values("id")
    return [row["id"] for row in rows]


async def to_tell(ids: Sequence[UUID]) -> list[Row]:
    """What a notification about these registrations says, and to whom."""
    found = EventRegistration.filter(id__in=list(ids)).order_by("id")
    rows: list[Row] = await found.values(
        "id", "member_id", "offer_expires_at",
        title="event__title", venue="event__venue", starts_at="event__starts_at",
    )  # fmt: skip
    return rows

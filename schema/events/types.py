"""Events and registrations as clients see them."""

from datetime import datetime
from typing import Annotated

import strawberry

from models.events.eligibility import sentences
from models.kit.outcome import Outcome
from models.kit.texts import text
from resolvers import members
from resolvers.events import reading
from resolvers.kit import calendar
from schema.events.enums import EventKind, EventStatus, RegistrationStatus
from schema.kit import qr
from schema.kit.build import batch, column, computed, output
from schema.kit.context import Info, Row, Rows
from schema.kit.nodes import Node, behind, node_id, reads
from schema.kit.outcome import Reason
from schema.kit.pagination import After, Connection, First, connection
from schema.kit.scalars import JSON
from schema.members import Member, Organisation
from schema.programmes import Form


@output
class EventOutcome:
    """Whether the viewer may register for an event now."""

    outcome: Outcome = column("What the event's rules come to.")
    reasons: list[Reason] = column("What stands in the way; empty when nothing does.")


def _form(row: Row, info: Info) -> Form | None:
    return {"version": row["form_version"], "schema": row["form"]} if row["form"] else None  # type: ignore[return-value]


async def _outcomes(rows: Rows, info: Info) -> list[EventOutcome | None]:
    return await reading.outcomes_for(info.context.actor, rows)  # type: ignore[return-value]


async def _own(
    rows: Rows, info: Info
) -> list[Annotated["EventRegistration", strawberry.lazy("schema.events.types")] | None]:
    found = await reading.own_registrations_for(info.context.actor, [row["id"] for row in rows])
    return [found.get(row["id"]) for row in rows]  # type: ignore[misc]


async def _roll(
    rows: Rows, info: Info, first: First, after: After = None
) -> list[Connection[Annotated["EventRegistration", strawberry.lazy("schema.events.types")]] | None]:
    found = await reading.rolls(info.context.actor, rows, first=first, after=after)
    return [connection(found[row["id"]], after) if row["id"] in found else None for row in rows]


@output
class Event(Node):
    """Something a union puts on: a show, a lecture, a trip, matchmaking."""

    id: strawberry.ID = node_id("Event")
    organisation: Organisation | None = batch(
        behind("organisation_id", members.organisations_by_id), "The union that puts it on."
    )
    status: EventStatus = column("Whether it is announced.")
    event_kind: EventKind = column("What sort of event it is.")
    title: str = column("Its title.")
    description: str = column("What awaits those who come.")
    venue: str = column("Where it takes place.")
    starts_at: datetime = column("When it begins.")
    ends_at: datetime = column("When it ends.")
    sign_up_opens_at: datetime | None = column("When sign-up opens; null in a draft that opens when published.")
    sign_up_closes_at: datetime = column("When sign-up closes.")
    capacity: int = column("How many seats there are.")
    seats_left: int = computed(lambda row, info: row["capacity"] - row["taken"], "Seats neither taken nor on offer.")
    waitlist_length: int = computed(lambda row, info: row["waiting"], "How many wait for a seat.")
    offer_hours: int = column("How many hours a seat that became free is kept for the next in line.")
    rules: list[str] = computed(lambda row, info: sentences(row, info.context.locale), "Who may come, in words.")
    form: Form | None = computed(_form, "What those who register are asked; null when nothing is.")
    cancel_reason: str | None = column("Why it was called off; null when it was not.")
    viewer_outcome: EventOutcome | None = batch(_outcomes, "Whether the viewer may register; null when signed out.")
    viewer_registration: Annotated["EventRegistration", strawberry.lazy("schema.events.types")] | None = batch(
        _own, "The viewer's registration; null when none counts."
    )
    registrations: Connection[Annotated["EventRegistration", strawberry.lazy("schema.events.types")]] | None = batch(
        _roll, "The roll, in order of arrival, for the organiser's staff; null for others."
    )


async def _positions(rows: Rows, info: Info) -> list[int | None]:
    found = await reading.waitlist_positions(info.context.actor, rows)
    return [found.get(row["id"]) for row in rows]


def _ticket_qr(row: Row, info: Info) -> str | None:
    code = row["ticket_code"]
    return qr.svg(code, text(info.context.locale, "qr.ticket")) if code else None


def _calendar_url(row: Row, info: Info) -> str | None:
    own = row["member_id"] == info.context.actor.member_id
    return calendar.link("registration", row["id"], info.context.actor) if own else None


@output
class EventRegistration(Node):
    """A member's place at an event, or in its waiting list."""

    id: strawberry.ID = node_id("EventRegistration")
    event: Event | None = batch(behind("event_id", reading.events_by_id), "The event.")
    member: Member | None = batch(
        behind("member_id", members.members_by_id), "Who registered; null where the viewer may not see that person."
    )
    participant_name: str = column("The name of who registered.")
    status: RegistrationStatus = column("Where it stands.")
    waitlist_position: int | None = batch(
        _positions, "The place in the waiting list, from 1; null for who does not wait."
    )
    offer_expires_at: datetime | None = column("Until when the seat is kept; null without an offer.")
    ticket_code: str | None = column("What opens the door, for the member alone; null without a confirmed seat.")
    ticket_qr: str | None = computed(
        _ticket_qr,
        "The same as a QR code: an SVG picture, for the member alone; null without a confirmed seat.",
        price=qr.PRICE,
    )
    calendar_url: str | None = computed(
        _calendar_url,
        "Where the member's calendar finds it (iCalendar), to be resolved against the endpoint's address: a link that "
        "opens this registration for 400 days without signing in. For the member alone.",
    )
    answers: JSON | None = column("What the member answered; null when nothing was asked.")
    registered_at: datetime = computed(lambda row, info: row["created_at"], "When the member registered.")
    checked_in_at: datetime | None = column("When the member was let in; null before.")


reads("Event", reading.events_by_id)
reads("EventRegistration", reading.registrations_by_id)

"""Events and registrations as each actor may see them."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from models import members
from models.events import eligibility, entries, reads
from models.kit import words
from models.kit.actor import Actor
from models.kit.codes import ErrorCode
from models.kit.entries import Entry
from models.kit.errors import refuse
from models.kit.paging import Page
from resolvers.kit.action import query
from resolvers.kit.calendar import in_calendar
from resolvers.kit.export import exports
from resolvers.kit.guard import ANYONE, MEMBER

Row = dict[str, Any]


@query("events.list", ANYONE)
async def find_events(
    actor: Actor,
    *,
    first: int,
    after: str | None,
    text: str = "",
    organisation_id: UUID | None = None,
    **narrowed: Any,
) -> Page:
    """Events as a list; `narrowed` as in `EventSearch`."""
    sought = words.line(text, "filter.text", most=100) if text.strip() else None
    path = await _path(organisation_id) if organisation_id else None
    search = reads.EventSearch(text=sought, organisation_path=path, **narrowed)
    return await reads.events_page(actor, search, first=first, after=after)


async def _path(organisation_id: UUID) -> str:
    found = await members.organisations_open().filter(id=organisation_id).values("path")
    return str(found[0]["path"]) if found else refuse(ErrorCode.NOT_FOUND, "filter.organisationId")


@query("events.read", ANYONE)
async def events_by_id(actor: Actor, ids: Iterable[UUID]) -> dict[UUID, Row]:
    """Events the actor may see, by id."""
    return await reads.events_by_id(actor, list(ids))


@query("events.registrations", ANYONE)
async def registrations_by_id(actor: Actor, ids: Iterable[UUID]) -> dict[UUID, Row]:
    """Registrations the actor may see, by id."""
    return await reads.registrations_by_id(actor, list(ids))


@in_calendar("registration")
@query("events.calendar", MEMBER)
async def registration_entry(actor: Actor, registration_id: UUID) -> Entry | None:
    """A registration of the actor, for their calendar."""
    return await entries.entry(registration_id, actor.member_id)


@query("events.my_registrations", ANYONE)
async def my_registrations(actor: Actor, *, first: int, after: str | None, upcoming: bool | None = None) -> Page:
    """The actor's own registrations."""
    return await reads.own_registrations(actor, first=first, after=after, upcoming=upcoming)


@query("events.own", ANYONE)
async def own_registrations_for(actor: Actor, event_ids: Sequence[UUID]) -> dict[UUID, Row]:
    """The actor's registration for each of these events, where one counts."""
    return await reads.active_registrations(actor, event_ids) if actor.member_id else {}


@query("events.outcomes", ANYONE)
async def outcomes_for(actor: Actor, events: Sequence[Row]) -> list[Row | None]:
    """What each event's rules come to for the actor; None for a visitor who is not signed in."""
    if actor.account_id is None:
        return [None] * len(events)
    facts = await eligibility.facts_of(actor.member_id) if actor.member_id else None
    own = await own_registrations_for(actor, [event["id"] for event in events])
    return [eligibility.assess(event, facts, registered=event["id"] in own) for event in events]


@query("events.positions", ANYONE)
async def waitlist_positions(actor: Actor, registrations: Sequence[Row]) -> dict[UUID, int]:
    """Where in the waiting list registrations that the actor sees stand."""
    return await reads.waitlist_positions([row["id"] for row in registrations])


@query("events.rolls", ANYONE)
async def rolls(actor: Actor, events: Sequence[Row], *, first: int, after: str | None) -> dict[UUID, Page]:
    """Who is registered for those of the events that the actor is staff of."""
    return await reads.rolls(actor, events, first=first, after=after)


@exports("eventRegistrations")
async def registrations_held(member_id: UUID | None, account_id: UUID) -> list[Row]:
    """A member's registrations for events."""
    return await reads.held_about(member_id) if member_id else []

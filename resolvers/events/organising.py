"""Staff preparing, announcing, changing and calling off the events of their unions."""

from typing import Any
from uuid import UUID

from models import members
from models.events import eligibility, life, reads, seats, terms
from models.events.tables import Event
from models.kit import words
from models.kit.actor import Actor, Role
from models.kit.codes import ErrorCode
from models.kit.errors import refuse
from resolvers.events import telling
from resolvers.kit import action
from resolvers.kit.action import command
from resolvers.kit.guard import staff

Row = dict[str, Any]
ORGANISERS = (Role.CLERK, Role.ADMINISTRATOR)
organises = staff(*ORGANISERS)


@command("events.create", organises)
async def create_event(actor: Actor, *, organisation_id: UUID, eligibility: Row | None = None, **given: Any) -> Row:
    """Prepare an event of one of the actor's unions; only its staff see it before it is published."""
    union = await _union(organisation_id, "organisationId")
    if not actor.holds(ORGANISERS, union["path"]):
        refuse(ErrorCode.OUTSIDE_SUBTREE, "organisationId")
    columns = _stated(given)
    event_id = await life.prepare(organisation_id, columns, await _rules(eligibility or {}, union))
    action.about("Event", event_id, organisation_path=union["path"])
    return {"event_id": event_id}


@command("events.change", organises)
async def change_event(actor: Actor, *, id: UUID, eligibility: Row | None = None, **given: Any) -> Row:
    """Change what is given. More seats go to the waiting list; those registered hear of a new time or place."""
    event = await _held(actor, id)
    rules = None
    if eligibility is not None:
        rules = await _rules(eligibility, await _union(event["organisation_id"], "id"))
    if await life.change(event, _stated(given), rules):
        await telling.everybody(id, "EVENT_CHANGED")
    await telling.about_seats(await seats.pass_on(id))
    return {"event_id": id}


@command("events.publish", organises)
async def publish_event(actor: Actor, *, id: UUID) -> Row:
    """Announce a draft."""
    await life.publish(await _held(actor, id))
    return {"event_id": id}


@command("events.cancel", organises)
async def cancel_event(actor: Actor, *, id: UUID, reason: str) -> Row:
    """Call an event off and tell everybody who is registered."""
    event = await _held(actor, id)
    reason = words.line(reason, "reason", most=200)
    action.about("Event", id, organisation_path=event["organisation_path"], reason=reason)
    await life.call_off(id, reason)
    await telling.everybody(id, "EVENT_CANCELLED", reason=reason)
    return {"event_id": id}


def _stated(given: Row) -> Row:
    return {name: value for name, value in given.items() if value is not None}


async def _held(actor: Actor, event_id: UUID) -> Row:
    """An event that the actor organises, its seats kept to this transaction."""
    await seats.hold(event_id)
    mine = Event.filter(members.within("organisation__path", actor.scope(*ORGANISERS)), id=event_id)
    found = await mine.values(*reads.EVENT_COLUMNS, **reads.ORGANISER)
    if not found:
        refuse(ErrorCode.NOT_FOUND, "id")
    action.about("Event", event_id, organisation_path=found[0]["organisation_path"])
    return found[0]


async def _union(organisation_id: UUID, field: str) -> Row:
    found = await members.organisations_open().filter(id=organisation_id).values("id", "name", "path")
    return found[0] if found else refuse(ErrorCode.NOT_FOUND, field)


async def _rules(stated: Row, organiser: Row) -> list[Row]:
    terms.check_eligibility(stated)
    chosen = stated.get("organisation_id")
    union = await _union(chosen, "eligibility.organisationId") if chosen else organiser
    return eligibility.rules_for(stated, union)

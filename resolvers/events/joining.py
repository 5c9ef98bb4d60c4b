"""Members registering, giving up and accepting; staff letting them in."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from models.accounts import throttle
from models.events import eligibility, reads, seats, terms
from models.kit import clock, db, words
from models.kit.actor import CASE_ROLES, Actor, Role
from models.kit.codes import ErrorCode
from models.kit.errors import refuse
from resolvers.events import telling
from resolvers.kit import action, jobs
from resolvers.kit.action import command
from resolvers.kit.guard import MEMBER, staff

Row = dict[str, Any]
AT_THE_DOOR = (*CASE_ROLES, Role.ADMINISTRATOR)
EVENTS_AT_ONCE = 20


@command("events.register", MEMBER, tries=throttle.GRABS)
async def register_for_event(actor: Actor, *, event_id: UUID, answers: Any = None) -> Row:
    """Take a seat or a place in the waiting list for the actor."""
    assert actor.member_id
    event = (await reads.events_by_id(actor, [event_id])).get(event_id)
    if event is None:
        refuse(ErrorCode.NOT_FOUND, "eventId")
    own = (await reads.active_registrations(actor, [event_id])).get(event_id)
    facts = await eligibility.facts_of(actor.member_id)
    eligibility.admit(eligibility.assess(event, facts, registered=own is not None), own["id"] if own else None)
    terms.check_answers(event["form"], answers)
    made = await seats.register(event_id, actor.member_id, answers, event["form_version"])
    _about(made["id"], actor.member_id, event)
    await telling.registered([made["id"]], "EVENT_WAITLISTED" if made["waits"] else "EVENT_REGISTERED")
    return {"registration_id": made["id"]}


@command("events.cancel_registration", MEMBER)
async def cancel_registration(actor: Actor, *, id: UUID) -> Row:
    """Give the actor's place up, or decline an offer."""
    own = await _own(actor, id)
    await telling.about_seats(await seats.cancel(id, own["event_id"]))
    return {"registration_id": id}


@command("events.accept_offer", MEMBER, tries=throttle.GRABS)
async def accept_waitlist_offer(actor: Actor, *, id: UUID) -> Row:
    """Take the seat that is on offer to the actor."""
    own = await _own(actor, id)
    await seats.accept(id, own["event_id"])
    return {"registration_id": id}


async def _own(actor: Actor, registration_id: UUID) -> Row:
    found = (await reads.registrations_by_id(actor, [registration_id])).get(registration_id)
    if not found or found["member_id"] != actor.member_id:
        refuse(ErrorCode.NOT_FOUND, "id")
    event = (await reads.events_by_id(actor, [found["event_id"]]))[found["event_id"]]
    _about(registration_id, found["member_id"], event)
    return found


def _about(registration_id: UUID, member_id: UUID, event: Row) -> None:
    action.about(
        "EventRegistration",
        registration_id,
        subject_id=member_id,
        organisation_path=event["organisation_path"],
    )


@command("events.check_in", staff(*AT_THE_DOOR), tries=throttle.TICKETS)
async def check_in_registration(actor: Actor, *, ticket_code: str, nonce: str, at: datetime | None = None) -> Row:
    """Let the holder of a ticket in, at an event of the actor's unions."""
    found = await reads.by_ticket(actor.scope(*AT_THE_DOOR), ticket_code)
    if not found:
        refuse(ErrorCode.TICKET_UNKNOWN, "ticketCode")
    _about(found["id"], found["member_id"], found)
    # A scanner may send later what it saw; where its clock cannot be right, ours holds.
    scanned = at if at and found["created_at"] <= at <= clock.now() else clock.now()
    nonce = words.line(nonce, "nonce", most=64)
    await seats.check_in(found["id"], nonce, scanned, actor.account_id)
    return {"registration_id": found["id"]}


@jobs.periodic("events.expire_offers", timedelta(minutes=1))
async def expire_offers() -> int:
    """End the offers that were let pass, tell whose they were, and offer the seats to the next."""
    ended = 0
    for event_id in await seats.events_with_expired_offers(EVENTS_AT_ONCE):
        async with db.transaction():
            late, passed = await seats.expire_offers(event_id)
            await telling.registered(late, "EVENT_OFFER_EXPIRED")
            await telling.about_seats(passed)
        ended += len(late)
    return ended

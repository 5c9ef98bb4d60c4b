"""Seats: claimed in one statement, freed exactly once, and passed on in the order of the waiting list.

A claim is a guarded update of the event's row. Everything else that moves seats holds that row first, so that
moves of one event follow each other; no other order of locks is ever taken.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tortoise.exceptions import IntegrityError
from tortoise.expressions import F

from models.events.tables import ACTIVE, TICKET_LENGTH, Event, EventRegistration, EventStatus, RegistrationStatus
from models.kit import clock, db
from models.kit.codes import ErrorCode
from models.kit.errors import refuse
from models.kit.ids import as_uuid, drawn

Row = dict[str, Any]
EXPIRED_AT_ONCE = 200
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

# A seat is free for somebody new when there is one and nobody waits for it.
CLAIM = """UPDATE event SET
    taken = taken + CASE WHEN taken < capacity AND waiting = 0 THEN 1 ELSE 0 END,
    waiting = waiting + CASE WHEN taken < capacity AND waiting = 0 THEN 0 ELSE 1 END,
    queue_last = queue_last + CASE WHEN taken < capacity AND waiting = 0 THEN 0 ELSE 1 END
    WHERE id = :1 AND status = :2 AND sign_up_opens_at <= :3 AND sign_up_closes_at > :3
    RETURNING waiting, queue_last"""

OFFER = """UPDATE event_registration SET status = :1, offer_expires_at = :2 WHERE id IN (
        SELECT id FROM event_registration WHERE event_id = :3 AND status = :4 ORDER BY queue_number LIMIT :5
    ) RETURNING id"""


@dataclass(frozen=True)
class Passed:
    """What became of free seats: the registrations they were offered to, and who is first in line since."""

    offered: tuple[UUID, ...] = ()
    next_in_line: UUID | None = None


async def register(event_id: UUID, member_id: UUID, answers: Any, form_version: int) -> Row:
    """Take a seat or, when there is none, the end of the waiting list: the `id` of the registration and whether
    it `waits`. Refused with EVENT_CLOSED or ALREADY_REGISTERED."""
    claimed = await db.returning(CLAIM, event_id, EventStatus.PUBLISHED, clock.now())
    if not claimed:
        refuse(ErrorCode.EVENT_CLOSED, "eventId")
    waits = claimed[0]["waiting"] > 0
    try:
        made = await EventRegistration.create(
            event_id=event_id,
            member_id=member_id,
            status=RegistrationStatus.WAITLISTED if waits else RegistrationStatus.CONFIRMED,
            queue_number=claimed[0]["queue_last"] if waits else None,
            answers=answers,
            form_version=form_version,
            ticket_code=_ticket(),
            created_at=clock.now(),
        )
    except IntegrityError:
        refuse(ErrorCode.ALREADY_REGISTERED, "eventId")
    return {"id": made.id, "waits": waits}


def _ticket() -> str:
    """What nobody guesses: 80 random bits, in letters and digits that people can read out."""
    return drawn(_LETTERS, TICKET_LENGTH)


async def hold(event_id: UUID) -> None:
    """Keep the seats of an event to this transaction."""
    await db.execute("UPDATE event SET taken = taken WHERE id = :1", event_id)


async def cancel(registration_id: UUID, event_id: UUID) -> Passed:
    """Give a place up before the event starts, and its seat to the next in line; else MOVE_NOT_ALLOWED."""
    await hold(event_id)
    coming = EventRegistration.filter(id=registration_id, event__starts_at__gt=clock.now())
    found = await coming.values("status", "queue_number")
    if not found or not await _end(registration_id, found[0]["status"]):
        refuse(ErrorCode.MOVE_NOT_ALLOWED, "id", {"registration_id": registration_id})
    if found[0]["status"] == RegistrationStatus.WAITLISTED:
        await Event.filter(id=event_id).update(waiting=F("waiting") - 1)
        ahead = await _first_in_line(event_id)
        moved_up = ahead and ahead["queue_number"] > found[0]["queue_number"]
        return Passed(next_in_line=ahead["id"] if ahead and moved_up else None)
    await Event.filter(id=event_id).update(taken=F("taken") - 1)
    return await pass_on(event_id)


async def _end(registration_id: UUID, seen: str) -> bool:
    """Cancel a registration that still is as it was seen: a scan at the door may come in between."""
    if seen not in (RegistrationStatus.CONFIRMED, RegistrationStatus.OFFERED, RegistrationStatus.WAITLISTED):
        return False
    ended = EventRegistration.filter(id=registration_id, status=seen)
    return bool(await ended.update(status=RegistrationStatus.CANCELLED, offer_expires_at=None))


async def pass_on(event_id: UUID) -> Passed:
    """Offer every free seat to the next in line, as long as the event has not started. The row is held."""
    event = (await Event.filter(id=event_id).values())[0]
    free = min(event["capacity"] - event["taken"], event["waiting"])
    now = clock.now()
    if free <= 0 or event["starts_at"] <= now or event["status"] != EventStatus.PUBLISHED:
        return Passed()
    expires = min(now + timedelta(hours=event["offer_hours"]), event["starts_at"])
    first_in_line = await db.returning(
        OFFER, RegistrationStatus.OFFERED, expires, event_id, RegistrationStatus.WAITLISTED, free
    )
    offered = tuple(as_uuid(row["id"]) for row in first_in_line)
    await Event.filter(id=event_id).update(taken=F("taken") + len(offered), waiting=F("waiting") - len(offered))
    ahead = await _first_in_line(event_id)
    return Passed(offered, ahead["id"] if ahead else None)


async def _first_in_line(event_id: UUID) -> Row | None:
    waiting = EventRegistration.filter(event_id=event_id, status=RegistrationStatus.WAITLISTED)
    found = await waiting.order_by("queue_number").limit(1).values("id", "queue_number")
    return found[0] if found else None


async def accept(registration_id: UUID, event_id: UUID) -> None:
    """Take the seat that is on offer. Refused with OFFER_EXPIRED, or MOVE_NOT_ALLOWED without an offer."""
    await hold(event_id)
    offered = EventRegistration.filter(id=registration_id, status=RegistrationStatus.OFFERED)
    if await offered.filter(offer_expires_at__gt=clock.now()).update(
        status=RegistrationStatus.CONFIRMED, offer_expires_at=None
    ):
        return
    late = (RegistrationStatus.OFFERED, RegistrationStatus.OFFER_EXPIRED)
    was_offered = await EventRegistration.filter(id=registration_id, status__in=late).exists()
    code = ErrorCode.OFFER_EXPIRED if was_offered else ErrorCode.MOVE_NOT_ALLOWED
    refuse(code, "id", {"registration_id": registration_id})


async def events_with_expired_offers(limit: int) -> list[UUID]:
    """Events in which somebody let an offer pass."""
    late = EventRegistration.filter(status=RegistrationStatus.OFFERED, offer_expires_at__lte=clock.now())
    rows = await late.order_by("event_id").distinct().limit(limit).values("event_id")
    return [row["event_id"] for row in rows]


async def expire_offers(event_id: UUID) -> tuple[tuple[UUID, ...], Passed]:
    """End the offers that were let pass; each seat goes to the next in line. The ended ones, what came of it."""
    await hold(event_id)
    late = EventRegistration.filter(
        event_id=event_id, status=RegistrationStatus.OFFERED, offer_expires_at__lte=clock.now()
    )
    ids = [row["id"] for row in await late.limit(EXPIRED_AT_ONCE).values("id")]
    ended = await EventRegistration.filter(id__in=ids).update(
        status=RegistrationStatus.OFFER_EXPIRED, offer_expires_at=None
    )
    await Event.filter(id=event_id).update(taken=F("taken") - ended)
    return tuple(ids), await pass_on(event_id)


async def resize(event_id: UUID, capacity: int) -> None:
    """Set the number of seats of an event that is held; CAPACITY_TOO_SMALL below those taken."""
    if not await Event.filter(id=event_id, taken__lte=capacity).update(capacity=capacity):
        found = await Event.filter(id=event_id).values("taken")
        refuse(ErrorCode.CAPACITY_TOO_SMALL, "capacity", taken=found[0]["taken"])


async def bring_offers_forward(event_id: UUID, starts_at: datetime) -> None:
    """No offer outlasts the start of an event that was moved."""
    offered = EventRegistration.filter(event_id=event_id, status=RegistrationStatus.OFFERED)
    await offered.filter(offer_expires_at__gt=starts_at).update(offer_expires_at=starts_at)


async def end_all(event_id: UUID) -> None:
    """End every registration of an event that is held and called off; who is in already stays on the roll."""
    ended = EventRegistration.filter(
        event_id=event_id, status__in=[s for s in ACTIVE if s is not RegistrationStatus.CHECKED_IN]
    )
    await ended.update(status=RegistrationStatus.EVENT_CANCELLED, offer_expires_at=None)
    inside = await EventRegistration.filter(event_id=event_id, status=RegistrationStatus.CHECKED_IN).count()
    await Event.filter(id=event_id).update(taken=inside, waiting=0)


async def check_in(registration_id: UUID, nonce: str, at: datetime, account_id: UUID | None) -> None:
    """Let a confirmed member in. The same nonce again changes nothing; another one is ALREADY_CHECKED_IN; a
    ticket without a confirmed seat is TICKET_UNKNOWN."""
    confirmed = EventRegistration.filter(id=registration_id, status=RegistrationStatus.CONFIRMED)
    if await confirmed.update(
        status=RegistrationStatus.CHECKED_IN,
        checked_in_at=at,
        checked_in_by=account_id,
        check_in_nonce=nonce,
    ):
        return
    inside = EventRegistration.filter(id=registration_id, status=RegistrationStatus.CHECKED_IN)
    scans = await inside.values("check_in_nonce")
    if not scans:
        refuse(ErrorCode.TICKET_UNKNOWN, "ticketCode")
    if scans[0]["check_in_nonce"] != nonce:
        refuse(ErrorCode.ALREADY_CHECKED_IN, "ticketCode", {"registration_id": registration_id})

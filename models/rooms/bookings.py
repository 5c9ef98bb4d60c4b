"""Booking a slot: a seat is claimed in one statement and given back exactly once.

Every change takes its locks in one order (room, booking, slot), so that changes wait for each other and never
in a circle.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise.exceptions import IntegrityError
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.kit import clock, crypto, db
from models.kit.actor import Actor, Role
from models.kit.codes import ErrorCode
from models.kit.errors import refuse
from models.kit.ids import as_uuid, uuid7
from models.members import within
from models.rooms import schedule
from models.rooms.rules import booking_rules
from models.rooms.tables import SEATED, BookingStatus, RoomBooking

Row = dict[str, Any]
BOOKING_COLUMNS = ("id", "room_id", "member_id", "status", "starts_at", "ends_at")
# Who runs a room, and therefore sees who comes.
ROOM_ROLES = (Role.CLERK, Role.ADMINISTRATOR)

_CLAIM = """
INSERT INTO room_slot (id, room_id, starts_at, taken, capacity)
SELECT :1, id, :3, 1, partitions FROM mothers_room WHERE id = :2
ON CONFLICT (room_id, starts_at) DO UPDATE SET taken = room_slot.taken + 1, capacity = excluded.capacity
WHERE room_slot.taken < excluded.capacity
"""
_RELEASE = """
UPDATE room_booking SET status = :1, released_at = :2 WHERE id {among} AND status = :4 RETURNING id
"""
_GIVE_BACK = """
UPDATE room_slot SET taken = taken - (
    SELECT COUNT(*) FROM room_booking b
    WHERE b.room_id = room_slot.room_id AND b.starts_at = room_slot.starts_at AND b.id {among}
) WHERE id IN (
    SELECT s.id FROM room_slot s JOIN room_booking b ON b.room_id = s.room_id AND b.starts_at = s.starts_at
    WHERE b.id {among}
)
"""


def bookings_visible_to(actor: Actor) -> QuerySet[RoomBooking]:
    """A member's own bookings, and those of the rooms that a staff account runs."""
    own = Q(member_id=actor.member_id, member_id__isnull=False)
    grants = actor.scope(*ROOM_ROLES)
    return RoomBooking.filter(own | within("room__organisation__path", grants) if grants else own)


def bookings_of(member_id: UUID | None) -> QuerySet[RoomBooking]:
    """A member's bookings; walk-ins are nobody's."""
    return RoomBooking.filter(member_id=member_id, member_id__isnull=False)


def upcoming(expected: bool) -> Q:
    """Bookings whose member is still to come or is there; with False all others."""
    ahead = Q(status__in=SEATED, ends_at__gt=clock.now())
    return ahead if expected else ~ahead


def shown(actor: Actor, rows: Iterable[Row]) -> list[Row]:
    """Booking rows as the actor may see them: the code is for the member who booked."""
    return [{**row, "check_in_code": check_in_code(row["id"]) if _is_own(actor, row) else None} for row in rows]


def _is_own(actor: Actor, row: Row) -> bool:
    return actor.member_id is not None and row["member_id"] == actor.member_id


def check_in_code(booking_id: UUID) -> str:
    """The six digits that open a booking at the door: derived under a key, stored nowhere."""
    return f"{int(crypto.keyed_digest(str(booking_id), 'room.check_in'), 16) % 10**6:06d}"


async def bookings_of_day(room_ids: Iterable[UUID], window: schedule.Span) -> list[Row]:
    """The bookings of some rooms within a time, in its order."""
    found = RoomBooking.filter(
        room_id__in=list(room_ids), starts_at__gte=window.starts_at, starts_at__lt=window.ends_at
    )
    return list(await found.order_by("starts_at", "id").values(*BOOKING_COLUMNS))


async def book(room_id: UUID, member_id: UUID, starts_at: datetime) -> UUID:
    """Book a slot for a member; the booking's id. SLOT_PAST, TOO_EARLY, SLOT_CLOSED, BOOKING_EXISTS, SLOT_FULL."""
    if starts_at < clock.now():
        refuse(ErrorCode.SLOT_PAST, "startsAt")
    return await _seat(room_id, member_id, starts_at, BookingStatus.BOOKED)


async def walk_in(room_id: UUID, starts_at: datetime) -> UUID:
    """Seat somebody who came without a booking, in a slot that is not over; errors as for `book`."""
    if starts_at <= clock.now() - booking_rules(clock.today()).slot:
        refuse(ErrorCode.SLOT_PAST, "startsAt")
    return await _seat(room_id, None, starts_at, BookingStatus.CHECKED_IN)


async def _seat(room_id: UUID, member_id: UUID | None, starts_at: datetime, status: BookingStatus) -> UUID:
    await schedule.hold_still(room_id)
    await _check_slot(room_id, starts_at)
    now = clock.now()
    try:
        made = await RoomBooking.create(
            room_id=room_id,
            member_id=member_id,
            starts_at=starts_at,
            ends_at=starts_at + booking_rules(clock.local(starts_at).date()).slot,
            status=status,
            created_at=now,
            checked_in_at=now if member_id is None else None,
        )
    except IntegrityError:
        refuse(ErrorCode.BOOKING_EXISTS)
    if not await claim(room_id, starts_at):
        refuse(ErrorCode.SLOT_FULL, "startsAt")
    return made.id


async def _check_slot(room_id: UUID, starts_at: datetime) -> None:
    day, ahead = clock.local(starts_at).date(), booking_rules(clock.today()).days_ahead
    if (day - clock.today()).days > ahead:
        refuse(ErrorCode.TOO_EARLY, "startsAt", opens=day - schedule.DAY * ahead)
    if not await schedule.is_slot(room_id, starts_at):
        refuse(ErrorCode.SLOT_CLOSED, "startsAt")


async def claim(room_id: UUID, starts_at: datetime) -> bool:
    """Take a seat of a slot; False when as many are taken as the room has partitions."""
    return bool(await db.execute(_CLAIM, uuid7(), room_id, starts_at))


async def release(booking_ids: Sequence[UUID], becomes: BookingStatus) -> list[UUID]:
    """End bookings that nobody checked in to and give their seats back; the ids of those it ended."""
    if not booking_ids:
        return []
    sql = _RELEASE.format(among=db.among(":3"))
    ended = await db.returning(sql, becomes, clock.now(), list(booking_ids), BookingStatus.BOOKED)
    ids = [as_uuid(row["id"]) for row in ended]
    if ids:
        await db.execute(_GIVE_BACK.format(among=db.among(":1")), ids)
    return ids


async def cancel(booking_id: UUID) -> None:
    """Cancel a booking; MOVE_NOT_ALLOWED unless it still holds."""
    if not await release([booking_id], BookingStatus.CANCELLED):
        refuse(ErrorCode.MOVE_NOT_ALLOWED, "id", {"booking_id": booking_id})


async def cancel_misfits(room_id: UUID) -> list[UUID]:
    """Cancel the bookings that a changed schedule left without a slot; their ids."""
    booked = await RoomBooking.filter(room_id=room_id, status=BookingStatus.BOOKED, ends_at__gt=clock.now()).values(
        "id", "starts_at"
    )
    days = {clock.local(row["starts_at"]).date() for row in booked}
    fitting = {slot.starts_at for slot in await schedule.slots_on(room_id, days)}
    misfits = [row["id"] for row in booked if row["starts_at"] not in fitting]
    return await release(misfits, BookingStatus.CANCELLED)


async def to_tell(booking_ids: Sequence[UUID]) -> list[Row]:
    """Which member's bookings these are, and of which room; walk-ins have nobody to tell."""
    found = RoomBooking.filter(id__in=list(booking_ids), member_id__isnull=False)
    return list(await found.values("id", "member_id", "starts_at", room="room__name"))


async def check_in(booking_id: UUID, starts_at: datetime, ends_at: datetime, code: str) -> None:
    """Note that a member came. CODE_WRONG, TOO_EARLY, SLOT_PAST, or MOVE_NOT_ALLOWED unless it still holds."""
    now, opens = clock.now(), starts_at - booking_rules(clock.today()).check_in_opens
    if code != check_in_code(booking_id):
        refuse(ErrorCode.CODE_WRONG, "code")
    if now < opens:
        refuse(ErrorCode.TOO_EARLY, "id", opens=opens)
    if now >= ends_at:
        refuse(ErrorCode.SLOT_PAST, "id")
    came = RoomBooking.filter(id=booking_id, status=BookingStatus.BOOKED)
    if not await came.update(status=BookingStatus.CHECKED_IN, checked_in_at=now):
        refuse(ErrorCode.MOVE_NOT_ALLOWED, "id", {"booking_id": booking_id})


async def nobody_came(limit: int) -> list[UUID]:
    """Bookings that nobody checked in to in time, the oldest first."""
    latest = clock.now() - booking_rules(clock.today()).no_show_after
    late = RoomBooking.filter(status=BookingStatus.BOOKED, starts_at__lte=latest)
    return [row["id"] for row in await late.order_by("starts_at", "id").limit(limit).values("id")]

"""Booking mothers' rooms, and running them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from models import members
from models.accounts import throttle
from models.kit import clock, db, outbox, paging
from models.kit.actor import Actor
from models.kit.codes import ErrorCode
from models.kit.entries import Entry
from models.kit.errors import Checks, refuse
from models.kit.words import line
from models.rooms import bookings, directory, entries, ratings, schedule, search
from models.rooms.tables import BookingStatus
from resolvers.kit import action, jobs
from resolvers.kit.action import command, query
from resolvers.kit.calendar import in_calendar
from resolvers.kit.export import exports
from resolvers.kit.guard import ANYONE, MEMBER, staff

Row = dict[str, Any]
MAX_WORDS = 200
runs_rooms = staff(*bookings.ROOM_ROLES)


@query("rooms.search", ANYONE)
async def search_rooms(
    actor: Actor, *, first: int, after: str | None, near: Row | None = None, **filters: Any
) -> paging.Page:
    """Rooms for everybody; see `models.rooms.search` for the filters."""
    around = search.Near(**near) if near else None
    return await search.search(first=first, after=after, near=around, **filters)


@query("rooms.read", ANYONE)
async def rooms_by_id(actor: Actor, ids: Iterable[UUID]) -> dict[UUID, Row]:
    """Rooms by id."""
    return await directory.rooms_by_id(ids)


@query("rooms.closures", ANYONE)
async def closures_by_id(actor: Actor, ids: Iterable[UUID]) -> dict[UUID, Row]:
    """Closures by id."""
    return await directory.closures_by_id(ids)


@query("rooms.hours", ANYONE)
async def hours_of(actor: Actor, room_ids: Sequence[UUID]) -> dict[UUID, list[schedule.Hours]]:
    """Opening hours of rooms."""
    return await schedule.hours_of(room_ids)


@query("rooms.slots", ANYONE)
async def slots_of(actor: Actor, rooms: Sequence[Row], day: date) -> dict[UUID, list[Row]]:
    """The slots of rooms on a day."""
    return await schedule.day_of_rooms({room["id"]: room["partitions"] for room in rooms}, day)


@query("rooms.closures_ahead", ANYONE)
async def closures_ahead(actor: Actor, room_ids: Sequence[UUID]) -> list[Row]:
    """Closures of rooms that are not over."""
    return await directory.closures_ahead(room_ids)


@query("rooms.bookings", ANYONE)
async def bookings_by_id(actor: Actor, ids: Iterable[UUID]) -> dict[UUID, Row]:
    """Bookings that the actor may see, by id."""
    found = bookings.bookings_visible_to(actor).filter(id__in=list(ids))
    rows = await found.values(*bookings.BOOKING_COLUMNS)
    return {row["id"]: row for row in bookings.shown(actor, rows)}


@in_calendar("booking")
@query("rooms.calendar", MEMBER)
async def booking_entry(actor: Actor, booking_id: UUID) -> Entry | None:
    """A booking of the actor, for their calendar."""
    return await entries.entry(booking_id, actor.member_id)


@query("rooms.my_bookings", ANYONE)
async def my_bookings(actor: Actor, *, first: int, after: str | None, upcoming: bool | None = None) -> paging.Page:
    """The actor's bookings: the next first when only upcoming ones are asked for, else the latest first."""
    found = bookings.bookings_of(actor.member_id)
    if upcoming is not None:
        found = found.filter(bookings.upcoming(upcoming))
    order = ("starts_at", "id") if upcoming else ("-starts_at", "-id")
    page = await paging.page(found, bookings.BOOKING_COLUMNS, first=first, after=after, order=order)
    return paging.Page(bookings.shown(actor, page.rows), page.cursors, page.has_next)


@query("rooms.day_bookings", ANYONE)
async def day_bookings(actor: Actor, rooms: Sequence[Row], day: date) -> dict[UUID, list[Row]]:
    """The bookings of a day in those of the rooms that the actor runs."""
    mine = [room["id"] for room in rooms if directory.is_run_by(actor, room)]
    rows = await bookings.bookings_of_day(mine, schedule.day_of(day)) if mine else []
    return _by_room(mine, bookings.shown(actor, rows))


@query("rooms.day_cleanings", ANYONE)
async def day_cleanings(actor: Actor, rooms: Sequence[Row], day: date) -> dict[UUID, list[Row]]:
    """The cleaning log of a day in those of the rooms that the actor runs."""
    mine = [room["id"] for room in rooms if directory.is_run_by(actor, room)]
    rows = await directory.cleanings_of_day(mine, schedule.day_of(day)) if mine else []
    return _by_room(mine, rows)


def _by_room(room_ids: Iterable[UUID], rows: Iterable[Row]) -> dict[UUID, list[Row]]:
    found: dict[UUID, list[Row]] = {room_id: [] for room_id in room_ids}
    for row in rows:
        found[row["room_id"]].append(row)
    return found


@command("rooms.book", MEMBER, tries=throttle.GRABS)
async def book_room(actor: Actor, *, room_id: UUID, starts_at: datetime) -> Row:
    """Book a slot for the actor."""
    assert actor.member_id
    room = await directory.find(room_id)
    if not await members.current_membership(actor.member_id):
        refuse(ErrorCode.NOT_A_MEMBER)
    booking_id = await bookings.book(room_id, actor.member_id, starts_at)
    _about_booking(booking_id, actor.member_id, room)
    return {"booking_id": booking_id}


@command("rooms.cancel_booking", MEMBER)
async def cancel_booking(actor: Actor, *, id: UUID) -> Row:
    """Cancel a booking of the actor."""
    _about_booking(id, actor.member_id, await _own(actor, id))
    await bookings.cancel(id)
    return {"booking_id": id}


@command("rooms.check_in", MEMBER, tries=throttle.CHECK_INS)
async def check_in(actor: Actor, *, id: UUID, code: str) -> Row:
    """Note that the actor came."""
    booking = await _own(actor, id)
    _about_booking(id, actor.member_id, booking)
    await bookings.check_in(id, booking["starts_at"], booking["ends_at"], code)
    return {"booking_id": id}


async def _own(actor: Actor, booking_id: UUID) -> Row:
    found = bookings.bookings_of(actor.member_id).filter(id=booking_id)
    rows = await found.values("starts_at", "ends_at", organisation_path="room__organisation__path")
    return rows[0] if rows else refuse(ErrorCode.NOT_FOUND, "id")


def _about_booking(booking_id: UUID, member_id: UUID | None, row: Row) -> None:
    action.about("RoomBooking", booking_id, subject_id=member_id, organisation_path=row["organisation_path"])


@command("rooms.walk_in", runs_rooms)
async def record_walk_in(actor: Actor, *, room_id: UUID, starts_at: datetime) -> Row:
    """Seat somebody who came without a booking."""
    room = await directory.run_by(actor, room_id)
    booking_id = await bookings.walk_in(room_id, starts_at)
    _about_booking(booking_id, None, room)
    return {"booking_id": booking_id}


@command("rooms.set_hours", runs_rooms)
async def set_opening_hours(actor: Actor, *, room_id: UUID, hours: Sequence[Row]) -> Row:
    """Give a room new hours; bookings without a slot under them are cancelled and their members told."""
    room = await directory.run_by(actor, room_id)
    await schedule.replace_hours(room_id, schedule.parse_hours(hours))
    await _cancel_misfits(room_id, "ROOM_HOURS_CHANGED")
    action.about("MothersRoom", room_id, organisation_path=room["organisation_path"])
    return {"room_id": room_id}


@command("rooms.close", runs_rooms)
async def close_room(actor: Actor, *, room_id: UUID, starts_at: datetime, ends_at: datetime, reason: str) -> Row:
    """Close a room for a time; bookings in it are cancelled and their members told."""
    room = await directory.run_by(actor, room_id)
    reason = line(reason, "reason", most=MAX_WORDS)
    checks = Checks()
    checks.require(starts_at < ends_at, ErrorCode.INVALID, "endsAt")
    checks.require(ends_at > clock.now(), ErrorCode.SLOT_PAST, "endsAt")
    checks.done()
    closure_id = await schedule.add_closure(room_id, schedule.Span(starts_at, ends_at), reason)
    cancelled = await _cancel_misfits(room_id, "ROOM_CLOSED", reason=reason)
    await schedule.count_cancelled(closure_id, cancelled)
    action.about("RoomClosure", closure_id, organisation_path=room["organisation_path"], reason=reason)
    return {"closure_id": closure_id}


async def _cancel_misfits(room_id: UUID, kind: str, **words: str) -> int:
    cancelled = await bookings.cancel_misfits(room_id)
    if cancelled:
        await outbox.send("rooms.cancelled", booking_ids=[str(id) for id in cancelled], kind=kind, words=words)
    return len(cancelled)


@command("rooms.record_cleaning", runs_rooms)
async def record_room_cleaning(actor: Actor, *, room_id: UUID, note: str | None = None) -> Row:
    """Add an entry to a room's cleaning log."""
    room = await directory.run_by(actor, room_id)
    note = line(note, "note", most=MAX_WORDS) if note else None
    await directory.note_cleaning(room_id, actor.name, note)
    action.about("MothersRoom", room_id, organisation_path=room["organisation_path"])
    return {"room_id": room_id}


@jobs.handles("rooms.cancelled")
async def tell_members(message: Row) -> None:
    """Tell the members whose bookings the room cancelled."""
    await _notify([UUID(id) for id in message["booking_ids"]], message["kind"], message["words"])


@jobs.periodic("rooms.no_show", timedelta(minutes=1))
async def release_no_shows() -> int:
    """Give back the seats of bookings that nobody came to, and tell the members."""
    released = 0
    for booking_id in await bookings.nobody_came(limit=200):
        async with db.transaction():
            ended = await bookings.release([booking_id], BookingStatus.NO_SHOW)
            await _notify(ended, "ROOM_NO_SHOW", {})
        released += len(ended)
    return released


async def _notify(booking_ids: Sequence[UUID], kind: str, words: Row) -> None:
    for booking in await bookings.to_tell(booking_ids):
        await outbox.send(
            "notify",
            member_id=booking["member_id"],
            kind=kind,
            target_type="RoomBooking",
            target_id=booking["id"],
            params={"room": booking["room"], "starts_at": booking["starts_at"].isoformat(), **words},
        )


@exports("roomBookings")
async def bookings_held(member_id: UUID | None, account_id: UUID) -> list[Row]:
    """A member's room bookings and ratings."""
    return await ratings.held_about(member_id) if member_id else []

"""Many at once want the same seat: on PostgreSQL through connections of their own."""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from models.kit import clock
from models.kit.actor import Actor, Role, RoleGrant
from models.kit.errors import DomainError
from models.kit.ids import uuid7
from models.members import Organisation
from models.rooms.bookings import check_in_code
from models.rooms.tables import SEATED, RoomBooking
from resolvers import rooms as resolvers
from tests.factories import people, rooms
from tests.factories.rooms import moment

NOW = moment("2026-03-05 08:00")
NINE = moment("2026-03-05 09:00")
MANY = 50


async def members_of(union: Organisation, number: int) -> list[Actor]:
    """That many members, signed in."""
    return [Actor(account_id=uuid7(), member_id=(await people.member(union)).id) for _ in range(number)]


def clerk_of(union: Organisation) -> Actor:
    """A clerk of a union, signed in."""
    return Actor(account_id=uuid7(), roles=(RoleGrant(Role.CLERK, union.id, union.path),))


async def outcome(work: Awaitable[dict[str, Any]]) -> str:
    """What a command came to: DONE, or why not."""
    try:
        await work
    except DomainError as refused:
        return refused.problems[0].code
    return "DONE"


async def outcomes(*work: Awaitable[dict[str, Any]]) -> Counter[str]:
    """What commands that run at once came to."""
    with clock.at(NOW):
        return Counter(await asyncio.gather(*map(outcome, work)))


async def count_then_insert(room_id: UUID, member_id: UUID, starts_at: datetime, all_counted: asyncio.Barrier) -> None:
    """How not to book."""
    taken = await RoomBooking.filter(room_id=room_id, starts_at=starts_at, status__in=SEATED).count()
    await all_counted.wait()
    if taken < 2:
        await RoomBooking.create(
            room_id=room_id,
            member_id=member_id,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=30),
            status="BOOKED",
            created_at=NOW,
        )


async def test_of_fifty_who_want_one_slot_of_two_partitions_exactly_two_get_it(database: None) -> None:
    union = await people.organisation()
    room_id, actors = await rooms.room(union), await members_of(union, MANY)
    came_to = await outcomes(*(resolvers.book_room(a, room_id=room_id, starts_at=NINE) for a in actors))
    assert came_to == {"DONE": 2, "SLOT_FULL": MANY - 2}
    assert await rooms.seats(room_id) == {NINE: (2, 2, 2)}


async def test_counting_first_and_inserting_then_would_give_it_to_more(database: None) -> None:
    union = await people.organisation()
    room_id, actors = await rooms.room(union), await members_of(union, MANY)
    barrier, members = asyncio.Barrier(MANY), [actor.member_id for actor in actors if actor.member_id]
    await asyncio.gather(*(count_then_insert(room_id, member, NINE, barrier) for member in members))
    assert await RoomBooking.filter(room_id=room_id, starts_at=NINE).count() == MANY


async def test_a_member_who_books_ten_slots_at_once_gets_one(database: None) -> None:
    union = await people.organisation()
    room_id, (actor,) = await rooms.room(union), await members_of(union, 1)
    slots = [NINE + timedelta(minutes=30 * n) for n in range(10)]
    came_to = await outcomes(*(resolvers.book_room(actor, room_id=room_id, starts_at=slot) for slot in slots))
    assert came_to == {"DONE": 1, "BOOKING_EXISTS": 9}
    assert [seats for seats in (await rooms.seats(room_id)).values() if seats[0]] == [(1, 1, 2)]


async def test_a_booking_cancelled_ten_times_at_once_gives_one_seat_back(database: None) -> None:
    union = await people.organisation()
    room_id, (one, other) = await rooms.room(union), await members_of(union, 2)
    with clock.at(NOW):
        await resolvers.book_room(other, room_id=room_id, starts_at=NINE)
        booking = await resolvers.book_room(one, room_id=room_id, starts_at=NINE)
    cancels = (resolvers.cancel_booking(one, id=booking["booking_id"]) for _ in range(10))
    assert await outcomes(*cancels) == {"DONE": 1, "MOVE_NOT_ALLOWED": 9}
    assert await rooms.seats(room_id) == {NINE: (1, 1, 2)}


@pytest.mark.parametrize("closed_by", ["close_room", "set_opening_hours"])
async def test_no_booking_slips_into_a_room_that_is_being_closed(database: None, closed_by: str) -> None:
    union = await people.organisation()
    closings: dict[str, dict[str, Any]] = {
        "close_room": {"starts_at": NINE, "ends_at": NINE + timedelta(hours=1), "reason": "消毒"},
        "set_opening_hours": {"hours": []},
    }
    for actors in [await members_of(union, 8) for _ in range(4)]:
        room_id = await rooms.room(union, partitions=8)
        books = [resolvers.book_room(a, room_id=room_id, starts_at=NINE) for a in actors]
        close = getattr(resolvers, closed_by)(clerk_of(union), room_id=room_id, **closings[closed_by])
        came_to = await outcomes(*books[:4], close, *books[4:])
        assert came_to["DONE"] + came_to["SLOT_CLOSED"] == 9
        assert all(seats[:2] == (0, 0) for seats in (await rooms.seats(room_id)).values())


async def test_a_seat_is_either_checked_in_to_or_released(database: None) -> None:
    union = await people.organisation()
    for actor in await members_of(union, 5):
        room_id = await rooms.room(union)
        with clock.at(NOW):
            booking_id = (await resolvers.book_room(actor, room_id=room_id, starts_at=NINE))["booking_id"]
        with clock.at(NINE + timedelta(minutes=20)):
            checks_in = resolvers.check_in(actor, id=booking_id, code=check_in_code(booking_id))
            came, released = await asyncio.gather(outcome(checks_in), resolvers.release_no_shows())
        assert (came, released) in (("DONE", 0), ("MOVE_NOT_ALLOWED", 1))
        assert await rooms.seats(room_id) == {NINE: (1 - released, 1 - released, 2)}

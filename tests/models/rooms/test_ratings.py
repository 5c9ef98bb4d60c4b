"""Rating a booking that was used."""

from uuid import UUID

import pytest

from models.kit import clock
from models.kit.codes import ErrorCode
from models.kit.errors import DomainError
from models.kit.ids import uuid7
from models.rooms import bookings, directory, ratings
from models.rooms.tables import BookingStatus, RoomBooking
from tests.factories import people, rooms
from tests.factories.rooms import moment


async def used_booking(room_id: UUID, member_id: UUID) -> UUID:
    with clock.at(moment("2026-03-05 08:00")):
        booking_id = await bookings.book(room_id, member_id, moment("2026-03-05 09:00"))
    await RoomBooking.filter(id=booking_id).update(status=BookingStatus.CHECKED_IN)
    return booking_id


async def refusal(booking_id: UUID, member_id: UUID, score: int = 5, comment: str | None = None) -> ErrorCode:
    with pytest.raises(DomainError) as refused:
        await ratings.rate_booking(booking_id, member_id, score, comment)
    return refused.value.problems[0].code


async def test_ratings_add_up_on_the_room_and_come_once_for_each_booking(database: None) -> None:
    union = await people.organisation()
    room_id = await rooms.room(union)
    for score in (5, 2):
        member = await people.member(union)
        booking_id = await used_booking(room_id, member.id)
        await ratings.rate_booking(booking_id, member.id, score, "很干净")
        assert await refusal(booking_id, member.id) == ErrorCode.ALREADY_RATED
    room = await directory.find(room_id)
    assert (room["rating_sum"], room["rating_count"]) == (7, 2)


async def test_only_whoever_used_a_booking_rates_it(database: None) -> None:
    union = await people.organisation()
    room_id, member = await rooms.room(union), await people.member(union)
    booking_id = await used_booking(room_id, member.id)
    assert await refusal(booking_id, (await people.member(union)).id) == ErrorCode.NOT_FOUND
    assert await refusal(uuid7(), member.id) == ErrorCode.NOT_FOUND
    assert await refusal(booking_id, member.id, score=6) == ErrorCode.INVALID
    assert await refusal(booking_id, member.id, comment="x" * 501) == ErrorCode.TOO_LONG
    await RoomBooking.filter(id=booking_id).update(status=BookingStatus.NO_SHOW)
    assert await refusal(booking_id, member.id) == ErrorCode.MOVE_NOT_ALLOWED
    assert (await directory.find(room_id))["rating_count"] == 0


async def test_a_copy_of_what_is_held_has_bookings_with_their_ratings(database: None) -> None:
    union = await people.organisation()
    member = await people.member(union)
    booking_id = await used_booking(await rooms.room(union, name="小屋"), member.id)
    await ratings.rate_booking(booking_id, member.id, 4, "很干净")
    (held,) = await ratings.held_about(member.id)
    assert (held["room"], held["score"], held["comment"]) == ("小屋", 4, "很干净")
    assert await ratings.held_about((await people.member(union)).id) == []

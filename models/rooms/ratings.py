"""What members thought of the bookings they used, and what is held about a member's bookings."""

from typing import Any
from uuid import UUID

from tortoise.exceptions import IntegrityError
from tortoise.expressions import F

from models.kit import clock
from models.kit.codes import ErrorCode
from models.kit.errors import Checks, refuse
from models.rooms.tables import BookingStatus, MothersRoom, RoomBooking, RoomRating

Row = dict[str, Any]
BEST, MAX_COMMENT = 5, 500


async def rate_booking(booking_id: UUID, member_id: UUID, score: int, comment: str | None) -> None:
    """Rate a booking that the member used, 1 to 5, once. NOT_FOUND for anybody else's, MOVE_NOT_ALLOWED for one
    that was not used, ALREADY_RATED."""
    checks = Checks()
    checks.require(1 <= score <= BEST, ErrorCode.INVALID, "score")
    checks.require(len(comment or "") <= MAX_COMMENT, ErrorCode.TOO_LONG, "comment", max=MAX_COMMENT)
    checks.done()
    room_id = await _room_used(booking_id, member_id)
    try:
        await RoomRating.create(
            booking_id=booking_id, member_id=member_id, score=score, comment=comment, created_at=clock.now()
        )
    except IntegrityError:
        refuse(ErrorCode.ALREADY_RATED, "id")
    await MothersRoom.filter(id=room_id).update(rating_sum=F("rating_sum") + score, rating_count=F("rating_count") + 1)


async def _room_used(booking_id: UUID, member_id: UUID) -> UUID:
    found = await RoomBooking.filter(id=booking_id, member_id=member_id).values("room_id", "status")
    if not found:
        refuse(ErrorCode.NOT_FOUND, "id")
    if found[0]["status"] != BookingStatus.CHECKED_IN:
        refuse(ErrorCode.MOVE_NOT_ALLOWED, "id")
    room_id: UUID = found[0]["room_id"]
    return room_id


async def held_about(member_id: UUID) -> list[Row]:
    """A member's bookings and ratings, for a copy of everything held about them."""
    return (
        await RoomBooking.filter(member_id=member_id)
        .order_by("id")
        .values(
            "starts_at", "ends_at", "status", "created_at", "checked_in_at", "released_at",
            room="room__name", score="rating__score", comment="rating__comment",
        )
    )  # fmt: skip

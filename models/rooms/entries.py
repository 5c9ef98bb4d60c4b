"""Bookings as entries of a member's own calendar."""

from uuid import UUID

from models.kit.entries import Entry
from models.rooms.bookings import bookings_of
from models.rooms.tables import SEATED


async def entry(booking_id: UUID, member_id: UUID | None) -> Entry | None:
    """A booking of the member; None for anybody else's. A booking is only ever kept or ended."""
    found = await bookings_of(member_id).filter(id=booking_id).values(
        "status", "starts_at", "ends_at", room="room__name", address="room__address"
    )  # fmt: skip
    if not found:
        return None
    row, kept = found[0], found[0]["status"] in SEATED
    return Entry(
        booking_id,
        revision=0 if kept else 1,
        cancelled=not kept,
        title="calendar.booking",
        begins=row["starts_at"],
        ends=row["ends_at"],
        place=row["address"],
        params={"room": row["room"]},
    )

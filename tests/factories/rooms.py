"""Mothers' rooms and bookings."""

from datetime import datetime
from itertools import count
from uuid import UUID

from models.kit import clock
from models.members import Organisation
from models.rooms import directory, schedule
from models.rooms.rules import Equipment
from models.rooms.schedule import Hours
from models.rooms.tables import BookingStatus, MothersRoom, RoomBooking, RoomSlot, SiteType

_numbers = count(1)
EVERY_DAY = tuple(Hours(weekday, 9 * 60, 17 * 60) for weekday in range(1, 8))


async def room(
    organisation: Organisation,
    *,
    partitions: int = 2,
    name: str | None = None,
    hours: tuple[Hours, ...] = EVERY_DAY,
    at: tuple[float, float] | None = (28.0, 120.66),
) -> UUID:
    """A room that is open from nine to five every day."""
    return await directory.create_room(
        organisation_id=organisation.id,
        name=name or f"第{next(_numbers)}小屋",
        address="鹿城区市府路1号",
        site_type=SiteType.PUBLIC,
        division_code=organisation.division_code,
        area_m2=12,
        equipment=list(Equipment),
        partitions=partitions,
        latitude=at[0] if at else None,
        longitude=at[1] if at else None,
        hours=hours,
    )


def moment(text: str) -> datetime:
    """A moment in China: `2026-03-05 09:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI)


async def close(room_id: UUID, starts_at: str, ends_at: str) -> UUID:
    """A closure of a room."""
    return await schedule.add_closure(room_id, schedule.Span(moment(starts_at), moment(ends_at)), "检修")


async def seats(room_id: UUID) -> dict[datetime, tuple[int, int, int]]:
    """For every slot that was ever claimed: seats taken, bookings that hold one, capacity."""
    slots = await RoomSlot.filter(room_id=room_id).values("starts_at", "taken", "capacity")
    seated = (BookingStatus.BOOKED, BookingStatus.CHECKED_IN)
    return {
        slot["starts_at"]: (
            slot["taken"],
            await RoomBooking.filter(room_id=room_id, starts_at=slot["starts_at"], status__in=seated).count(),
            slot["capacity"],
        )
        for slot in slots
    }


async def set_partitions(room_id: UUID, partitions: int) -> None:
    """Rebuild a room."""
    await MothersRoom.filter(id=room_id).update(partitions=partitions)

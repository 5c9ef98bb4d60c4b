"""Which rooms there are and who runs them; setting them up; closures and the cleaning log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from models.kit import clock
from models.kit.actor import Actor
from models.kit.codes import ErrorCode
from models.kit.errors import refuse
from models.members import within
from models.rooms import schedule
from models.rooms.bookings import ROOM_ROLES
from models.rooms.rules import Equipment, star_level
from models.rooms.tables import MothersRoom, RoomCleaning, RoomClosure, SiteType

Row = dict[str, Any]
ROOM_COLUMNS = (
    "id", "name", "address", "site_type", "division_code", "area_m2", "equipment", "star_level", "partitions",
    "rating_sum", "rating_count",
)  # fmt: skip
PATH = {"organisation_path": "organisation__path"}
CLOSURE_COLUMNS = ("id", "room_id", "starts_at", "ends_at", "reason", "cancelled_bookings")


async def rooms_by_id(ids: Iterable[UUID]) -> dict[UUID, Row]:
    """Rooms by id: they are public."""
    rows = await MothersRoom.filter(id__in=list(ids)).values(*ROOM_COLUMNS, **PATH)
    return {row["id"]: row for row in rows}


async def find(room_id: UUID) -> Row:
    """A room that has been opened; NOT_FOUND when there is none."""
    rows = await MothersRoom.filter(id=room_id, opened_at__isnull=False).values(*ROOM_COLUMNS, **PATH)
    return rows[0] if rows else refuse(ErrorCode.NOT_FOUND, "roomId")


async def run_by(actor: Actor, room_id: UUID) -> Row:
    """A room that the actor runs; NOT_FOUND for another's as for none."""
    inside = within("organisation__path", actor.scope(*ROOM_ROLES))
    found = await MothersRoom.filter(inside, id=room_id).values("id", "name", **PATH)
    return found[0] if found else refuse(ErrorCode.NOT_FOUND, "roomId")


def is_run_by(actor: Actor, room: Row) -> bool:
    """True when the actor runs the room of this row."""
    return actor.holds(ROOM_ROLES, room["organisation_path"])


async def create_room(
    *,
    organisation_id: UUID,
    name: str,
    address: str,
    site_type: SiteType,
    division_code: str,
    area_m2: float,
    equipment: Sequence[Equipment],
    partitions: int = 1,
    latitude: float | None = None,
    longitude: float | None = None,
    hours: Sequence[schedule.Hours] = (),
) -> UUID:
    """Set up a room with the stars that today's standard gives it, open if it has hours; its id."""
    made = await MothersRoom.create(
        organisation_id=organisation_id,
        name=name,
        address=address,
        site_type=site_type,
        division_code=division_code,
        latitude=latitude,
        longitude=longitude,
        area_m2=area_m2,
        equipment=list(equipment),
        star_level=star_level(area_m2, equipment, clock.today()),
        partitions=partitions,
        opened_at=clock.now() if hours else None,
        schedule_changed_at=clock.now(),
    )
    await schedule.replace_hours(made.id, hours)
    return made.id


async def open_room(room_id: UUID, hours: Sequence[schedule.Hours]) -> None:
    """Open a room with its plaque, once, with these hours unless it was given others before."""
    room = await MothersRoom.get(id=room_id).only("id", "equipment")
    equipment = [*room.equipment, *({Equipment.PLAQUE} - set(room.equipment))]
    opened = await MothersRoom.filter(id=room_id, opened_at=None).update(opened_at=clock.now(), equipment=equipment)
    if opened and not (await schedule.hours_of([room_id])).get(room_id):
        await schedule.replace_hours(room_id, hours)


async def closures_by_id(ids: Iterable[UUID]) -> dict[UUID, Row]:
    """Closures by id: they are public."""
    rows = await RoomClosure.filter(id__in=list(ids)).values(*CLOSURE_COLUMNS)
    return {row["id"]: row for row in rows}


async def closures_ahead(room_ids: Iterable[UUID]) -> list[Row]:
    """The closures of some rooms that are not over, the next first."""
    found = RoomClosure.filter(room_id__in=list(room_ids), ends_at__gt=clock.now())
    return list(await found.order_by("starts_at", "id").values(*CLOSURE_COLUMNS))


async def note_cleaning(room_id: UUID, cleaned_by: str, note: str | None) -> UUID:
    """Add an entry to a room's cleaning log; its id."""
    made = await RoomCleaning.create(room_id=room_id, at=clock.now(), cleaned_by=cleaned_by, note=note)
    return made.id


async def cleanings_of_day(room_ids: Iterable[UUID], window: schedule.Span) -> list[Row]:
    """The cleaning log of some rooms within a time."""
    found = RoomCleaning.filter(room_id__in=list(room_ids), at__gte=window.starts_at, at__lt=window.ends_at)
    return list(await found.order_by("at", "id").values("id", "room_id", "at", "cleaned_by", "note"))

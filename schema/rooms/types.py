"""Mothers' rooms and bookings as clients see them."""

from datetime import date, datetime
from typing import Annotated

import strawberry

from models.kit.texts import text
from models.rooms.rules import Equipment
from models.rooms.schedule import clock_time
from models.rooms.tables import BookingStatus, SiteType, Weekday
from resolvers import rooms
from resolvers.kit import calendar
from schema.kit import qr
from schema.kit.build import batch, column, computed, enum, output
from schema.kit.context import Info, Row, Rows
from schema.kit.nodes import Node, behind, node_id, reads
from schema.kit.price import Price
from schema.members import Member, member_by

enum(
    SiteType,
    ENTERPRISE="On an employer's premises.",
    BUILDING="In a building shared by several employers.",
    PUBLIC="In a public place.",
)
enum(Weekday, **{day.name: day.name.capitalize() + "." for day in Weekday})
enum(
    BookingStatus,
    BOOKED="The seat is kept.",
    CHECKED_IN="The person came.",
    CANCELLED="Cancelled, by the member or because the room closed.",
    NO_SHOW="Nobody came in time; the seat was given back.",
)
enum(
    Equipment,
    NON_SLIP_FLOOR="A floor that is not slippery.",
    CHANGING_TABLE="A changing table with a belt.",
    HOT_WATER="Hot water.",
    SOAP="Soap.",
    BASIN="A wash basin.",
    CRIB="A crib.",
    CHAIR="A chair.",
    TABLE="A table.",
    SOCKET="A power socket.",
    BIN="A bin.",
    LOCKABLE_DOOR="A door that can be locked.",
    PLAQUE="The union's plaque.",
    FRIDGE="A fridge.",
    TWO_CHAIRS="At least two chairs.",
    PRIVACY="Out of everybody's sight.",
    VENTILATION="Ventilation.",
    OWN_ROOM="A room of its own.",
    AIR_CONDITIONING="Air conditioning.",
    DISINFECTOR="A disinfector.",
    WINDOW="A window.",
    CABINET="A cabinet.",
    PARTITIONS="Partitions for at least two.",
    SOFA="A sofa.",
)

Day = Annotated[date, strawberry.argument(description="A day in China.")]


@output
class OpeningHours:
    """A span of a weekday on which a room is open."""

    weekday: Weekday = column("The day of the week.")
    opens: str = computed(lambda row, info: clock_time(row.opens), "From when, like `09:00`.")
    closes: str = computed(lambda row, info: clock_time(row.closes), "Until when, like `17:30` or `24:00`.")


@output
class RoomSlot:
    """A bookable half hour, aligned to when the room opens."""

    starts_at: datetime = column("When it starts.")
    ends_at: datetime = column("When it ends.")
    free: int = column("How many places are not taken; 0 once it is over.")
    capacity: int = column("How many places there are.")


@output
class RatingSummary:
    """What those who used something thought of it."""

    average: float | None = column("The mean score of 1 to 5; null before the first rating.")
    count: int = column("How many ratings there are.")


@output
class RoomClosure(Node):
    """A time in which a room is closed in spite of its hours."""

    id: strawberry.ID = node_id("RoomClosure")
    starts_at: datetime = column("From when.")
    ends_at: datetime = column("Until when.")
    reason: str = column("Why.")
    cancelled_bookings: int = column("How many bookings it cancelled.")


@output
class RoomCleaning:
    """An entry of a room's cleaning log."""

    at: datetime = column("When it was cleaned.")
    cleaned_by: str = column("Who entered it.")
    note: str | None = column("Anything worth noting.")


async def _hours(rows: Rows, info: Info) -> list[list[OpeningHours]]:
    found = await rooms.hours_of(info.context.actor, [row["id"] for row in rows])
    return [found.get(row["id"], []) for row in rows]  # type: ignore[misc]


async def _slots(rows: Rows, info: Info, date: Day) -> list[list[RoomSlot]]:
    found = await rooms.slots_of(info.context.actor, rows, date)
    return [found[row["id"]] for row in rows]  # type: ignore[misc]


async def _closures(rows: Rows, info: Info) -> list[list[RoomClosure]]:
    ahead = await rooms.closures_ahead(info.context.actor, [row["id"] for row in rows])
    return [[closure for closure in ahead if closure["room_id"] == row["id"]] for row in rows]  # type: ignore[misc]


def _rating(row: Row, info: Info) -> RatingSummary:
    count = row["rating_count"]
    return {"count": count, "average": round(row["rating_sum"] / count, 1) if count else None}  # type: ignore[return-value]


async def _bookings(
    rows: Rows, info: Info, date: Day
) -> list[list[Annotated["RoomBooking", strawberry.lazy("schema.rooms.types")]] | None]:
    found = await rooms.day_bookings(info.context.actor, rows, date)
    return [found.get(row["id"]) for row in rows]  # type: ignore[misc]


async def _cleanings(rows: Rows, info: Info, date: Day) -> list[list[RoomCleaning] | None]:
    found = await rooms.day_cleanings(info.context.actor, rows, date)
    return [found.get(row["id"]) for row in rows]  # type: ignore[misc]


@output
class MothersRoom(Node):
    """A room for pregnant and nursing women and for whoever cares for an infant; free of charge."""

    id: strawberry.ID = node_id("MothersRoom")
    name: str = column("The room's name.")
    address: str = column("Where it is.")
    division_code: str = column("The administrative division it is in.")
    site_type: SiteType = column("What kind of place it is in.")
    area: float = computed(lambda row, info: row["area_m2"], "Square metres.")
    star_level: int | None = column("3 to 5 stars by the standard; null without.")
    equipment: list[Equipment] = column("What is there.")
    opening_hours: list[OpeningHours] = batch(_hours, "When it is open, from Monday on.")
    closures: list[RoomClosure] = batch(_closures, "When it is closed in spite of that, from now on.")
    distance_km: float | None = column("How far from the point asked for; null when none was.")
    slots: list[RoomSlot] = batch(
        _slots, "The slots of a day, without those in which the room is closed.", price=Price(points=3, size=20)
    )
    rating: RatingSummary = computed(_rating, "What those who used it thought of it.")
    bookings: list[Annotated["RoomBooking", strawberry.lazy("schema.rooms.types")]] | None = batch(
        _bookings, "Who comes on a day; null for everybody but the staff who run the room."
    )
    cleanings: list[RoomCleaning] | None = batch(
        _cleanings, "The cleaning log of a day; null for everybody but the staff who run the room."
    )


def _check_in_qr(row: Row, info: Info) -> str | None:
    code = row["check_in_code"]
    return qr.svg(code, text(info.context.locale, "qr.check_in")) if code else None


def _calendar_url(row: Row, info: Info) -> str | None:
    return calendar.link("booking", row["id"], info.context.actor) if row["check_in_code"] else None


@output
class RoomBooking(Node):
    """A place in a slot."""

    id: strawberry.ID = node_id("RoomBooking")
    status: BookingStatus = column("What became of it.")
    starts_at: datetime = column("When the slot starts.")
    ends_at: datetime = column("When the slot ends.")
    check_in_code: str | None = column("Six digits to check in with; null for everybody but who booked.")
    check_in_qr: str | None = computed(
        _check_in_qr, "The same as a QR code: an SVG picture. Null for everybody but who booked.", price=qr.PRICE
    )
    calendar_url: str | None = computed(
        _calendar_url,
        "Where the member's calendar finds it (iCalendar), to be resolved against the endpoint's address: a link that "
        "opens this booking for 400 days without signing in. Null for everybody but who booked.",
    )
    room: MothersRoom = batch(behind("room_id", rooms.rooms_by_id), "The room.")
    member: Member | None = batch(
        member_by("member_id"),
        "Who booked; null for a walk-in, and for members whom the viewer may not see.",
    )


reads("MothersRoom", rooms.rooms_by_id)
reads("RoomClosure", rooms.closures_by_id)
reads("RoomBooking", rooms.bookings_by_id)

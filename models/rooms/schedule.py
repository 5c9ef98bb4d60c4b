"""When a room is open: hours by weekday, closures, and the slots they leave on a day."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from models.kit import clock, db
from models.kit.codes import ErrorCode
from models.kit.errors import Checks, refuse
from models.kit.ids import as_uuid
from models.rooms.rules import booking_rules
from models.rooms.tables import MothersRoom, RoomClosure, RoomHours, Weekday

Row = dict[str, Any]
MAX_HOURS = 50
_CLOCK_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00", re.ASCII)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@dataclass(frozen=True, order=True)
class Hours:
    """A span of a weekday, in minutes after midnight in China."""

    weekday: int
    opens: int
    closes: int


@dataclass(frozen=True)
class Span:
    """From one instant up to another, which is outside."""

    starts_at: datetime
    ends_at: datetime

    def overlaps(self, other: "Span") -> bool:
        """True when both have a moment in common."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


def slots_of(day: date, hours: Iterable[Hours], closed: Sequence[Span] = ()) -> list[Span]:
    """The slots of a day in their order: whole ones, aligned to when the room opens, outside closures."""
    midnight, length = clock.start_of_day(day), booking_rules(day).slot
    spans = (
        span
        for open_ in sorted(hours)
        if open_.weekday == day.isoweekday()
        for span in _cut(midnight + open_.opens * MINUTE, midnight + open_.closes * MINUTE, length)
    )
    return [span for span in spans if not any(span.overlaps(closure) for closure in closed)]


def _cut(start: datetime, end: datetime, length: timedelta) -> Iterator[Span]:
    while start + length <= end:
        yield Span(start, start + length)
        start += length


def parse_hours(given: Sequence[Row]) -> list[Hours]:
    """Opening hours as people write them (`09:00`, `24:00`); refused when malformed, backwards or overlapping."""
    if len(given) > MAX_HOURS:
        refuse(ErrorCode.TOO_MANY, "hours", max=MAX_HOURS)
    checks = Checks()
    hours: list[Hours] = []
    for index, item in enumerate(given):
        times = [_minutes(item[side]) for side in ("opens", "closes")]
        for side, minutes in zip(("opens", "closes"), times, strict=True):
            checks.require(minutes is not None, ErrorCode.INVALID, f"hours.{index}.{side}")
        opens, closes = times
        if opens is not None and closes is not None:
            span = Hours(int(item["weekday"]), opens, closes)
            checks.require(opens < closes, ErrorCode.INVALID, f"hours.{index}.closes")
            checks.require(not any(_collide(span, h) for h in hours), ErrorCode.INVALID, f"hours.{index}")
            hours.append(span)
    checks.done()
    return hours


def _minutes(text: str) -> int | None:
    found = _CLOCK_TIME.fullmatch(text)
    return int(text[:2]) * 60 + int(text[3:]) if found else None


def _collide(one: Hours, other: Hours) -> bool:
    return one.weekday == other.weekday and one.opens < other.closes and other.opens < one.closes


def clock_time(minutes: int) -> str:
    """Minutes after midnight as people write them."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


async def hold_still(room_id: UUID) -> None:
    """Keep a room's schedule as it is until this transaction ends; bookings do not wait for each other here."""
    if db.on_postgres():  # SQLite's writers queue anyway
        await db.returning("SELECT id FROM mothers_room WHERE id = :1 FOR SHARE", room_id)


async def _change(room_id: UUID) -> None:
    """Let bookings under way end, and keep new ones out until this transaction ends."""
    await MothersRoom.filter(id=room_id).update(schedule_changed_at=clock.now())


async def replace_hours(room_id: UUID, hours: Sequence[Hours]) -> None:
    """Give a room new opening hours in place of the old ones."""
    await _change(room_id)
    await RoomHours.filter(room_id=room_id).delete()
    await RoomHours.bulk_create(
        RoomHours(room_id=room_id, weekday=h.weekday, opens=h.opens, closes=h.closes) for h in hours
    )


async def add_closure(room_id: UUID, span: Span, reason: str) -> UUID:
    """Close a room for a time; its id."""
    await _change(room_id)
    made = await RoomClosure.create(room_id=room_id, starts_at=span.starts_at, ends_at=span.ends_at, reason=reason)
    return made.id


async def count_cancelled(closure_id: UUID, bookings: int) -> None:
    """Keep with a closure how many bookings it cancelled."""
    await RoomClosure.filter(id=closure_id).update(cancelled_bookings=bookings)


async def hours_of(room_ids: Iterable[UUID]) -> dict[UUID, list[Hours]]:
    """The opening hours of some rooms, in the week's order."""
    found: dict[UUID, list[Hours]] = defaultdict(list)
    query = RoomHours.filter(room_id__in=list(room_ids)).order_by("weekday", "opens")
    for row in await query.values("room_id", "weekday", "opens", "closes"):
        found[row["room_id"]].append(Hours(Weekday(row["weekday"]), row["opens"], row["closes"]))
    return found


async def closures_within(window: Span, **rooms: UUID) -> dict[UUID, list[Span]]:
    """When rooms are closed within a time; `room_id=…` for one of them."""
    query = RoomClosure.filter(ends_at__gt=window.starts_at, starts_at__lt=window.ends_at, **rooms)
    found: dict[UUID, list[Span]] = defaultdict(list)
    for row in await query.values("room_id", "starts_at", "ends_at"):
        found[row["room_id"]].append(Span(row["starts_at"], row["ends_at"]))
    return found


def day_of(day: date) -> Span:
    """A day in China."""
    return Span(clock.start_of_day(day), clock.start_of_day(day + DAY))


async def slots_on(room_id: UUID, days: Collection[date]) -> list[Span]:
    """The slots of a room on some days."""
    if not days:
        return []
    window = Span(day_of(min(days)).starts_at, day_of(max(days)).ends_at)
    closed = await closures_within(window, room_id=room_id)
    hours = await hours_of([room_id])
    return [slot for day in days for slot in slots_of(day, hours[room_id], closed[room_id])]


async def is_slot(room_id: UUID, starts_at: datetime) -> bool:
    """True when one of the room's slots starts then."""
    slots = await slots_on(room_id, [clock.local(starts_at).date()])
    return any(slot.starts_at == starts_at for slot in slots)


async def shut_all_day(day: date) -> list[UUID]:
    """Rooms whose every slot of a day falls into closures."""
    closed = await closures_within(day_of(day))
    hours = await hours_of(closed)
    return [room_id for room_id, spans in closed.items() if not slots_of(day, hours[room_id], spans)]


_DAY_OF_ROOMS = """
SELECT 'closed' AS kind, room_id, starts_at, ends_at, NULL AS low, NULL AS high
FROM room_closure WHERE room_id {among} AND ends_at > :2 AND starts_at < :3
UNION ALL
SELECT 'taken', room_id, starts_at, NULL, taken, capacity
FROM room_slot WHERE room_id {among} AND starts_at >= :2 AND starts_at < :3
UNION ALL
SELECT 'open', room_id, NULL, NULL, opens, closes
FROM room_hours WHERE room_id {among} AND weekday = :4
"""


async def day_of_rooms(capacities: dict[UUID, int], day: date) -> dict[UUID, list[Row]]:
    """The slots of some rooms (id to capacity) on a day and how many seats are free, in one statement."""
    window, weekday = day_of(day), day.isoweekday()
    open_: dict[UUID, list[Hours]] = defaultdict(list)
    closed: dict[UUID, list[Span]] = defaultdict(list)
    taken: dict[tuple[UUID, datetime], int] = {}
    sql = _DAY_OF_ROOMS.format(among=db.among(":1"))
    for row in await db.rows(sql, list(capacities), window.starts_at, window.ends_at, weekday):
        room_id = as_uuid(row["room_id"])
        match row["kind"]:
            case "open":
                open_[room_id].append(Hours(weekday, row["low"], row["high"]))
            case "closed":
                closed[room_id].append(Span(*(clock.as_moment(row[n]) for n in ("starts_at", "ends_at"))))
            case "taken":
                taken[room_id, clock.as_moment(row["starts_at"])] = row["low"]
    return {
        room_id: [
            _seats(slot, capacity, taken.get((room_id, slot.starts_at), 0))
            for slot in slots_of(day, open_[room_id], closed[room_id])
        ]
        for room_id, capacity in capacities.items()
    }


def _seats(slot: Span, capacity: int, taken: int) -> Row:
    over = slot.ends_at <= clock.now()
    return {
        "starts_at": slot.starts_at,
        "ends_at": slot.ends_at,
        "capacity": capacity,
        "free": 0 if over else max(0, capacity - taken),
    }

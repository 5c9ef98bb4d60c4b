"""The mothers' rooms of the demo in use: bookings kept, missed and given up, walk-ins, cleaning, and closures."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from models.cases.status import ServiceScore
from models.kit.actor import Actor, Role
from models.kit.identity import Sex
from models.kit.ids import global_id
from models.rooms import bookings, schedule
from models.seed.demo import read
from models.seed.demo.people import everybody
from models.seed.demo.unions import Unions
from resolvers import rooms
from resolvers.cases.filing import rate_service
from resolvers.demo.cast import Cast
from resolvers.demo.stage import Scene, at

Row = dict[str, Any]
_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
_BORN_AFTER = date(1982, 1, 1)
# Bookings of the last three weeks, and how they ended, in turn.
_PAST, _DAYS = 36, 21
_ENDINGS = ("rated", "rated", "came", "missed", "rated", "cancelled", "came")
_SCORES = (ServiceScore.VERY_SATISFIED, ServiceScore.SATISFIED, ServiceScore.BASICALLY_SATISFIED)


@dataclass(frozen=True)
class Use:
    """A booking that somebody makes: in which slot of a day, and how it ends."""

    room_id: UUID
    guest: Actor
    row: Row
    day: date
    booked_on: date


def scenes(today: date, cast: Cast, unions: Unions, room_ids: Mapping[str, UUID]) -> list[Scene]:
    """Every booking, and the days of the staff who run rooms."""
    plan = read("rooms")
    run_by = {room["key"]: unions[room["union"]].path for room in plan["rooms"]}
    uses = [_use(use) for use in _uses(today, cast, room_ids)]
    staff = [
        _staff_day(cast.official(Role.CLERK, run_by[row["room"]]), room_ids[row["room"]], row, today)
        for row in plan["staff"]
    ]
    return [*uses, *staff]


def _uses(today: date, cast: Cast, room_ids: Mapping[str, UUID]) -> Iterator[Use]:
    crowd = (cast.people[person.key] for person in everybody() if person.key in cast.people and _may_need_one(person))
    for row in [*read("rooms")["guests"], *_past_guests()]:
        guest = cast.people[row["who"]] if "who" in row else next(crowd)
        day = today + row["on"] * _DAY
        yield Use(room_ids[row["room"]], guest, row, day, min(day, today) - 2 * _DAY)


def _may_need_one(person: Any) -> bool:
    return person.crowd and person.sex is Sex.FEMALE and person.born_on > _BORN_AFTER and not person.retained_on


def _past_guests() -> Iterator[Row]:
    plan = read("rooms")
    for number in range(_PAST):
        yield {
            "room": plan["rooms"][number % len(plan["rooms"])]["key"],
            "on": -1 - number * _DAYS // _PAST,
            "slot": 1 + number * 5 % 13,
            "ends": _ENDINGS[number % len(_ENDINGS)],
            "score": _SCORES[number % len(_SCORES)],
            "comment": plan["comments"][number % len(plan["comments"])],
        }


async def _use(use: Use) -> Scene:
    yield at(use.booked_on, 20, 10)
    starts_at = await _slot(use.room_id, use.day, use.row["slot"])
    if starts_at is None:
        return
    booking_id: UUID = (await rooms.book_room(use.guest, room_id=use.room_id, starts_at=starts_at))["booking_id"]
    if use.row["ends"] == "cancelled":
        yield at(use.booked_on + _DAY, 12, 30)
        await rooms.cancel_booking(use.guest, id=booking_id)
    if use.row["ends"] in ("came", "rated"):
        yield starts_at + 3 * _MINUTE
        await rooms.check_in(use.guest, id=booking_id, code=bookings.check_in_code(booking_id))
    if use.row["ends"] == "rated":
        yield starts_at + 90 * _MINUTE
        score = use.row.get("score", ServiceScore.VERY_SATISFIED)
        rated = global_id("RoomBooking", booking_id)
        await rate_service(use.guest, id=rated, score=score, comment=use.row.get("comment"))


async def _slot(room_id: UUID, day: date, number: int) -> datetime | None:
    """When a slot of a day begins; None on a day on which the room is shut."""
    slots = await schedule.slots_on(room_id, [day])
    return slots[number % len(slots)].starts_at if slots else None


async def _staff_day(clerk: Actor, room_id: UUID, row: Row, today: date) -> Scene:
    day = today + row["on"] * _DAY
    yield at(day, 7, 40)
    if closes := row.get("closes"):
        shut = today + closes["on"] * _DAY
        first, last = (at(shut, hour) for hour in closes["hours"])
        await rooms.close_room(clerk, room_id=room_id, starts_at=first, ends_at=last, reason=closes["reason"])
    for number in row.get("walk_ins", ()):
        starts_at = await _slot(room_id, day, number)
        if starts_at:
            yield starts_at
            await rooms.record_walk_in(clerk, room_id=room_id, starts_at=starts_at)
    if "cleaned" in row:
        yield at(day, 21, 40)
        await rooms.record_room_cleaning(clerk, room_id=room_id, note=row["cleaned"])

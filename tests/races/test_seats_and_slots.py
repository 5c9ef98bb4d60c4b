"""Scarce things under a rush: never one too many, and nobody loses a place that was confirmed."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import httpx

from models.events import reads
from models.events.tables import Event, EventRegistration
from models.kit import clock
from models.kit.ids import global_id
from models.rooms.tables import RoomBooking, RoomSlot
from tests.api import Api
from tests.factories import events, people, rooms
from tests.races.scene import Course, at_once, codes, drop_check, tokens


async def register(course: Course, count: int, capacity: int, without: str | None = None) -> Event:
    """Many members press the button at once."""
    union = await people.organisation()
    event = await events.event(union, capacity=capacity)
    crowd = await tokens(union, count)
    with course.service(without=without) as service:
        id = global_id("Event", event.id)
        answers = await at_once(service, ((token, "RegisterForEvent", {"eventId": id}) for token in crowd))
    assert codes(answers) == {"done": count}
    return event


async def test_500_members_for_50_seats_are_50_confirmed_and_450_in_line(course: Course) -> None:
    event = await register(course, 500, 50)
    held = await EventRegistration.filter(event_id=event.id).values("id", "status")
    assert Counter(row["status"] for row in held) == {"CONFIRMED": 50, "WAITLISTED": 450}
    positions = await reads.waitlist_positions([row["id"] for row in held])
    assert sorted(positions.values()) == list(range(1, 451))


async def test_without_the_claim_in_one_statement_seats_are_oversold(course: Course) -> None:
    await drop_check("event_within_capacity", "event")
    event = await register(course, 30, 5, without="seats")
    assert await EventRegistration.filter(event_id=event.id, status="CONFIRMED").count() == 30


def next_slot() -> datetime:
    """Ten in the morning, tomorrow."""
    return clock.start_of_day(clock.today() + timedelta(days=1)) + timedelta(hours=10)


async def book(course: Course, count: int, without: str | None = None) -> list[dict[str, Any]]:
    """Many members book the same slot of a room with two partitions at once."""
    union = await people.organisation()
    room_id = await rooms.room(union, partitions=2)
    crowd = await tokens(union, count)
    wanted = {"roomId": global_id("MothersRoom", room_id), "startsAt": clock.local(next_slot()).isoformat()}
    with course.service(without=without) as service:
        return await at_once(service, ((token, "BookRoom", wanted) for token in crowd))


async def test_200_bookings_of_a_slot_with_two_partitions_are_two(course: Course) -> None:
    answers = await book(course, 200)
    assert codes(answers) == {"done": 2, "SLOT_FULL": 198}
    assert await RoomBooking.filter(status="BOOKED").count() == 2
    assert await RoomSlot.filter(starts_at=next_slot()).values("taken") == [{"taken": 2}]


async def test_without_the_claim_in_one_statement_a_slot_is_oversold(course: Course) -> None:
    await drop_check("room_slot_within_capacity", "room_slot")
    answers = await book(course, 12, without="slots")
    assert codes(answers) == {"done": 12}


async def test_a_service_killed_in_the_rush_loses_nothing_it_acknowledged(course: Course) -> None:
    union = await people.organisation()
    event = await events.event(union, capacity=40)
    crowd = await tokens(union, 120)
    acknowledged: list[str] = []
    with course.service() as service:
        await _register_until_killed(service, crowd, event, acknowledged)
    assert acknowledged, "the service was killed before it answered anybody"
    rows = await EventRegistration.filter(event_id=event.id).values("id", "status")
    kept = {global_id("EventRegistration", row["id"]) for row in rows}
    held = Counter(row["status"] for row in rows)
    event = await Event.get(id=event.id)
    assert (event.taken, event.waiting) == (held["CONFIRMED"], held["WAITLISTED"])
    assert set(acknowledged) <= kept
    with course.service() as service:
        answers = await at_once(
            service, ((t, "RegisterForEvent", {"eventId": global_id("Event", event.id)}) for t in crowd)
        )
    assert set(codes(answers)) <= {"done", "ALREADY_REGISTERED"}
    assert await EventRegistration.filter(event_id=event.id).count() == 120
    assert await EventRegistration.filter(status="CONFIRMED").count() == 40


async def _register_until_killed(service: Any, crowd: list[str], event: Event, acknowledged: list[str]) -> None:
    async with service.client() as http:

        async def press(token: str) -> None:
            try:
                answer = await Api(http, token)("RegisterForEvent", eventId=global_id("Event", event.id))
                acknowledged.append(answer["registration"]["id"])
            except (httpx.TransportError, ValueError):
                return
            if len(acknowledged) == 30:
                service.kill()

        await asyncio.gather(*(press(token) for token in crowd))

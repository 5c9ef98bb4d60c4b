"""Seats of slots: whatever happens in whatever order, as many are taken as bookings hold one."""

import asyncio
from collections.abc import Awaitable
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import hypothesis
import hypothesis.strategies as st
import pytest
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from tortoise.exceptions import IntegrityError

from models.kit import clock, db
from models.kit.errors import DomainError
from models.kit.settings import Settings
from models.rooms import bookings, schedule
from models.rooms.bookings import check_in_code
from models.rooms.schedule import Hours, Span
from models.rooms.tables import BookingStatus, RoomBooking, RoomSlot
from schema.http.app import running
from tests.factories import people, rooms
from tests.factories.rooms import moment

T = TypeVar("T")
PARTITIONS = 2
START = moment("2026-03-05 08:00")
MEMBERS = st.integers(0, 3)
SLOTS = st.sampled_from([START + timedelta(minutes=m) for m in (60, 90, 120, 130, 24 * 60 + 60)])
HOURS = st.sampled_from([rooms.EVERY_DAY, (Hours(4, 550, 700),), (Hours(4, 570, 600), Hours(5, 540, 600))])


class Room(RuleBasedStateMachine):
    """A room with two partitions, four members who want it, walk-ins, and staff who close it."""

    runner: asyncio.Runner

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.members, self.room_id = self.runner.run(self._furnish())

    async def _furnish(self) -> tuple[list[UUID], UUID]:
        union = await people.organisation()
        members = [(await people.member(union)).id for _ in range(4)]
        return members, await rooms.room(union, partitions=PARTITIONS)

    def attempt(self, work: Awaitable[T]) -> None:
        """Do something in one transaction, or be refused."""

        async def once() -> None:
            async with db.transaction():
                await work

        with clock.at(self.now):
            try:
                self.runner.run(once())
            except DomainError:
                return

    def find(self, number: int) -> dict[str, Any]:
        """Any booking of the room, over and over the same for a number."""
        found = RoomBooking.filter(room_id=self.room_id).order_by("id").values("id", "starts_at", "ends_at")
        all_: list[dict[str, Any]] = self.runner.run(_list(found))
        return all_[number % len(all_)] if all_ else {"id": self.room_id, "starts_at": START, "ends_at": START}

    @rule(member=MEMBERS, starts_at=SLOTS)
    def book(self, member: int, starts_at: datetime) -> None:
        self.attempt(bookings.book(self.room_id, self.members[member], starts_at))

    @rule(starts_at=SLOTS)
    def walk_in(self, starts_at: datetime) -> None:
        self.attempt(bookings.walk_in(self.room_id, starts_at))

    @rule(number=st.integers(0, 20))
    def cancel(self, number: int) -> None:
        self.attempt(bookings.cancel(self.find(number)["id"]))

    @rule(number=st.integers(0, 20))
    def check_in(self, number: int) -> None:
        booking = self.find(number)
        code = check_in_code(booking["id"])
        self.attempt(bookings.check_in(booking["id"], booking["starts_at"], booking["ends_at"], code))

    @rule(minutes=st.sampled_from([5, 30, 75]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def nobody_came(self) -> None:
        async def release() -> None:
            await bookings.release(await bookings.nobody_came(limit=10), BookingStatus.NO_SHOW)

        self.attempt(release())

    @rule(starts_at=SLOTS, minutes=st.sampled_from([10, 60]))
    def close(self, starts_at: datetime, minutes: int) -> None:
        async def shut() -> None:
            span = Span(starts_at, starts_at + timedelta(minutes=minutes))
            await schedule.add_closure(self.room_id, span, "检修")
            await bookings.cancel_misfits(self.room_id)

        self.attempt(shut())

    @rule(hours=HOURS)
    def change_hours(self, hours: tuple[Hours, ...]) -> None:
        async def change() -> None:
            await schedule.replace_hours(self.room_id, hours)
            await bookings.cancel_misfits(self.room_id)

        self.attempt(change())

    @rule(partitions=st.sampled_from([1, 2, 3]))
    def rebuild(self, partitions: int) -> None:
        self.attempt(rooms.set_partitions(self.room_id, partitions))

    @invariant()
    def taken_seats_are_held_by_bookings(self) -> None:
        for taken, held, capacity in self.runner.run(rooms.seats(self.room_id)).values():
            assert taken == held <= capacity

    @invariant()
    def a_member_has_one_active_booking(self) -> None:
        active = RoomBooking.filter(room_id=self.room_id, status="BOOKED", member_id__isnull=False)
        members = [row["member_id"] for row in self.runner.run(_list(active.values("member_id")))]
        assert len(members) == len(set(members))


async def _list(found: Awaitable[Any]) -> list[dict[str, Any]]:
    return list(await found)


def test_taken_seats_are_always_those_that_bookings_hold(settings: Settings) -> None:
    runs = hypothesis.settings(
        max_examples=20, stateful_step_count=30, suppress_health_check=list(hypothesis.HealthCheck)
    )
    with asyncio.Runner() as runner:
        service = running(settings, worker=False)
        runner.run(service.__aenter__())
        try:
            run_state_machine_as_test(type("RoomOnThisEngine", (Room,), {"runner": runner}), settings=runs)
        finally:
            runner.run(service.__aexit__(None, None, None))


@pytest.mark.parametrize("taken", [3, -1])
async def test_the_database_itself_refuses_a_seat_too_many_or_too_few(database: None, taken: int) -> None:
    room_id = await rooms.room(await people.organisation(), partitions=2)
    assert await bookings.claim(room_id, START)
    with pytest.raises(IntegrityError):
        await RoomSlot.filter(room_id=room_id).update(taken=taken)

"""Whatever people do and in whatever order: never a seat too many, and nobody overtakes in the waiting list."""

from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from models.events import reads, seats
from models.kit import db
from models.kit.codes import ErrorCode
from models.kit.errors import DomainError
from models.kit.settings import Settings
from models.members import Member, Organisation
from tests.factories import events, people
from tests.machines import Machine, check

HOUR = timedelta(hours=1)
LEAVABLE = ("CONFIRMED", "OFFERED", "WAITLISTED")
ENDED = ("CANCELLED", "OFFER_EXPIRED")


class Line:
    """What the rules say should happen, kept in lists."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.status: dict[UUID, str] = {}
        self.whose: dict[UUID, int] = {}
        self.expires: dict[UUID, datetime] = {}
        self.waiting: list[UUID] = []

    def having(self, *statuses: str) -> list[UUID]:
        return [id for id, status in self.status.items() if status in statuses]

    @property
    def taken(self) -> int:
        return len(self.having("CONFIRMED", "OFFERED", "CHECKED_IN"))

    def present(self) -> set[int]:
        return {self.whose[id] for id in self.having("CONFIRMED", "OFFERED", "CHECKED_IN", "WAITLISTED")}

    def enter(self, id: UUID, who: int) -> None:
        self.whose[id] = who
        free = self.taken < self.capacity and not self.waiting
        self.status[id] = "CONFIRMED" if free else "WAITLISTED"
        if not free:
            self.waiting.append(id)

    def leave(self, id: UUID, now: datetime) -> None:
        if self.status[id] == "WAITLISTED":
            self.waiting.remove(id)
        self.status[id] = "CANCELLED"
        self.pass_on(now)

    def pass_on(self, now: datetime) -> None:
        while self.waiting and self.taken < self.capacity:
            first = self.waiting.pop(0)
            self.status[first], self.expires[first] = "OFFERED", now + 24 * HOUR


class Seats(Machine):
    """One event, on a real database, beside its reference."""

    def __init__(self) -> None:
        super().__init__()
        self.line = Line(2)
        self.union, self.people = self.run(_crowd())
        self.event = self.run(events.event(self.union, capacity=2, starts_in=200 * events.DAY))

    def refused(self, work: Coroutine[Any, Any, Any]) -> ErrorCode | None:
        try:
            self.run(_in_transaction(work))
        except DomainError as refusal:
            return refusal.problems[0].code
        return None

    def enter(self, who: int) -> ErrorCode | None:
        async def work() -> None:
            made = await seats.register(self.event.id, self.people[who].id, None, 1)
            self.line.enter(made["id"], who)

        return self.refused(work())

    @initialize(count=st.integers(3, 7))
    def many_come_first(self, count: int) -> None:
        for who in range(count):
            assert self.enter(who) is None

    @rule(who=st.integers(0, 7))
    def register(self, who: int) -> None:
        expected = ErrorCode.ALREADY_REGISTERED if who in self.line.present() else None
        assert self.enter(who) == expected

    @precondition(lambda self: self.line.having(*LEAVABLE))
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        id = data.draw(st.sampled_from(self.line.having(*LEAVABLE)))
        assert self.refused(seats.cancel(id, self.event.id)) is None
        self.line.leave(id, self.now)

    @precondition(lambda self: self.line.having("OFFERED"))
    @rule(data=st.data())
    def accept(self, data: st.DataObject) -> None:
        id = data.draw(st.sampled_from(self.line.having("OFFERED")))
        in_time = self.now < self.line.expires[id]
        assert self.refused(seats.accept(id, self.event.id)) == (None if in_time else ErrorCode.OFFER_EXPIRED)
        if in_time:
            self.line.status[id] = "CONFIRMED"

    @precondition(lambda self: self.line.having("CONFIRMED"))
    @rule(data=st.data())
    def check_in(self, data: st.DataObject) -> None:
        id = data.draw(st.sampled_from(self.line.having("CONFIRMED")))
        for nonce, expected in (("scan", None), ("scan", None), ("later scan", ErrorCode.ALREADY_CHECKED_IN)):
            assert self.refused(seats.check_in(id, nonce, self.now, None)) == expected
        self.line.status[id] = "CHECKED_IN"

    @precondition(lambda self: self.line.having(*ENDED))
    @rule(data=st.data())
    def try_again_with_what_is_over(self, data: st.DataObject) -> None:
        id = data.draw(st.sampled_from(self.line.having(*ENDED)))
        assert self.refused(seats.cancel(id, self.event.id)) == ErrorCode.MOVE_NOT_ALLOWED
        assert self.refused(seats.accept(id, self.event.id)) in (
            ErrorCode.MOVE_NOT_ALLOWED,
            ErrorCode.OFFER_EXPIRED,
        )

    @rule(hours=st.sampled_from((1, 12, 24)))
    def time_passes(self, hours: int) -> None:
        self.pass_time(hours * HOUR)

    @rule()
    def offers_expire(self) -> None:
        self.run(_in_transaction(seats.expire_offers(self.event.id)))
        late = [id for id in self.line.having("OFFERED") if self.line.expires[id] <= self.now]
        for id in late:
            self.line.status[id] = "OFFER_EXPIRED"
        self.line.pass_on(self.now)

    @rule(capacity=st.integers(1, 5))
    def resize(self, capacity: int) -> None:
        async def work() -> None:
            await seats.hold(self.event.id)
            await seats.resize(self.event.id, capacity)
            await seats.pass_on(self.event.id)

        code = self.refused(work())
        if capacity < self.line.taken:
            assert code == ErrorCode.CAPACITY_TOO_SMALL
        else:
            assert code is None
            self.line.capacity = capacity
            self.line.pass_on(self.now)

    @invariant()
    def the_database_says_the_same(self) -> None:
        assert self.run(events.statuses(self.event)) == self.line.status

    @invariant()
    def the_counters_are_right_and_within_capacity(self) -> None:
        assert self.run(events.counters(self.event)) == (self.line.taken, len(self.line.waiting))
        assert self.line.taken <= self.line.capacity

    @invariant()
    def the_waiting_list_has_no_gap_and_keeps_its_order(self) -> None:
        positions = self.run(reads.waitlist_positions(list(self.line.status)))
        assert positions == {id: place for place, id in enumerate(self.line.waiting, 1)}


async def _crowd() -> tuple[Organisation, list[Member]]:
    union = await people.organisation()
    return union, [await people.member(union) for _ in range(8)]


async def _in_transaction(work: Coroutine[Any, Any, Any]) -> None:
    async with db.transaction():
        await work


def test_never_a_seat_too_many_and_nobody_overtakes(settings: Settings) -> None:
    check(Seats, settings, examples=20)

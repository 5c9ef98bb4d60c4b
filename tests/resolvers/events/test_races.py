"""Many at once: exactly as many seats as there are, a waiting list without gaps, one offer for each freed seat."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Iterable
from typing import Any

import pytest
from tortoise.exceptions import IntegrityError

from models.events import reads, seats
from models.events.tables import Event, EventRegistration
from models.kit import db
from models.kit.actor import Actor
from models.kit.codes import ErrorCode
from models.kit.errors import DomainError
from resolvers.events import joining
from tests.factories import events, people

GUARD = "taken < capacity AND waiting = 0"


async def refusals(attempts: Iterable[Awaitable[Any]]) -> Counter[ErrorCode | None]:
    """Do everything at once; how often each code came back, None for what was done."""
    outcomes = await asyncio.gather(*attempts, return_exceptions=True)
    unexpected = [o for o in outcomes if isinstance(o, BaseException) and not isinstance(o, DomainError)]
    assert not unexpected, unexpected[0]
    return Counter(o.problems[0].code if isinstance(o, DomainError) else None for o in outcomes)


async def run_for_it(capacity: int, count: int) -> Event:
    """Many members register at once."""
    union = await people.organisation()
    event = await events.event(union, capacity=capacity)
    crowd = await events.crowd(union, count)
    await asyncio.gather(*(events.register(actor, event) for actor in crowd))
    return event


async def test_a_hundred_for_ten_seats_are_ten_confirmed_and_ninety_in_line(database: None) -> None:
    event = await run_for_it(10, 100)
    statuses = await events.statuses(event)
    assert Counter(statuses.values()) == {"CONFIRMED": 10, "WAITLISTED": 90}
    assert await events.counters(event) == (10, 90)
    positions = await reads.waitlist_positions(list(statuses))
    assert sorted(positions.values()) == list(range(1, 91))


async def test_without_the_guard_everybody_would_have_a_seat(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert GUARD in seats.CLAIM
    monkeypatch.setattr(seats, "CLAIM", seats.CLAIM.replace(GUARD, "1 = 1"))
    await without_check()
    event = await run_for_it(10, 40)
    assert set((await events.statuses(event)).values()) == {"CONFIRMED"}
    assert (await events.counters(event))[0] == 40


async def test_even_without_the_guard_the_database_refuses_a_seat_too_many(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seats, "CLAIM", seats.CLAIM.replace(GUARD, "1 = 1"))
    with pytest.raises(IntegrityError):
        await run_for_it(1, 2)


async def without_check() -> None:
    """Take the database's own check of the capacity away."""
    if db.on_postgres():
        await db.execute("ALTER TABLE event DROP CONSTRAINT event_within_capacity")
    else:
        for change in ("insert", "update"):
            await db.execute(f"DROP TRIGGER event_within_capacity_{change}")


async def test_one_member_who_registers_many_times_at_once_has_one_place(database: None) -> None:
    union = await people.organisation()
    event = await events.event(union, capacity=10)
    (member,) = await events.crowd(union, 1)
    codes = await refusals(events.register(member, event) for _ in range(20))
    assert codes == {None: 1, ErrorCode.ALREADY_REGISTERED: 19}
    assert await events.counters(event) == (1, 0)


async def test_each_freed_seat_is_offered_once_and_to_the_first_in_line(database: None) -> None:
    union = await people.organisation()
    event = await events.event(union, capacity=10)
    crowd = await events.crowd(union, 30)
    places = [(actor, await events.register(actor, event)) for actor in crowd]
    leaving = [place for place in places[:6] for _ in range(2)]  # each twice, as an impatient thumb does
    codes = await refusals(joining.cancel_registration(actor, id=id) for actor, id in leaving)
    assert codes == {None: 6, ErrorCode.MOVE_NOT_ALLOWED: 6}
    assert await events.counters(event) == (10, 14)
    assert list((await events.statuses(event)).values()) == (
        ["CANCELLED"] * 6 + ["CONFIRMED"] * 4 + ["OFFERED"] * 6 + ["WAITLISTED"] * 14
    )


async def test_those_who_come_while_others_leave_do_not_overtake(database: None) -> None:
    union = await people.organisation()
    event = await events.event(union, capacity=5)
    crowd = await events.crowd(union, 25)
    early = [(actor, await events.register(actor, event)) for actor in crowd[:15]]
    await refusals(
        [
            *(joining.cancel_registration(actor, id=id) for actor, id in early[:5]),
            *(events.register(actor, event) for actor in crowd[15:]),
        ]
    )
    found = await EventRegistration.filter(event_id=event.id, status="OFFERED").values("queue_number")
    assert sorted(row["queue_number"] for row in found) == [1, 2, 3, 4, 5]
    assert await events.counters(event) == (5, 15)


async def test_when_all_leave_at_once_seated_and_waiting_no_seat_stays_taken(database: None) -> None:
    union = await people.organisation()
    event = await events.event(union, capacity=5)
    places = [(actor, await events.register(actor, event)) for actor in await events.crowd(union, 20)]
    codes = await refusals(joining.cancel_registration(actor, id=id) for actor, id in places)
    assert codes == {None: 20}
    assert await events.counters(event) == (0, 0)


async def test_one_ticket_scanned_at_two_doors_at_once_is_one_entry(database: None) -> None:
    union = await people.organisation()
    event = await events.event(union)
    (member,) = await events.crowd(union, 1)
    await events.register(member, event)
    ticket = (await EventRegistration.filter(event_id=event.id).values("ticket_code"))[0]["ticket_code"]
    clerk = events.organiser(union)
    codes = await refusals(scan(clerk, ticket, f"door {number}") for number in range(8))
    assert codes == {None: 1, ErrorCode.ALREADY_CHECKED_IN: 7}


def scan(clerk: Actor, ticket: str, nonce: str) -> Awaitable[Any]:
    return joining.check_in_registration(clerk, ticket_code=ticket, nonce=nonce)

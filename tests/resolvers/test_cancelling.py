"""Callers who hang up: whatever moment they choose, a change is whole or was never made, and nothing is used up."""

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from time import perf_counter
from typing import Any, TypeVar
from uuid import UUID

import pytest
import pytest_asyncio
from tortoise.backends.base.client import TransactionContextPooled
from tortoise.backends.sqlite.client import SqliteTransactionContext
from tortoise.connection import get_connection

from models.aid.tables import AidApplication
from models.cases import timeline
from models.cases.tables import Case, CasePerson, QueueEntry
from models.events.tables import Event, EventRegistration
from models.kit import client_asyncpg, client_sqlite, clock, db
from models.kit.audit import AuditEntry
from models.kit.idempotency import IdempotencyKey
from models.kit.ids import global_id
from models.kit.outbox import OutboxMessage
from models.programmes.tables import EntitlementClaim
from models.rooms.tables import RoomBooking
from resolvers.kit import action
from tests.api import Api
from tests.factories import aid, cases, events, people, rooms

MEMBERS, REHEARSING, AT_ONCE = 75, 9, 12  # 75 members with four wishes each: 300 requests
ROOMS, SEATS = 3, 40
UNIONS = 4  # a unit, its town, its county, the city: a case stands in the queue of each
T = TypeVar("T")

# What GraphQL had not begun yet when its caller hung up.
pytestmark = pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")


@dataclass
class Wish:
    """One request; sent again, it carries the same key."""

    api: Api
    operation: str
    variables: dict[str, Any] = field(default_factory=dict)

    async def send(self) -> list[str]:
        """Send it; the codes of the errors."""
        answer = await self.api(self.operation, **self.variables)
        return [error["code"] for error in answer.get("userErrors", [])]


@dataclass
class Town:
    """Members with wishes, an event with seats for some of them, and rooms for all."""

    rehearsal: list[Wish]
    wishes: list[Wish]
    event: Event
    rooms: list[UUID]


@pytest_asyncio.fixture
async def town(api: Api) -> Town:
    async with db.transaction():
        unions = await people.tree()
        await cases.funded(unions["county"])
        programme = await cases.programme_id("temporary-aid")
        event = await events.event(unions["unit"], capacity=SEATS)
        some_rooms = [await rooms.room(unions["unit"]) for _ in range(ROOMS)]
        wishes: list[Wish] = []
        for number in range(REHEARSING + MEMBERS):
            member = await people.member(unions["unit"])
            account = await people.account(member)
            await aid.consent(account.id)
            sender = api.as_(await people.token(account))
            application = {
                "programmeId": global_id("Programme", programme),
                "amountRequested": "1000.00",
                "answers": cases.ANSWERS["temporary-aid"],
                "payee": aid.payee(member),
                "idempotencyKey": "aid",
            }
            room = {"roomId": global_id("MothersRoom", some_rooms[number % ROOMS]), "startsAt": slot(number // ROOMS)}
            wishes += [
                Wish(sender, "ApplyForAid", {"input": application}),
                Wish(sender, "RegisterForEvent", {"eventId": global_id("Event", event.id), "key": "event"}),
                Wish(sender, "BookRoom", {**room, "key": "room"}),
                Wish(sender, "Home"),
            ]
    return Town(wishes[: 4 * REHEARSING], wishes[4 * REHEARSING :], event, some_rooms)


def slot(number: int) -> str:
    """The slot for the two members with that number: from nine to five, day after day."""
    day, half_hour = divmod(number // 2, 16)
    opens = clock.start_of_day(clock.today() + timedelta(days=1 + day)) + timedelta(hours=9)
    return clock.local(opens + timedelta(minutes=30 * half_hour)).isoformat()


async def at_a_time(work: Iterable[Awaitable[T]]) -> list[T]:
    """Run all, some at once."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(something: Awaitable[T]) -> T:
        async with gate:
            return await something

    return await asyncio.gather(*(one(something) for something in work))


async def rehearse(town: Town) -> dict[str, float]:
    """Send what nobody hangs up on; how many seconds each operation takes at most."""
    took: dict[str, float] = defaultdict(float)

    async def send(wish: Wish) -> None:
        started = perf_counter()
        assert await wish.send() == []
        took[wish.operation] = max(took[wish.operation], perf_counter() - started)

    await at_a_time(map(send, town.rehearsal))
    return took


async def hang_up(town: Town) -> int:
    """Send all wishes and hang up on each at some moment of its life; how many were answered before that."""
    chance = random.Random(20260301)
    took = await rehearse(town)
    wishes = chance.sample(town.wishes, len(town.wishes))

    async def send(wish: Wish) -> bool:
        request = asyncio.create_task(wish.send())
        await asyncio.wait([request], timeout=chance.uniform(0, 1.2 * took[wish.operation]))
        request.cancel()
        try:
            return await request == []
        except asyncio.CancelledError:
            return False

    answered = sum(await at_a_time(map(send, wishes)))
    await action.drain()
    return answered


async def changes() -> Counter[str]:
    """How many changes of each kind were made."""
    made = {"aid.apply": Case, "events.register": EventRegistration, "rooms.book": RoomBooking}
    return Counter({name: await model.all().count() for name, model in made.items()})


async def test_after_300_callers_hung_up_nothing_is_lost_and_nothing_half_done(town: Town) -> None:
    answered = await hang_up(town)
    assert 0 < answered < len(town.wishes)
    assert await comes_free()
    made = await changes()
    await everything_is_whole(town, made)
    assert await at_a_time(wish.send() for wish in town.wishes) == [[]] * len(town.wishes)
    everybody = REHEARSING + MEMBERS
    assert await changes() == dict.fromkeys(made, everybody)
    await everything_is_whole(town, await changes())


async def comes_free(seconds: float = 5) -> bool:
    """Whether soon no connection is in use and none is inside a transaction."""
    for _ in range(int(seconds * 100)):
        if is_free():
            return True
        await asyncio.sleep(0.01)
    return False


def is_free() -> bool:
    """Whether every connection waits for work."""
    writer: Any = get_connection("default")
    if db.on_postgres():
        return bool(writer._pool.get_idle_size() == writer._pool.get_size())
    reader: Any = get_connection("reader")
    return not (writer._lock.locked() or reader._lock.locked() or writer._connection.in_transaction)


async def everything_is_whole(town: Town, made: Counter[str]) -> None:
    """Every change has all that belongs to it, and only such changes have."""
    cases_made = made["aid.apply"]
    assert await AidApplication.all().count() == cases_made
    assert await CasePerson.all().count() == await EntitlementClaim.all().count() == cases_made
    assert await QueueEntry.all().count() == UNIONS * cases_made
    assert (await timeline.verify())["broken"] is None
    done = AuditEntry.filter(outcome="DONE")
    assert {name: await done.filter(action=name).count() for name in made} == made
    assert await IdempotencyKey.all().count() == sum(made.values())
    assert await OutboxMessage.filter(topic="cases.arrived").count() == cases_made
    assert await OutboxMessage.filter(topic="events.tell").count() == made["events.register"]
    held = Counter((await events.statuses(town.event)).values())
    assert await events.counters(town.event) == (held["CONFIRMED"], held["WAITLISTED"])
    for room in town.rooms:
        assert all(taken == bookings for taken, bookings, _ in (await rooms.seats(room)).values())


async def test_the_first_reader_of_all_may_leave(database: None) -> None:
    request = asyncio.create_task(db.rows("SELECT 1 AS one"))
    await asyncio.sleep(0)  # it has begun to ask
    request.cancel()
    assert await asyncio.wait_for(db.rows("SELECT 1 AS one"), 5) == [{"one": 1}]


async def leave_as_it_begins(wish: Wish, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hang up at the worst moment: the transaction's first statement is on its way."""
    kind: Any = client_asyncpg.PostgresTransaction if db.on_postgres() else client_sqlite.EmbeddedTransaction
    begin, begun = kind.begin, asyncio.Event()

    async def watched(transaction: Any) -> None:
        begun.set()
        await begin(transaction)

    monkeypatch.setattr(kind, "begin", watched)
    request = asyncio.create_task(wish.send())
    await begun.wait()
    request.cancel()
    await asyncio.wait([request])
    assert request.cancelled()
    await action.drain()


def take_out_the_shield(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands end with their callers."""

    async def exposed(work: Awaitable[T]) -> T:
        return await work

    monkeypatch.setattr(action, "shielded", exposed)


async def test_what_has_begun_is_done_also_for_a_caller_who_has_gone(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await leave_as_it_begins(town.wishes[2], monkeypatch)
    assert await comes_free()
    assert await changes() == Counter({"rooms.book": 1})


async def test_without_the_shield_it_is_not_done_and_still_nothing_is_used_up(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_out_the_shield(monkeypatch)
    await leave_as_it_begins(town.wishes[2], monkeypatch)
    assert await comes_free()
    assert await changes() == Counter()
    assert await town.wishes[2].send() == []


async def test_without_guarded_beginnings_either_a_connection_is_gone(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_out_the_shield(monkeypatch)
    monkeypatch.setattr(client_asyncpg, "PostgresTransactionContext", TransactionContextPooled)
    monkeypatch.setattr(client_sqlite, "EmbeddedTransactionContext", SqliteTransactionContext)
    await leave_as_it_begins(town.wishes[2], monkeypatch)
    assert not await comes_free(0.5)
    writer: Any = get_connection("default")
    if db.on_postgres():
        writer._pool.terminate()

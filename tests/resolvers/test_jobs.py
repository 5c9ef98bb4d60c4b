"""The worker: what was promised with a change happens, once, whatever becomes of the workers."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from models.kit import clock, db, outbox
from models.kit.outbox import LEASE, MAX_ATTEMPTS, OutboxMessage
from resolvers.kit import jobs

TOPIC = "test.letter"
SECOND = timedelta(seconds=1)


class Postman:
    """Delivers by a row in the database, as every handler does; fails as long as `broken`."""

    broken = False

    def __init__(self) -> None:
        self.tried_at: list[datetime] = []

    async def __call__(self, payload: dict[str, Any]) -> None:
        self.tried_at.append(clock.now())
        await db.execute(
            "INSERT INTO counter (name, value) VALUES (:1, 1)"
            " ON CONFLICT (name) DO UPDATE SET value = counter.value + 1",
            f"letter {payload['number']}",
        )
        await asyncio.sleep(0)
        if self.broken:
            raise ConnectionError("the road is closed")


@pytest.fixture
def postman(database: None) -> Iterator[Postman]:
    jobs.handlers[TOPIC] = made = Postman()
    yield made
    del jobs.handlers[TOPIC]


async def post(count: int = 1) -> None:
    """Send letters, numbered from 0."""
    async with db.transaction():
        for number in range(count):
            await outbox.send(TOPIC, number=number)


async def delivered() -> int:
    """How many effects the letters had."""
    held = await db.rows("SELECT value FROM counter WHERE name LIKE 'letter %'")
    return sum(row["value"] for row in held)


async def test_what_is_sent_in_a_change_that_fails_was_never_sent(postman: Postman) -> None:
    with pytest.raises(ConnectionError):
        await post_and_fail()
    assert await jobs.work_off(10) == 0
    assert not await OutboxMessage.exists()


async def post_and_fail() -> None:
    """A change that sends a letter and then breaks."""
    async with db.transaction():
        await outbox.send(TOPIC, number=0)
        raise ConnectionError


async def test_workers_at_once_deliver_every_message_once(postman: Postman) -> None:
    await post(60)
    done = [await asyncio.gather(*(jobs.work_off(7) for _ in range(4))) for _ in range(4)]
    assert sum(map(sum, done)) == 60
    assert (await delivered(), len(postman.tried_at)) == (60, 60)


async def test_a_message_whose_worker_died_is_delivered_by_another(postman: Postman) -> None:
    await post()
    now = clock.now()
    with clock.at(now):
        assert len(await outbox.lease(10)) == 1  # and its worker is heard of no more
        assert await jobs.work_off(10) == 0
    with clock.at(now + LEASE - SECOND):
        assert await jobs.work_off(10) == 0
    with clock.at(now + LEASE + SECOND):
        assert await jobs.work_off(10) == 1
        assert await jobs.work_off(10) == 0
    assert await delivered() == 1


async def test_a_worker_that_was_only_slow_finds_its_message_taken(postman: Postman) -> None:
    await post()
    now = clock.now()
    with clock.at(now):
        slow = await outbox.lease(10)
    with clock.at(now + LEASE + SECOND):
        done = await asyncio.gather(jobs.work_off(10), *(jobs._deliver(message) for message in slow))
        assert sum(done) + await jobs.work_off(10) == 1
    assert await delivered() == 1


async def test_a_failure_leaves_nothing_and_is_tried_again_after_ever_longer_rests(postman: Postman) -> None:
    await post()
    postman.broken = True
    assert await until_nothing_is_due() == [2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0]
    assert len(postman.tried_at) == MAX_ATTEMPTS
    assert await delivered() == 0
    [dead] = await outbox.dead_letters()
    assert (dead["topic"], dead["attempts"], dead["error"]) == (TOPIC, MAX_ATTEMPTS, "ConnectionError")


async def until_nothing_is_due() -> list[float]:
    """Work off every message when it is due; how many seconds lay between the attempts."""
    rests: list[float] = []
    now = clock.now()
    while True:
        with clock.at(now):
            await jobs.work_off(10)
        waiting = await OutboxMessage.filter(done_at=None, dead_at=None).order_by("run_at").values("run_at")
        if not waiting:
            return rests
        rests.append(round((waiting[0]["run_at"] - now).total_seconds(), 3))
        now = waiting[0]["run_at"]


async def test_a_failing_message_does_not_hold_up_the_others(postman: Postman) -> None:
    await post(3)
    await OutboxMessage.create(topic="test.unheard_of", payload={}, run_at=clock.now() - SECOND)
    assert await jobs.work_off(10) == 3


async def test_a_message_that_kills_its_workers_ends_among_the_dead_letters(postman: Postman) -> None:
    await post()
    now = clock.now()
    for attempt in range(MAX_ATTEMPTS):
        with clock.at(now + attempt * (LEASE + SECOND)):
            assert len(await outbox.lease(10)) == 1
    with clock.at(now + MAX_ATTEMPTS * (LEASE + SECOND)):
        assert await jobs.work_off(10) == 0
    assert postman.tried_at == []
    assert [letter["error"] for letter in await outbox.dead_letters()] == ["worker lost"]


async def test_a_dead_letter_that_is_revived_is_delivered(postman: Postman) -> None:
    await post()
    postman.broken = True
    await until_nothing_is_due()
    postman.broken = False
    assert await outbox.revive() == 1
    assert await jobs.work_off(10) == 1
    assert (await delivered(), await outbox.dead_letters()) == (1, [])


async def test_a_periodic_job_is_run_by_one_worker_each_time(database: None) -> None:
    runs: list[datetime] = []

    async def tick() -> int:
        runs.append(clock.now())
        return 1

    now = clock.now()
    jobs.periodic("test.tick", timedelta(minutes=1))(tick)
    try:
        for minutes in (0, 1, 1.5, 2):
            with clock.at(now + timedelta(minutes=minutes)):
                await asyncio.gather(*(jobs.run_due() for _ in range(4)))
    finally:
        del jobs.periodic_jobs["test.tick"]
    assert [(run - now).total_seconds() for run in runs] == [0, 60, 120]


async def test_a_worker_outlives_a_database_that_is_away(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    stop, calls = asyncio.Event(), []

    async def broken() -> int:
        calls.append(1)
        if len(calls) == 3:
            stop.set()
        raise OSError("gone")

    monkeypatch.setattr(jobs, "work_once", broken)
    await asyncio.wait_for(jobs.work(stop, idle=0.001), 5)
    assert len(calls) == 3

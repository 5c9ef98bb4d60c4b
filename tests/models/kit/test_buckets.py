"""Leaky buckets let through what they hold and what comes back, whoever asks and however."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from tortoise.exceptions import OperationalError

from models.kit import buckets, leases
from models.kit.buckets import Buckets, Rate
from models.kit.leases import SHARE, LeasedBuckets, PointBucket
from models.kit.settings import read as read_settings
from schema.http.app import running

RATE = Rate(capacity=100, restored=10)
STEPS = st.lists(
    st.tuples(st.sampled_from(["take", "drain", "give back", "wait"]), st.integers(0, 120)), min_size=1, max_size=60
)


class Clock:
    """A clock that is set by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@given(STEPS)
def test_a_bucket_is_never_below_nothing_nor_above_full_and_lets_through_no_more_than_came(
    steps: list[tuple[str, int]],
) -> None:
    async def run() -> None:
        clock, let_through, taken = Clock(), 0, 0
        some = Buckets(RATE, clock)
        for step, points in steps:
            before = some.left("a")
            if step == "take" and await some.take("a", points):
                assert points <= before
                let_through, taken = let_through + points, taken + points
            elif step == "drain":
                some.drain("a", points)
                let_through += min(points, before)
            elif step == "give back":
                some.give_back("a", min(points, taken))
                let_through, taken = let_through - min(points, taken), taken - min(points, taken)
            elif step == "wait":
                clock.now += points / 10
            assert 0 <= some.left("a") <= RATE.capacity
            assert let_through <= RATE.capacity + RATE.restored * (clock.now - 1000)
        assert some.left("b") == RATE.capacity

    asyncio.run(run())


@given(st.integers(1, 100), st.integers(1, 100))
def test_who_waits_as_long_as_told_is_let_through(first: int, then: int) -> None:
    async def run() -> None:
        clock = Clock()
        some = Buckets(RATE, clock)
        assert await some.take("a", first)
        if not await some.take("a", then):
            clock.now += some.seconds_until("a", then)
            assert await some.take("a", then)

    asyncio.run(run())


async def test_the_bucket_used_longest_ago_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buckets, "KEPT", 2)
    some = Buckets(RATE, Clock())
    for key in "abac":
        assert await some.take(key, 30)
    assert [some.left(key) for key in "acb"] == [40, 70, 100]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def postgres_database(postgres_url: str, tmp_path: Path) -> AsyncIterator[None]:
    """A connected database that processes can share."""
    async with running(read_settings({"DATABASE_URL": postgres_url, "DATA_DIR": str(tmp_path)}), worker=False):
        yield


def processes(count: int, clock: Clock, rate: Rate = RATE) -> list[LeasedBuckets]:
    """As many processes that share their buckets."""
    return [LeasedBuckets("account", rate, count, clock) for _ in range(count)]


async def test_processes_together_let_through_what_one_would_and_a_slice_each(postgres_database: None) -> None:
    rate, clock = Rate(capacity=400, restored=1), Clock()
    sharing = processes(4, clock, rate)
    let_through = 0
    for second in range(1, 6):
        for number in range(200):
            let_through += await sharing[number % 4].take("a", 5) * 5
        clock.now += 1
        for one in sharing:
            await one.settle()
        assert let_through <= rate.capacity + rate.restored * second * 2 + rate.capacity / SHARE
    assert let_through >= rate.capacity
    assert (await PointBucket.get()).available >= -rate.capacity / SHARE


async def test_what_one_process_let_through_the_others_know_a_second_later(
    postgres_database: None, clock: Clock
) -> None:
    one, other = processes(2, clock)
    assert await one.take("a", 90)
    assert other.left("a") == 100
    clock.now += 1
    assert not await other.take("a", 90)
    assert 10 <= other.left("a") <= 12
    assert other.left("b") == 100


async def test_what_fits_the_slice_asks_no_database(clock: Clock) -> None:
    one, _ = processes(2, clock)  # nothing is connected: a statement would fail
    assert [await one.take("a", 4) for _ in range(3)] == [True] * 3
    one.give_back("a", 12)
    assert [await one.take("a", 4) for _ in range(3)] == [True] * 3
    one.give_back("a", 12)
    await one.settle()
    assert one.left("a") == 100


async def test_a_flood_of_refusals_asks_the_database_once_a_second(postgres_database: None, clock: Clock) -> None:
    one, _ = processes(2, clock)
    assert await one.take("a", 100)
    assert not await one.take("a", 50)
    told = await PointBucket.get()
    assert [await one.take("a", 50) for _ in range(20)] == [False] * 20
    assert (await PointBucket.get()).at == told.at
    clock.now += 1
    assert not await one.take("a", 50)
    assert (await PointBucket.get()).at > told.at


async def test_what_could_not_be_told_stays_to_be_told(
    postgres_database: None, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = processes(2, clock)
    assert await one.take("a", 12)
    with monkeypatch.context() as broken:
        broken.setattr(leases, "_TELL", leases._TELL.replace("point_bucket", "nowhere"))
        with pytest.raises(OperationalError, match="nowhere"):
            await one.settle()
    await one.settle()
    assert 88 <= (await PointBucket.get()).available < 89
    clock.now += 1
    assert await other.take("a", 60)


async def test_many_processes_settle_the_same_buckets_at_once(postgres_database: None, clock: Clock) -> None:
    sharing = processes(5, clock, Rate(capacity=1000, restored=1))
    keys = [str(number) for number in range(50)]
    for one in sharing:
        for key in keys if one is not sharing[0] else reversed(keys):
            assert await one.take(key, 2)
    await asyncio.gather(*(one.settle() for one in sharing))
    told = await PointBucket.all()
    assert len(told) == len(keys)
    assert all(990 <= bucket.available < 995 for bucket in told)  # a little came back meanwhile

"""Numbers that are given out once."""

import asyncio

from models.kit import counters, db


async def claimed() -> int:
    async with db.transaction():
        return await counters.claim("card.3303")


async def test_no_number_is_given_out_twice(database: None) -> None:
    assert sorted(await asyncio.gather(*(claimed() for _ in range(20)))) == list(range(1, 21))


async def test_counters_do_not_know_of_each_other(database: None) -> None:
    assert [await counters.claim("a", 10), await counters.claim("b"), await counters.claim("a")] == [10, 1, 11]

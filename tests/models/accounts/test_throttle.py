"""Tries are counted as the limits say, whatever happens in between."""

import asyncio
from datetime import datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import rule

from models.accounts import Throttle, throttle
from models.accounts.throttle import Limit
from models.kit.errors import DomainError
from models.kit.ids import uuid7
from models.kit.settings import Settings
from tests.machines import Machine, check

HOUR = timedelta(hours=1)
FIXED = Limit("fixed", 3, HOUR)
GROWING = Limit("growing", 3, HOUR, (timedelta(minutes=1), timedelta(minutes=5)))


async def tried(limit: Limit, key: str) -> bool:
    """Whether a try is let through."""
    try:
        await throttle.count(limit, key)
    except DomainError:
        return False
    return True


class Tries(Machine):
    """Tries, waiting, successes: what is let through is what a count by hand would let through."""

    def __init__(self) -> None:
        super().__init__()
        self.key = str(uuid7())
        self.hand: dict[Limit, tuple[int, datetime, datetime | None]] = {}

    @rule(limit=st.sampled_from([FIXED, GROWING]))
    def attempt(self, limit: Limit) -> None:
        """One more try."""
        assert self.run(tried(limit, self.key)) is self.expected(limit)

    def expected(self, limit: Limit) -> bool:
        """Count by hand."""
        count, resets_at, blocked_until = self.hand.get(limit, (0, self.now + limit.window, None))
        if blocked_until and blocked_until > self.now:
            return False
        if resets_at <= self.now:
            count, resets_at = 0, self.now + limit.window
        count += 1
        waits = {3: 1, 4: 5}
        until = None
        if count >= 3:
            until = resets_at if limit is FIXED else self.now + timedelta(minutes=waits.get(count, 5))
        self.hand[limit] = (count, resets_at, until)
        return True

    @rule(seconds=st.sampled_from([1, 59, 60, 300, 1800, 3600, 86400]))
    def wait(self, seconds: int) -> None:
        """Time passes."""
        self.pass_time(timedelta(seconds=seconds))

    @rule(limit=st.sampled_from([FIXED, GROWING]))
    def succeed(self, limit: Limit) -> None:
        """The last try was the right one."""
        self.run(throttle.forgive(limit, self.key))
        self.hand.pop(limit, None)

    @rule(limit=st.sampled_from([FIXED, GROWING]))
    def give_back(self, limit: Limit) -> None:
        """The last try does not count."""
        self.run(throttle.give_back(limit, self.key))
        if limit in self.hand and self.hand[limit][0]:
            self.hand[limit] = (self.hand[limit][0] - 1, self.hand[limit][1], None)


def test_tries_are_counted_as_by_hand(settings: Settings) -> None:
    check(Tries, settings)


async def test_of_fifty_tries_at_once_no_more_are_let_through_than_the_limit(database: None) -> None:
    passed = await asyncio.gather(*(tried(GROWING, "somebody") for _ in range(50)))
    assert sum(passed) == GROWING.times
    assert (await Throttle.get()).count == GROWING.times


async def test_one_key_does_not_count_for_another(database: None) -> None:
    assert [await tried(FIXED, key) for key in "aaaab"] == [True, True, True, False, True]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("10.0.0.1", "10.0.0.2", False),
        ("", "", True),
    ],
)
def test_an_ipv6_subscriber_counts_as_one_address(one: str, other: str, same: bool) -> None:
    assert (throttle.network(one) == throttle.network(other)) is same

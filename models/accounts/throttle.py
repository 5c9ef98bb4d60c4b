"""Counting tries, each before it is made: so many in a window, and beyond that a wait that may grow."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from math import ceil

from models.accounts.tables import Throttle
from models.kit import clock, crypto, db
from models.kit.codes import ErrorCode
from models.kit.errors import refuse
from models.kit.ids import uuid7

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_GROWING = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 16, 32, 60))


@dataclass(frozen=True)
class Limit:
    """`times` in `window`. Then wait for its end or, with `waits`, for one of them after each further try."""

    name: str
    times: int
    window: timedelta
    waits: tuple[timedelta, ...] = ()

    def blocked_until(self, count: int, resets_at: datetime) -> datetime | None:
        """Until when nothing is let through after the `count`th try."""
        if count < self.times:
            return None
        if not self.waits:
            return resets_at
        return clock.now() + self.waits[min(count - self.times, len(self.waits) - 1)]


# Each way of signing in has limits of its own: tries at one never close the other.
CODES_EACH_MINUTE = Limit("code.minute", 1, MINUTE)
CODES_EACH_DAY = Limit("code.day", 10, DAY)
CODES_BY_ADDRESS = Limit("code.address", 100, HOUR)
CODE_TRIES_BY_ADDRESS = Limit("code_try.address", 50, DAY, _GROWING)
PASSWORD_TRIES = Limit("password", 5, DAY, _GROWING)
PASSWORD_TRIES_BY_ADDRESS = Limit("password.address", 50, DAY, _GROWING)
PASSWORD_CHANGES = Limit("password.change", 5, DAY, _GROWING)
# What tells something about other people to who guesses well, by account.
LOOK_UPS = Limit("look_up", 100, HOUR)  # of members by ID, mobile or card number
REVEALS = Limit("reveal", 100, HOUR)  # of masked values
CLAIMS = Limit("claim", 20, HOUR)  # of being, or living with, the holder of an ID number; of having a mobile
KEEPING = Limit("keeping", 60, HOUR)  # of staff accounts and phones by administrators
CHECK_INS = Limit("check_in", 10, HOUR)  # with the code of one's booking
TICKETS = Limit("ticket", 300, MINUTE)  # at the door; a scanner that was offline sends many at once
# What many want at the same moment, by account.
GRABS = Limit("grab", 20, MINUTE)

_COUNT = """
INSERT INTO throttle (id, name, count, resets_at) VALUES (:1, :2, 1, :3)
ON CONFLICT (name) DO UPDATE SET
    count = CASE WHEN throttle.resets_at <= :4 THEN 1 ELSE throttle.count + 1 END,
    resets_at = CASE WHEN throttle.resets_at <= :4 THEN :3 ELSE throttle.resets_at END,
    blocked_until = NULL
WHERE throttle.blocked_until IS NULL OR throttle.blocked_until <= :4
RETURNING count, resets_at
"""


async def count(limit: Limit, key: str) -> None:
    """Count a try by `key` in a transaction of its own; while blocked it is refused uncounted (TRY_LATER)."""
    name, now = _name(limit, key), clock.now()
    async with db.transaction():
        counted = await db.returning(_COUNT, uuid7(), name, now + limit.window, now)
        if counted:
            until = limit.blocked_until(counted[0]["count"], clock.as_moment(counted[0]["resets_at"]))
            if until:
                await Throttle.filter(name=name).update(blocked_until=until)
            return
        (blocked,) = await Throttle.filter(name=name).values("blocked_until")
    refuse(ErrorCode.TRY_LATER, seconds=max(1, ceil((blocked["blocked_until"] - now).total_seconds())))


async def forgive(limit: Limit, key: str) -> None:
    """Forget every try by `key`: it was the right one after all."""
    await Throttle.filter(name=_name(limit, key)).delete()


async def give_back(limit: Limit, key: str) -> None:
    """Take one try by `key` back: it succeeded, and many may share an address."""
    await db.execute(
        "UPDATE throttle SET count = count - 1, blocked_until = NULL WHERE name = :1 AND count > 0",
        _name(limit, key),
    )


def network(address: str) -> str:
    """What an address counts as: an IPv6 subscriber holds a whole /64."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(int(parsed) >> 64) if isinstance(parsed, IPv6Address) else address


def _name(limit: Limit, key: str) -> str:
    """Phones and addresses are personal: only their keyed digest is kept."""
    return f"{limit.name}:{crypto.keyed_digest(key, 'throttle')}"

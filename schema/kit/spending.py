"""Who pays for an operation, and what they are told of it (`extensions.cost`, with Shopify's names)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from models.accounts.throttle import network
from models.kit.actor import Actor
from models.kit.buckets import Buckets
from models.kit.clients import Meter, meter
from models.kit.errors import ApiCode, ApiError
from schema.kit.cost import Cost, answered, bill

ALWAYS_MOST = 100  # points up to which an operation that is always answered is not refused
Extension = dict[str, Any]


class NotPaidError(ApiError):
    """An operation that costs more than one may, or more than is left: `seconds` until it could be paid."""

    def __init__(self, code: ApiCode, cost: Extension, seconds: int | None = None) -> None:
        super().__init__(code)
        self.cost = cost
        self.seconds = seconds


@dataclass(frozen=True)
class Purse:
    """The points of whoever asks."""

    buckets: Buckets
    key: str

    @property
    def left(self) -> int:
        """How many there are now."""
        return self.buckets.left(self.key)

    def told(self, requested: int | None, actual: int | None) -> Extension:
        """What an operation cost and what is left."""
        rate = self.buckets.rate
        status = {
            "maximumAvailable": rate.capacity,
            "currentlyAvailable": self.left,
            "restoreRate": rate.restored,
        }
        return {"requestedQueryCost": requested, "actualQueryCost": actual, "throttleStatus": status}

    def throttled(self, requested: int | None, wanted: int) -> NotPaidError:
        """The refusal of something that wants more points than are left."""
        seconds = self.buckets.seconds_until(self.key, wanted)
        return NotPaidError(ApiCode.THROTTLED, self.told(requested, None), seconds)

    async def pay(self, points: int) -> None:
        """Take points for anything that is not an operation; raises NotPaidError."""
        if not await self.buckets.take(self.key, points):
            raise self.throttled(points, points)

    def fine(self, points: int) -> int:
        """Take points, or what there is; how many."""
        taken = min(points, self.left)
        self.buckets.drain(self.key, taken)
        return taken


@dataclass(frozen=True)
class Bill:
    """An operation that is paid for, and has begun."""

    purse: Purse
    cost: Cost
    paid: int
    changes: bool

    def close(self, statements: int, data: Any) -> Extension:
        """Give back what it did not need. A change costs what it was said to, a read the statements it made."""
        points = self.cost.points if self.changes else min(self.cost.points, statements)
        actual = min(self.cost.requested, bill(points, answered(data) if data else 0))
        self._give_back(self.paid - actual)
        return self.purse.told(self.cost.requested, actual)

    def cancel(self) -> None:
        """Give everything back: nothing was executed."""
        self._give_back(self.paid)

    def _give_back(self, points: int) -> None:
        if points > 0:
            self.purse.buckets.give_back(self.purse.key, points)


class Till:
    """Where operations are paid for: by the account of whoever is signed in, else by the address they call from.
    Many members share an address, so an account's operations are not counted there. No operation costs over `most`.
    """

    def __init__(self, accounts: Buckets, addresses: Buckets, most: int) -> None:
        self._accounts = accounts
        self._addresses = addresses
        self._most = most

    def purse(self, actor: Actor) -> Purse:
        """The points of an actor."""
        if actor.account_id:
            return Purse(self._accounts, str(actor.account_id))
        return Purse(self._addresses, network(actor.address))

    def admit(self, actor: Actor, points: int) -> None:
        """Raise NotPaidError when there are not even so many points left, whatever it is for."""
        purse = self.purse(actor)
        if purse.left < points:
            raise purse.throttled(None, points)

    async def open(self, actor: Actor, cost: Cost, *, changes: bool, always: bool) -> Bill:
        """Take the points of an operation before it runs; raises NotPaidError. One that is `always` answered takes
        what there is."""
        purse, requested = self.purse(actor), cost.requested
        if requested > self._most:
            raise NotPaidError(ApiCode.QUERY_TOO_COMPLEX, purse.told(requested, None))
        if not await purse.buckets.take(purse.key, requested):
            if not always or requested > ALWAYS_MOST:
                raise purse.throttled(requested, requested)
            return Bill(purse, cost, purse.fine(requested), changes)
        return Bill(purse, cost, requested, changes)

    def charge(self, actor: Actor, cost: Cost) -> Bill:
        """Take the points of what will be done in any case, or what there is."""
        purse = self.purse(actor)
        return Bill(purse, cost, purse.fine(cost.requested), changes=False)


@contextmanager
def counted() -> Iterator[Meter]:
    """Counts the statements of what runs inside, for whoever counts outside as well."""
    outer, inner = meter.get(), Meter()
    token = meter.set(inner)
    try:
        yield inner
    finally:
        meter.reset(token)
        if outer:
            outer.statements += inner.statements

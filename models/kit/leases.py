"""Leaky buckets that several processes share through PostgreSQL, without a statement for each request.

A process takes small slices on its own and tells the others each second what it took; only what is more than a slice
is claimed at once. So all of them together let through what one bucket would, and a slice of each at most beyond it.
"""

import asyncio
import time
from collections.abc import Callable, Collection
from contextlib import suppress

import structlog
from tortoise import fields
from tortoise.models import Model

from models.kit import crypto, db
from models.kit.buckets import Bucket, Buckets, Rate
from models.kit.fields import UtcDatetimeField

log = structlog.get_logger()
SETTLED_EVERY = 1.0  # seconds
SHARE = 4  # all slices together are one part in so many of the bucket


class PointBucket(Model):
    """What is left of a bucket, all processes together: below zero by no more than their slices."""

    id = fields.CharField(max_length=80, primary_key=True)
    available = fields.FloatField()
    at = UtcDatetimeField()

    class Meta:
        table = "point_bucket"


# A new row is a full bucket less what was taken; so much is taken from a row that is there.
_TELL = """
INSERT INTO point_bucket (id, available, at)
SELECT id, :3::float8 - taken, now() FROM unnest(:1::text[], :2::float8[]) AS told (id, taken) ORDER BY id
ON CONFLICT (id) DO UPDATE SET
    available = LEAST(
        :3, point_bucket.available + :4::float8 * GREATEST(0, EXTRACT(EPOCH FROM excluded.at - point_bucket.at)::float8)
    ) - (:3 - excluded.available),
    at = GREATEST(point_bucket.at, excluded.at)
RETURNING id, available
"""
_CLAIM = """
UPDATE point_bucket SET available = available - :2::float8 WHERE id = :1 AND available >= :2 RETURNING available
"""


class LeasedBuckets(Buckets):
    """The buckets of one rate, shared by `workers` processes under a name."""

    def __init__(self, name: str, rate: Rate, workers: int, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(rate, clock)
        self._name = name
        self.slice = rate.capacity / (SHARE * workers)

    async def take(self, key: str, points: int) -> bool:
        """Take points, all or none; more than is left of the slice is claimed from all processes."""
        bucket = self._now(key)
        if min(bucket.left, bucket.slice) >= points:
            self._move(bucket, points)
            return True
        if bucket.left < points and bucket.at - bucket.told_at < SETTLED_EVERY:
            return False  # nothing can have come from the others: a flood of refusals asks no database
        return await self._claim(key, points)

    async def settle(self) -> None:
        """Tell the others what was taken here, hear what is left, and forget the buckets that are full."""
        for key in list(self._buckets):
            bucket = self._now(key)
            if not bucket.untold and bucket.left >= self.rate.capacity:
                del self._buckets[key]
        await self._tell([key for key, bucket in self._buckets.items() if bucket.untold])

    async def settle_each_second(self, stop: asyncio.Event) -> None:
        """Settle until told to stop, and a last time then."""
        while not stop.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), SETTLED_EVERY)
            try:
                await self.settle()
            except Exception as error:  # noqa: BLE001 - what was not told stays to be told
                log.warning("points.not_settled", pool=self._name, error=type(error).__name__)

    async def _claim(self, key: str, points: int) -> bool:
        await self._tell([key])
        claimed = await db.returning(_CLAIM, self._row_id(key), points)
        if claimed:
            self._hear(key, claimed[0]["available"])
        return bool(claimed)

    async def _tell(self, keys: Collection[str]) -> None:
        """Subtract what was taken here from what all processes have, and hear what that leaves."""
        taken = {key: self._now(key).untold for key in keys}
        if not taken:
            return
        for key in taken:
            self._now(key).untold = 0.0
        ids = {self._row_id(key): key for key in taken}
        try:
            rows = await db.returning(_TELL, [*ids], [*taken.values()], self.rate.capacity, self.rate.restored)
        except BaseException:
            for key, points in taken.items():
                self._now(key).untold += points
            raise
        for row in rows:
            self._hear(ids[row["id"]], row["available"])

    def _hear(self, key: str, available: float) -> None:
        bucket = self._now(key)
        bucket.left = available - bucket.untold
        bucket.slice = max(0.0, min(self.slice, bucket.left))
        bucket.told_at = bucket.at

    def _move(self, bucket: Bucket, points: float) -> None:
        super()._move(bucket, points)
        bucket.slice -= points
        bucket.untold += points

    def _row_id(self, key: str) -> str:
        """Addresses are personal: only a keyed digest is kept."""
        return f"{self._name}:{crypto.keyed_digest(key, 'points')}"

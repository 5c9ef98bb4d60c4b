"""Leaky buckets: points that are taken at once and come back with time, for many keys, in the memory of one process."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, floor, inf

KEPT = 50_000  # buckets; the one that was used longest ago is forgotten, and is full again


@dataclass(frozen=True)
class Rate:
    """`capacity` points at once; `restored` come back each second."""

    capacity: int
    restored: int


@dataclass
class Bucket:
    """What is left of one, at a moment of the process's clock (seconds).

    Of one that is shared with other processes: the `slice` that may be taken before they are told, and what was
    `untold` them, last time at `told_at`.
    """

    left: float
    at: float
    slice: float
    untold: float = 0.0
    told_at: float = -inf


class Buckets:
    """The buckets of one rate."""

    slice: float = inf

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate = rate
        self._clock = clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    async def take(self, key: str, points: int) -> bool:
        """Take points, all or none."""
        bucket = self._now(key)
        if bucket.left < points:
            return False
        self._move(bucket, points)
        return True

    def drain(self, key: str, points: int) -> None:
        """Take points, or what there is."""
        bucket = self._now(key)
        self._move(bucket, max(0.0, min(bucket.left, points)))

    def give_back(self, key: str, points: int) -> None:
        """Put points back that were taken and not needed."""
        bucket = self._now(key)
        self._move(bucket, -min(points, self.rate.capacity - bucket.left))

    def left(self, key: str) -> int:
        """How many points could be taken now."""
        return max(0, floor(self._now(key).left))

    def seconds_until(self, key: str, points: int) -> int:
        """After how many seconds, 1 at least, so many points could be taken."""
        return max(1, ceil((points - self._now(key).left) / self.rate.restored))

    def _move(self, bucket: Bucket, points: float) -> None:
        bucket.left -= points

    def _now(self, key: str) -> Bucket:
        """A bucket with what came back since it was used last."""
        now, bucket = self._clock(), self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = Bucket(self.rate.capacity, now, self.slice)
            if len(self._buckets) > KEPT:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(key)
            bucket.left = min(self.rate.capacity, bucket.left + (now - bucket.at) * self.rate.restored)
            bucket.at = now
        return bucket

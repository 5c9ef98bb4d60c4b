"""Telling the demo's stories in the order of time: each scene says when it goes on, the clock is held there, and
between two moments the worker does what the first one left to it."""

from collections.abc import AsyncGenerator, Iterable
from datetime import date, datetime, time, timedelta
from heapq import heapify, heappop, heappush

from models.kit import clock
from models.kit.calendar import is_working_day
from resolvers.kit import jobs

# A scene yields the moments at which it wants to go on.
Scene = AsyncGenerator[datetime, None]

_DAY, _SOON = timedelta(days=1), timedelta(minutes=2)
# Before it, only the next scene is told; after it, the worker has had its time.
_PAUSE = timedelta(minutes=10)
_MIDNIGHT = timedelta(minutes=10)
_AT_ONCE = 500


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of a day in China."""
    return datetime.combine(day, time(hour, minute), clock.SHANGHAI)


def working_day(day: date, count: int) -> date:
    """The working day `count` of them after `day`, or before it when negative."""
    step = _DAY if count > 0 else -_DAY
    while count:
        day += step
        count -= is_working_day(day) * (step // _DAY)
    return day


async def play(scenes: Iterable[Scene], ends_at: datetime) -> None:
    """Tell all scenes up to a moment; what they wanted to do later is not told."""
    waiting = [(await anext(scene), number, scene) for number, scene in enumerate(scenes)]
    heapify(waiting)
    now = waiting[0][0]
    while waiting and waiting[0][0] < ends_at:
        moment, number, scene = heappop(waiting)
        await _let_time_pass(now, moment)
        now = moment
        with clock.at(moment):
            further = await anext(scene, None)
        if further:
            heappush(waiting, (max(further, moment), number, scene))
    await _let_time_pass(now, ends_at)
    for _, _, scene in waiting:
        await scene.aclose()


async def _let_time_pass(now: datetime, then: datetime) -> None:
    """The worker delivers what was sent and, at the beginning of a day, does what has become due."""
    if then - now < _PAUSE:
        return
    with clock.at(now + _SOON):
        await _deliver()
    if (day := clock.local(then).date()) > clock.local(now).date():
        with clock.at(min(clock.start_of_day(day) + _MIDNIGHT, then)):
            await jobs.run_due()
            await _deliver()


async def _deliver() -> None:
    while await jobs.work_off(_AT_ONCE):
        pass

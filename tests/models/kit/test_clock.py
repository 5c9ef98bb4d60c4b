"""One clock: stored in UTC, shown in China's time, movable for trials."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kit import clock

EVENING = datetime(2026, 3, 4, 16, 30, tzinfo=UTC)  # half past midnight of the 5th in Wenzhou


@pytest.fixture
def trial_clock() -> Iterator[None]:
    yield
    clock.set_offset(timedelta())


def test_now_is_the_present_in_utc() -> None:
    assert clock.now().utcoffset() == timedelta()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_the_day_changes_at_midnight_in_china() -> None:
    with clock.at(EVENING):
        assert clock.today() == date(2026, 3, 5)
    with clock.at(EVENING - timedelta(hours=1)):
        assert clock.today() == date(2026, 3, 4)


def test_a_moment_is_shown_at_plus_eight() -> None:
    assert clock.local(EVENING).isoformat() == "2026-03-05T00:30:00+08:00"


def test_a_day_begins_at_four_in_the_afternoon_of_the_day_before_in_utc() -> None:
    assert clock.start_of_day(date(2026, 3, 5)).isoformat() == "2026-03-04T16:00:00+00:00"


def test_a_moment_without_an_offset_is_refused() -> None:
    naive = EVENING.replace(tzinfo=None)
    with pytest.raises(ValueError, match="offset"):
        clock.local(naive)
    with pytest.raises(ValueError, match="offset"), clock.at(naive):
        pass


def test_a_held_clock_answers_in_utc_and_goes_on_afterwards() -> None:
    with clock.at(clock.local(EVENING)):
        assert clock.now().isoformat() == EVENING.isoformat()
        with clock.at(EVENING + timedelta(days=1)):
            assert clock.now() == EVENING + timedelta(days=1)
        assert clock.now() == EVENING
    assert clock.now() != EVENING


@pytest.mark.usefixtures("trial_clock")
def test_a_trial_runs_at_another_time() -> None:
    clock.set_offset(timedelta(days=400))
    assert clock.now() - datetime.now(UTC) > timedelta(days=399)
    with clock.at(EVENING):
        assert clock.now() == EVENING


async def test_tasks_and_threads_already_running_see_the_held_clock() -> None:
    seen: list[datetime] = []
    held = asyncio.Event()

    async def look() -> None:
        await held.wait()
        seen.append(clock.now())

    with clock.at(EVENING - timedelta(days=1)):
        task = asyncio.create_task(look())
        await asyncio.sleep(0)
    with clock.at(EVENING):
        held.set()
        await task
        thread = Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert seen == [EVENING, EVENING]


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_every_moment_of_a_day_lies_between_its_start_and_the_next(day: date) -> None:
    start, end = clock.start_of_day(day), clock.start_of_day(day + timedelta(days=1))
    assert clock.local(start).date() == day == clock.local(end - timedelta(microseconds=1)).date()

"""Working days as published, and promises counted in them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kit.calendar import (
    Counts,
    Deadline,
    add_days,
    days_between,
    extend,
    is_working_day,
    working_days_between,
)

WORKING, CALENDAR = Counts.WORKING, Counts.CALENDAR
dates = st.dates(date(2024, 6, 1), date(2027, 6, 30))
limits = st.integers(0, 120)
counts = st.sampled_from(Counts)


def firm(year: int, month: int, day: int) -> Deadline:
    return Deadline(date(year, month, day), provisional=False)


@pytest.mark.parametrize("day", ["2026-01-04", "2026-02-14", "2025-01-26", "2025-09-28", "2026-10-10"])
def test_a_weekend_day_made_up_for_a_holiday_is_a_working_day(day: str) -> None:
    assert date.fromisoformat(day).weekday() >= 5
    assert is_working_day(date.fromisoformat(day))


@pytest.mark.parametrize("day", ["2026-01-02", "2026-02-23", "2025-01-28", "2025-10-08", "2026-06-19"])
def test_a_weekday_of_a_holiday_is_no_working_day(day: str) -> None:
    assert date.fromisoformat(day).weekday() < 5
    assert not is_working_day(date.fromisoformat(day))


@pytest.mark.parametrize(("year", "working"), [(2025, 248), (2026, 248)])
def test_a_year_has_as_many_working_days_as_the_law_leaves(year: int, working: int) -> None:
    assert working_days_between(date(year - 1, 12, 31), date(year, 12, 31)) == working


def test_counting_starts_the_next_day() -> None:
    assert add_days(date(2026, 3, 5), 1, WORKING) == firm(2026, 3, 6)
    assert add_days(date(2026, 3, 6), 1, WORKING) == firm(2026, 3, 9)
    assert add_days(date(2026, 3, 5), 5, CALENDAR) == firm(2026, 3, 10)


def test_five_working_days_over_spring_festival_end_after_it() -> None:
    # Saturday 14 February is worked; the 15th to the 23rd are not.
    assert add_days(date(2026, 2, 11), 5, WORKING) == firm(2026, 2, 25)


def test_a_last_day_on_a_holiday_rolls_forward() -> None:
    assert add_days(date(2026, 2, 10), 7, CALENDAR) == firm(2026, 2, 24)
    assert add_days(date(2026, 1, 1), 0, WORKING) == firm(2026, 1, 4)


def test_a_last_day_on_a_made_up_saturday_stays() -> None:
    assert add_days(date(2026, 2, 7), 7, CALENDAR) == firm(2026, 2, 14)


def test_a_deadline_past_the_known_calendar_is_provisional() -> None:
    assert add_days(date(2026, 12, 30), 1, WORKING) == firm(2026, 12, 31)
    assert add_days(date(2026, 12, 30), 2, WORKING) == Deadline(date(2027, 1, 1), provisional=True)


def test_no_limit_is_negative() -> None:
    with pytest.raises(ValueError, match="negative"):
        add_days(date(2026, 3, 5), -1, WORKING)


def test_overdue_days_are_counted_below_zero() -> None:
    assert working_days_between(date(2026, 3, 9), date(2026, 3, 6)) == -1


def test_days_on_which_the_applicant_has_to_act_do_not_count() -> None:
    # Promised for the 12th; asked on the 6th, answered on Tuesday the 10th: two working days are lost.
    assert extend(date(2026, 3, 12), date(2026, 3, 6), date(2026, 3, 10), WORKING) == firm(2026, 3, 16)
    assert extend(date(2026, 3, 12), date(2026, 3, 6), date(2026, 3, 10), CALENDAR) == firm(2026, 3, 16)
    assert extend(date(2026, 3, 12), date(2026, 3, 6), date(2026, 3, 6), WORKING) == firm(2026, 3, 12)


def test_a_limit_read_from_a_row_counts_the_same() -> None:
    assert days_between(date(2026, 3, 5), date(2026, 3, 9), Counts("CALENDAR")) == 4


@given(dates, limits)
def test_adding_and_counting_working_days_are_inverse(start: date, days: int) -> None:
    due_on = add_days(start, days, WORKING).due_on
    if days or is_working_day(start):
        assert working_days_between(start, due_on) == days


@given(dates, limits, counts)
def test_a_deadline_is_a_working_day_and_never_early(start: date, days: int, counts: Counts) -> None:
    due_on = add_days(start, days, counts).due_on
    assert is_working_day(due_on)
    assert due_on >= start + timedelta(days=days)
    assert due_on <= add_days(start, days + 1, counts).due_on


@given(dates, dates, dates, counts)
def test_spans_of_days_add_up(first: date, middle: date, last: date, counts: Counts) -> None:
    parts = days_between(first, middle, counts) + days_between(middle, last, counts)
    assert parts == days_between(first, last, counts)


@given(dates, limits, st.integers(0, 60), st.integers(0, 60))
def test_a_paused_limit_leaves_as_many_working_days_as_before(
    start: date, days: int, before_pause: int, pause: int
) -> None:
    due_on = add_days(start, days, WORKING).due_on
    paused_on = start + timedelta(days=before_pause)
    resumed_on = paused_on + timedelta(days=pause)
    moved = extend(due_on, paused_on, resumed_on, WORKING).due_on
    assert working_days_between(resumed_on, moved) == working_days_between(paused_on, due_on)

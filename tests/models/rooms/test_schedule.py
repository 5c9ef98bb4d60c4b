"""The slots that opening hours and closures leave on a day."""

from datetime import date, timedelta
from itertools import pairwise

import hypothesis.strategies as st
from hypothesis import given

from models.kit import clock
from models.rooms.schedule import Hours, Span, slots_of

DAY = date(2026, 3, 5)
MIDNIGHT = clock.start_of_day(DAY)
MINUTE = timedelta(minutes=1)


def minutes(span: Span) -> tuple[int, int]:
    return (span.starts_at - MIDNIGHT) // MINUTE, (span.ends_at - MIDNIGHT) // MINUTE


spans = st.tuples(st.integers(0, 1440), st.integers(0, 1440)).filter(lambda span: span[0] < span[1])


@st.composite
def openings(draw: st.DrawFn) -> list[Hours]:
    """Spans of Thursday that do not overlap."""
    ends = draw(st.lists(st.integers(0, 1440), unique=True, max_size=8).map(sorted))
    return [Hours(4, opens, closes) for opens, closes in zip(ends[::2], ends[1::2], strict=False)]


def test_slots_begin_when_the_room_opens_and_are_whole() -> None:
    slots = slots_of(DAY, [Hours(4, 8 * 60 + 45, 10 * 60), Hours(5, 0, 1440)])
    assert [minutes(slot) for slot in slots] == [(525, 555), (555, 585)]


def test_a_room_may_be_open_all_day() -> None:
    assert len(slots_of(DAY, [Hours(4, 0, 1440)])) == 48


@given(openings(), st.lists(spans, max_size=3))
def test_slots_lie_inside_the_hours_outside_closures_and_never_overlap(
    hours: list[Hours], shut: list[tuple[int, int]]
) -> None:
    closed = [Span(MIDNIGHT + a * MINUTE, MIDNIGHT + b * MINUTE) for a, b in shut]
    slots = [minutes(slot) for slot in slots_of(DAY, hours, closed)]
    assert all(end - start == 30 for start, end in slots)
    assert all(any(h.opens <= start and end <= h.closes for h in hours) for start, end in slots)
    assert all(end <= a or b <= start for start, end in slots for a, b in shut)
    assert all(one[1] <= two[0] for one, two in pairwise(slots))


@given(openings())
def test_without_closures_no_half_hour_is_lost(hours: list[Hours]) -> None:
    assert len(slots_of(DAY, hours)) == sum((h.closes - h.opens) // 30 for h in hours)

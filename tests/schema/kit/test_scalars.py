"""Values as clients write them."""

from datetime import date

import pytest

from schema.kit.scalars import SCALARS

parse_date = SCALARS[date].parse_value


def test_a_day_is_written_year_month_day() -> None:
    assert parse_date
    assert parse_date("2026-03-05") == date(2026, 3, 5)


@pytest.mark.parametrize(
    "text", ["2026-W01-1", "20260305", "2026-3-5", "2026-02-30", "2026-03-05T", "٢٠٢٦-٠٣-٠٥", "", 5]
)
def test_a_day_is_written_in_no_other_way(text: object) -> None:
    assert parse_date
    with pytest.raises(ValueError, match=r"."):
        parse_date(text)

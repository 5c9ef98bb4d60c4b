"""Money: strict to read, exact to write."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kit.identity import InvalidValue
from models.kit.money import MAX_FEN, format_yuan, parse_yuan


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("0", 0),
        ("12", 1200),
        ("12.5", 1250),
        ("12.50", 1250),
        ("0.05", 5),
        ("1234.50", 123450),
        ("10000000000", MAX_FEN),
    ],
)
def test_yuan_are_read_as_fen(text: str, fen: int) -> None:
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", ".", "5.", ".5", "1.234", "007", "00", "1,000", "1_000", "1 ", "1\n", "+1", "-1", "--1"),
        *("1e3", "NaN", "Infinity", "0x10", "１２", "١٢", "¥5", "12.5.0"),
    ],
)
def test_anything_but_plain_yuan_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match="MONEY_FORMAT"):
        parse_yuan(text)


@pytest.mark.parametrize("text", ["10000000000.01", "10000000001", "9" * 14, "9" * 10_000])
def test_more_than_ten_thousand_million_yuan_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match="MONEY_RANGE"):
        parse_yuan(text)


def test_only_a_signed_amount_may_be_below_zero() -> None:
    assert parse_yuan("-12.50", signed=True) == -1250
    assert format_yuan(-5) == "-0.05"
    assert format_yuan(parse_yuan("-0", signed=True)) == "0.00"


def test_money_is_written_with_two_places() -> None:
    assert [format_yuan(fen) for fen in (0, 5, 100, 123450)] == ["0.00", "0.05", "1.00", "1234.50"]


@given(st.integers(-MAX_FEN, MAX_FEN))
def test_what_was_written_reads_the_same(fen: int) -> None:
    assert parse_yuan(format_yuan(fen), signed=True) == fen


@given(st.decimals(0, 10**10, places=2), st.integers(0, 2))
def test_reading_agrees_with_decimal_arithmetic(yuan: Decimal, places: int) -> None:
    text = f"{yuan:.{places}f}"
    assert parse_yuan(text) == Decimal(text) * 100


@given(st.text("0123456789.-+eE, １N"))
def test_any_text_is_an_amount_in_range_or_refused(text: str) -> None:
    try:
        fen = parse_yuan(text, signed=True)
    except InvalidValue:
        return
    assert abs(fen) <= MAX_FEN

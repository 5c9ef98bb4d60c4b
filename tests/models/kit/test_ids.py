"""Ids: ordered inside, opaque outside, and only one spelling each."""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from unittest.mock import patch
from uuid import RFC_4122, UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kit import clock, ids
from models.kit.identity import InvalidValue
from models.kit.ids import drawn, global_id, parse_global_id, uuid7

ROW = UUID("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
type_names = st.from_regex(r"[_A-Za-z][_0-9A-Za-z]*", fullmatch=True)


def test_ids_carry_the_time_and_the_version() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid7()
    assert (made.version, made.variant) == (7, RFC_4122)
    assert before <= (made.int >> 80) <= time.time_ns() // 1_000_000 + 1


def test_the_layout_is_that_of_the_rfc_example() -> None:
    class Loaded(random.Random):
        def getrandbits(self, count: int) -> int:
            return 0xCC3 << 62 | 0x18C4DC0C0C07398F

    with patch("models.kit.ids._source", ids._Source(Loaded(), lambda: 0x017F22E279B0)):
        assert uuid7() == ROW


def test_later_ids_are_greater_even_when_the_clock_goes_back() -> None:
    made = [uuid7() for _ in range(2000)]
    with patch("time.time_ns", return_value=0):
        made += [uuid7() for _ in range(2000)]
    assert all(earlier < later for earlier, later in pairwise(made))


def test_threads_never_make_the_same_id() -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: uuid7(), range(4000)))
    assert len(set(made)) == 4000


def test_demo_data_gets_the_same_ids_each_time_in_the_order_of_the_clock() -> None:
    moment = datetime(2025, 3, 5, tzinfo=UTC)

    def story(seed: str) -> list[object]:
        with ids.repeatable(seed), clock.at(moment):
            made: list[object] = [uuid7(), uuid7(), drawn("ABC", 12)]
            with clock.at(moment + timedelta(days=1)):
                return [*made, uuid7()]

    first, second, number, later = story("one")
    assert story("one") == [first, second, number, later] != story("two")
    assert isinstance(first, UUID)
    assert isinstance(second, UUID)
    assert isinstance(later, UUID)
    assert first < second < later < uuid7()
    assert first.int >> 80 == int(moment.timestamp() * 1000)


def test_numbers_for_people_are_not_the_same_each_time() -> None:
    assert len({drawn("ABCDEFGH", 16) for _ in range(100)}) == 100


def test_a_global_id_is_safe_in_a_link() -> None:
    text = global_id("AidApplication", ROW)
    assert text == "QWlkQXBwbGljYXRpb24BfyLiebB8w5jE3AwMBzmP"
    assert parse_global_id(text) == ("AidApplication", ROW)


@given(type_names, st.uuids())
def test_a_global_id_reads_back_exactly(type_name: str, row: UUID) -> None:
    text = global_id(type_name, row)
    assert text.replace("-", "").replace("_", "").isalnum()
    assert parse_global_id(text) == (type_name, row)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A",
        "Q2FzZQ",
        "用户",
        str(ROW),
        global_id("", ROW),
        global_id("Case:", ROW),
        global_id("1Case", ROW),
        global_id("案", ROW),
        global_id("Case", ROW) + "=",
        global_id("Case", ROW) + "\n",
        " " + global_id("Case", ROW),
        global_id("Case", ROW)[:-1] + "R",
        global_id("Rooms", ROW).replace("_", "/").replace("-", "+") + "==",
    ],
)
def test_a_malformed_id_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match="ID_FORMAT"):
        parse_global_id(text)


@given(st.text() | st.text("ABCabc012-_+/=", min_size=23, max_size=60))
def test_any_text_is_the_one_spelling_of_its_id_or_refused(text: str) -> None:
    try:
        type_name, row = parse_global_id(text)
    except InvalidValue:
        return
    assert global_id(type_name, row) == text

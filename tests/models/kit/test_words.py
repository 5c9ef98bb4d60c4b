"""Texts that people type: what is kept of them, and how they are searched for."""

import pytest

from models.kit.codes import ErrorCode
from models.kit.errors import DomainError
from models.kit.words import line, search_forms


@pytest.mark.parametrize(
    ("typed", "kept"),
    [(" 班组长  二班 ", "班组长 二班"), ("a\u0000b\u200bc", "a b c"), ("一行\n两行", "一行 两行"), ("e\u0301", "é")],
)
def test_a_line_is_cleaned(typed: str, kept: str) -> None:
    assert line(typed, "post", most=50) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [("  \n ", ErrorCode.REQUIRED), ("办事", ErrorCode.INVALID), ("很" * 11, ErrorCode.TOO_LONG)],
)
def test_a_line_that_is_blank_short_or_long_is_refused(typed: str, code: ErrorCode) -> None:
    with pytest.raises(DomainError) as refused:
        line(typed, "reason", least=4, most=10)
    assert [(p.code, p.field) for p in refused.value.problems] == [(code, "reason")]


@pytest.mark.parametrize("typed", ["华光(温州)鞋业", "华光（温州）鞋业", "华光（温州） 鞋业"])
def test_a_name_is_found_whatever_width_its_brackets_have(typed: str) -> None:
    assert {"华光(温州)鞋业", "华光（温州）鞋业"} <= search_forms(typed)


def test_a_blank_text_searches_for_nothing() -> None:
    assert search_forms("   ") == set()

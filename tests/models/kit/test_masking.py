"""What the public and colleagues may see of a sensitive value."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kit.masking import mask_account, mask_mobile, mask_name, mask_resident_id


def test_a_masked_resident_id_shows_three_and_four_digits() -> None:
    assert mask_resident_id("330399199003071230") == "330***********1230"


def test_a_masked_mobile_shows_three_and_four_digits() -> None:
    assert mask_mobile("13812345678") == "138****5678"


def test_a_masked_account_shows_its_last_four_digits() -> None:
    assert mask_account("6222021234567890123") == "***************0123"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("王芳", "王*"),
        ("欧阳锋", "欧**"),
        ("𠮷田𬭸", "𠮷**"),
        ("买买提·阿不都", "买**·***"),
        ("Jean Dupont", "J**********"),
        ("王", "*"),
    ],
)
def test_a_published_name_shows_its_first_character(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@pytest.mark.parametrize("mask", [mask_resident_id, mask_mobile, mask_account])
@pytest.mark.parametrize("text", ["", "1", "1234"])
def test_a_value_too_short_to_hide_anything_is_all_stars(mask: Callable[[str], str], text: str) -> None:
    assert mask(text) == "*" * len(text)


@given(st.text(min_size=1))
def test_a_mask_keeps_the_length_and_hides_all_but_the_first_character(name: str) -> None:
    shown = mask_name(name)
    assert len(shown) == len(name)
    assert set(shown[1:]) <= set("*·")

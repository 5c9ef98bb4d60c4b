"""Identity values: the registers' own vectors, and what check characters promise."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from models.kit import clock
from models.kit.identity import (
    InvalidValue,
    Sex,
    bank_card,
    luhn_check,
    mobile,
    person_name,
    resident_id,
    resident_id_check,
    uscc,
    uscc_check,
)

TODAY = date(2026, 3, 5)
DIGITS = "0123456789"
USCC_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
FULL_WIDTH = {ord(sign): ord(sign) + 0xFEE0 for sign in DIGITS + USCC_SIGNS}

resident_firsts = st.builds(
    lambda area, born, sequence: f"{area:06}{born:%Y%m%d}{sequence:03}",
    st.integers(0, 999_999),
    st.dates(date(1900, 1, 1), TODAY),
    st.integers(0, 999),
)
uscc_firsts = st.builds(
    lambda kind, division, body: f"{kind}{division:06}{body}",
    st.text(USCC_SIGNS, min_size=2, max_size=2),
    st.integers(0, 999_999),
    st.text(USCC_SIGNS, min_size=9, max_size=9),
)
card_firsts = st.text(DIGITS, min_size=15, max_size=18)


def code_of(check: Callable[[str], object], text: str) -> str:
    with pytest.raises(InvalidValue) as refused:
        check(text)
    assert text not in str(refused.value) or not text
    return refused.value.code


def resident(text: str) -> str:
    return resident_id(text, TODAY).number


@pytest.mark.parametrize(
    ("number", "born", "sex"),
    [
        ("330399199003071230", date(1990, 3, 7), Sex.MALE),
        ("330399198512300463", date(1985, 12, 30), Sex.FEMALE),
        ("33039919930815001X", date(1993, 8, 15), Sex.MALE),
        ("330383199202290013", date(1992, 2, 29), Sex.MALE),
    ],
)
def test_a_resident_id_tells_birth_date_and_sex(number: str, born: date, sex: Sex) -> None:
    holder = resident_id(number, TODAY)
    assert (holder.number, holder.birth_date, holder.sex) == (number, born, sex)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("330399199003071231", "RESIDENT_ID_CHECK"),
        ("330399199003071320", "RESIDENT_ID_CHECK"),
        ("330302199002290010", "RESIDENT_ID_DATE"),
        ("33039919900307123", "RESIDENT_ID_FORMAT"),
        ("3303991990030712300", "RESIDENT_ID_FORMAT"),
        ("X30399199003071230", "RESIDENT_ID_FORMAT"),
        ("٣٣٠٣٩٩١٩٩٠٠٣٠٧١٢٣٠", "RESIDENT_ID_FORMAT"),
        ("330399900230123", "RESIDENT_ID_DATE"),
        ("", "RESIDENT_ID_FORMAT"),
    ],
)
def test_a_wrong_resident_id_is_refused_with_its_reason(text: str, code: str) -> None:
    assert code_of(resident, text) == code


def test_an_old_15_digit_resident_id_is_upgraded() -> None:
    assert resident("330399900307123") == "330399199003071230"
    assert resident("330399930815001") == "33039919930815001X"


def test_a_resident_id_may_be_typed_with_spaces_wide_digits_and_a_small_x() -> None:
    assert resident(" ３３０３９９ 19930815　００１ｘ\n") == "33039919930815001X"


def test_nobody_is_born_after_today() -> None:
    born_today, born_tomorrow = "33039920260305001", "33039920260306001"
    resident(born_today + resident_id_check(born_today))
    assert code_of(resident, born_tomorrow + resident_id_check(born_tomorrow)) == "RESIDENT_ID_DATE"


def test_without_a_date_the_clock_says_what_the_future_is() -> None:
    with clock.at(clock.start_of_day(date(1990, 3, 7))):
        assert resident_id("330399199003071230").birth_date == date(1990, 3, 7)
    with clock.at(clock.start_of_day(date(1990, 3, 6))):
        assert code_of(resident_id, "330399199003071230") == "RESIDENT_ID_DATE"


@pytest.mark.parametrize("area", ["330302", "330322", "330325", "332801", "339004", "339017"])
def test_numbers_of_areas_that_no_longer_exist_stay_valid(area: str) -> None:
    first17 = f"{area}19700101001"
    assert resident(first17 + resident_id_check(first17)).startswith(area)


def test_a_resident_id_in_a_log_does_not_show_its_number() -> None:
    assert "330399199003071230" not in repr(resident_id("330399199003071230", TODAY))


@pytest.mark.parametrize(
    "code",
    [
        "81330300MC00000123",
        "91330302MA00000154",
        "81330381MC0000012D",
        "81330300MC00002660",
        "91350100M000100Y43",
    ],
)
def test_a_unions_and_a_companys_credit_code_are_valid(code: str) -> None:
    assert uscc(code) == uscc(code.lower()) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("91350100M000100Y4Z", "USCC_FORMAT"),
        ("91350100M000100Y44", "USCC_CHECK"),
        ("81330300MC0000012", "USCC_FORMAT"),
        ("8133O300MC00000123", "USCC_FORMAT"),
        ("81330300IC00000123", "USCC_FORMAT"),
        ("", "USCC_FORMAT"),
    ],
)
def test_a_wrong_credit_code_is_refused_with_its_reason(text: str, code: str) -> None:
    assert code_of(uscc, text) == code


def test_a_mobile_number_has_eleven_digits_and_begins_with_13_to_19() -> None:
    assert mobile("13812345678") == mobile("１３８ 1234 5678") == "13812345678"
    for text in ["12812345678", "1381234567", "138123456789", "+8613812345678", "1381234567x", ""]:
        assert code_of(mobile, text) == "MOBILE_FORMAT"


def test_a_bank_card_has_16_to_19_digits_and_a_luhn_check() -> None:
    assert bank_card("4111 1111 1111 1111") == "4111111111111111"
    assert code_of(bank_card, "4111111111111112") == "BANK_CARD_CHECK"
    for length in (15, 20):
        payload = "6" * (length - 1)
        assert code_of(bank_card, payload + luhn_check(payload)) == "BANK_CARD_FORMAT"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("王芳", "王芳"),
        ("  王芳　", "王芳"),
        ("𠮷田𬭸", "𠮷田𬭸"),
        ("阿依古丽·买买提", "阿依古丽·买买提"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("Jean  Dupont", "Jean Dupont"),
        ("𠮷" * 50, "𠮷" * 50),
    ],
)
def test_a_name_is_kept_by_code_point(text: str, name: str) -> None:
    assert person_name(text) == name


@pytest.mark.parametrize(
    "text",
    ["", " 　", "王" * 51, "王\0芳", "王\n芳", "王芳\t", "王\u202e芳", "王\u200d芳", "\ud842", "·王", "王•"],
)
def test_a_name_is_neither_empty_nor_long_nor_holds_unseen_characters(text: str) -> None:
    assert code_of(person_name, text) == "NAME_FORMAT"


@pytest.mark.parametrize(
    ("check", "firsts", "check_sign", "signs"),
    [
        (resident, resident_firsts, resident_id_check, DIGITS + "X"),
        (uscc, uscc_firsts, uscc_check, USCC_SIGNS),
        (bank_card, card_firsts, luhn_check, DIGITS),
    ],
)
@given(data=st.data())
def test_a_made_up_number_is_valid_and_one_wrong_character_is_not(
    check: Callable[[str], str],
    firsts: st.SearchStrategy[str],
    check_sign: Callable[[str], str],
    signs: str,
    data: st.DataObject,
) -> None:
    first = data.draw(firsts)
    number = first + check_sign(first)
    assert check(number) == check(number.translate(FULL_WIDTH)) == number
    place = data.draw(st.integers(0, len(number) - 1))
    wrong = data.draw(st.sampled_from(signs))
    assume(wrong != number[place])
    code_of(check, number[:place] + wrong + number[place + 1 :])


@pytest.mark.parametrize(
    ("check", "firsts", "check_sign"),
    [(resident, resident_firsts, resident_id_check), (uscc, uscc_firsts, uscc_check)],
)
@given(data=st.data())
def test_two_swapped_neighbours_are_noticed(
    check: Callable[[str], str],
    firsts: st.SearchStrategy[str],
    check_sign: Callable[[str], str],
    data: st.DataObject,
) -> None:
    first = data.draw(firsts)
    number = first + check_sign(first)
    place = data.draw(st.integers(0, len(number) - 2))
    left, right = number[place], number[place + 1]
    assume(left != right)
    code_of(check, number[:place] + right + left + number[place + 2 :])


@pytest.mark.parametrize("check", [resident, uscc, mobile, bank_card, person_name])
@given(text=st.text() | st.text("0123456789０１２３xX· ", min_size=11, max_size=20))
def test_any_text_is_refused_or_normalised_for_good(check: Callable[[str], str], text: str) -> None:
    try:
        value = check(text)
    except InvalidValue:
        return
    assert check(value) == value

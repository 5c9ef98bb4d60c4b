"""Values that identify people, units and accounts: normalised, then checked (domain facts, section 15)."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from models.kit import clock

_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_CHECKS = "10X98765432"
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
# Keyboards offer many look-alikes of the U+00B7 that the registers use.
_MIDDLE_DOTS = str.maketrans(dict.fromkeys("•‧∙⋅・･", "·"))
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # control, format, surrogate, line and paragraph separators


class InvalidValue(ValueError):  # noqa: N818 - the value is at fault, not the program
    """A value of the wrong form; `code` says which rule it breaks and never repeats the value."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Sex(StrEnum):
    """Sex as the resident ID's sequence number states it (odd = male)."""

    MALE = "MALE"
    FEMALE = "FEMALE"


@dataclass(frozen=True, slots=True)
class ResidentId:
    """An 18-digit resident ID and what it says of its holder; the number stays out of `repr`."""

    number: str = field(repr=False)
    birth_date: date
    sex: Sex


def resident_id(text: str, today: date | None = None) -> ResidentId:
    """Check a resident ID (GB 11643), upgrading 15 digits to 18; no prefix test, historic areas are valid.

    Raises RESIDENT_ID_FORMAT, RESIDENT_ID_CHECK, or RESIDENT_ID_DATE for no such day or one after `today`.
    """
    number = _compact(text)
    if re.fullmatch("[0-9]{15}", number):
        first17 = f"{number[:6]}19{number[6:]}"
        number = first17 + resident_id_check(first17)
    _require(re.fullmatch("[0-9]{17}[0-9X]", number), "RESIDENT_ID_FORMAT")
    _require(number[17] == resident_id_check(number[:17]), "RESIDENT_ID_CHECK")
    try:
        birth_date = date.fromisoformat(number[6:14])
    except ValueError:
        raise InvalidValue("RESIDENT_ID_DATE") from None
    _require(birth_date <= (today or clock.today()), "RESIDENT_ID_DATE")
    return ResidentId(number, birth_date, Sex.MALE if int(number[16]) % 2 else Sex.FEMALE)


def resident_id_check(first17: str) -> str:
    """The check character of a resident ID's first 17 digits."""
    return _RESIDENT_CHECKS[_weighted(map(int, first17), _RESIDENT_WEIGHTS) % 11]


def uscc(text: str) -> str:
    """Check a unified social credit code (GB 32100); raises USCC_FORMAT or USCC_CHECK."""
    code = _compact(text)
    _require(re.fullmatch(f"[{_USCC_ALPHABET}]{{2}}[0-9]{{6}}[{_USCC_ALPHABET}]{{10}}", code), "USCC_FORMAT")
    _require(code[17] == uscc_check(code[:17]), "USCC_CHECK")
    return code


def uscc_check(first17: str) -> str:
    """The check character of a unified social credit code's first 17 characters."""
    return _USCC_ALPHABET[-_weighted(map(_USCC_ALPHABET.index, first17), _USCC_WEIGHTS) % 31]


def mobile(text: str) -> str:
    """Check a mainland mobile number; raises MOBILE_FORMAT."""
    number = _compact(text)
    _require(re.fullmatch("1[3-9][0-9]{9}", number), "MOBILE_FORMAT")
    return number


def bank_card(text: str) -> str:
    """Check a bank card number of 16 to 19 digits; raises BANK_CARD_FORMAT or BANK_CARD_CHECK."""
    number = _compact(text)
    _require(re.fullmatch("[0-9]{16,19}", number), "BANK_CARD_FORMAT")
    _require(number[-1] == luhn_check(number[:-1]), "BANK_CARD_CHECK")
    return number


def luhn_check(digits: str) -> str:
    """The Luhn check digit to append to `digits`."""
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[::-2])
    return str(-(doubled + sum(map(int, digits[-2::-2]))) % 10)


def person_name(text: str) -> str:
    """Check a person's name of 1 to 50 code points, with `·` where parts meet; raises NAME_FORMAT.

    Only canonical forms are unified (NFC): compatibility forms would swap rare characters for others.
    """
    _require(_UNSEEN.isdisjoint(map(unicodedata.category, text)), "NAME_FORMAT")
    name = " ".join(unicodedata.normalize("NFC", text).translate(_MIDDLE_DOTS).split())
    _require(1 <= len(name) <= 50 and name == name.strip("·"), "NAME_FORMAT")
    return name


def _compact(text: str) -> str:
    """Full-width forms made plain, spaces dropped, letters in upper case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def _weighted(values: Iterable[int], weights: Iterable[int]) -> int:
    return sum(value * weight for value, weight in zip(values, weights, strict=True))


def _require(holds: object, code: str) -> None:
    if not holds:
        raise InvalidValue(code)

"""Numbers that are valid and belong to nobody: the area 330399 does not exist, mobiles of 154 were never given out."""

from datetime import date

from models.kit.identity import luhn_check, resident_id_check, uscc_check

AREA = "330399"
MOBILES = "1540"
# No bank has this prefix.
BANK = "62999900"


def resident_number(born_on: date, sequence: int) -> str:
    """A resident ID number; an odd sequence is a man's."""
    first17 = f"{AREA}{born_on:%Y%m%d}{sequence:03d}"
    return first17 + resident_id_check(first17)


def mobile(number: int) -> str:
    """The mobile of somebody without one that is easy to remember."""
    return f"{MOBILES}1{number:06d}"


def bank_card(number: int) -> str:
    """The number of a bank card."""
    digits = f"{BANK}{number:010d}"
    return digits + luhn_check(digits)


def union_code(number: int) -> str:
    """The social credit code of a grassroots union."""
    return _checked(f"81{AREA}MC3D{number:05d}")


def employer_code(number: int) -> str:
    """The social credit code of a company."""
    return _checked(f"91{AREA}MA3D{number:05d}")


def is_demo_mobile(number: str) -> bool:
    """True for a mobile that only demo data uses."""
    return number.startswith(MOBILES)


def _checked(first17: str) -> str:
    return first17 + uscc_check(first17)

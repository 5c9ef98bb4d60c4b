"""Money is a whole number of fen (1/100 yuan), written outside as yuan with two places."""

import re

from models.kit.identity import InvalidValue

MAX_FEN = 10**12
_YUAN = re.compile(r"(-?)(0|[1-9][0-9]*)(?:\.([0-9]{1,2}))?")


def parse_yuan(text: str, *, signed: bool = False) -> int:
    """Fen of a decimal yuan text such as `12`, `12.5` or `12.50`; below zero only where `signed`.

    Raises MONEY_FORMAT (no exponents, separators or third place) or MONEY_RANGE (beyond 10^12 fen).
    """
    match = _YUAN.fullmatch(text)
    if not match or (match[1] and not signed):
        raise InvalidValue("MONEY_FORMAT")
    sign, yuan, cents = match.groups(default="")
    # The length is looked at first: int() of endless digits is slow and refused by Python itself.
    if len(yuan) > len(str(MAX_FEN)) or (fen := int(yuan + cents.ljust(2, "0"))) > MAX_FEN:
        raise InvalidValue("MONEY_RANGE")
    return -fen if sign else fen


def format_yuan(fen: int) -> str:
    """Yuan with two places: 123450 is `1234.50`."""
    yuan, cents = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{yuan}.{cents:02d}"

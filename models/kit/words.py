"""Texts that people type: cleaned before they are kept, folded before they are searched for."""

import unicodedata

from models.kit.codes import ErrorCode
from models.kit.errors import refuse

_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # control, format, surrogate, line and paragraph separators
# Registers write full-width brackets, keyboards plain ones.
_FULL_WIDTH = str.maketrans("()", "（）")


def line(text: str, field: str, *, most: int, least: int = 1) -> str:
    """One line of text: canonical form, single spaces, nothing unseen.

    Refused as REQUIRED when blank, INVALID when shorter than `least`, TOO_LONG beyond `most` characters.
    """
    kept = "".join(" " if unicodedata.category(sign) in _UNSEEN else sign for sign in text)
    clean = " ".join(unicodedata.normalize("NFC", kept).split())
    if not clean:
        refuse(ErrorCode.REQUIRED, field)
    if len(clean) < least:
        refuse(ErrorCode.INVALID, field, min=least)
    if len(clean) > most:
        refuse(ErrorCode.TOO_LONG, field, max=most)
    return clean


def search_forms(text: str) -> set[str]:
    """The ways to write a searched name: as typed, plain, with full-width brackets; none when blank."""
    typed = " ".join(unicodedata.normalize("NFC", text).split())
    plain = "".join(unicodedata.normalize("NFKC", typed).split())
    return {typed, plain, plain.translate(_FULL_WIDTH)} - {""}

"""What a file is, by its content alone, and whether it is something else as well."""

import mmap
import re
from enum import StrEnum
from typing import BinaryIO

from models.files.cleaning.refusal import RefusedError
from models.kit.codes import ErrorCode

HEAD = 4096  # bytes, more than browsers look at before they take a file for a page
ZIP_TAIL = 65_557  # bytes from the end in which the directory of a ZIP or JAR begins


class Format(StrEnum):
    """What may be given, by media type."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    HEIC = "image/heic"
    PDF = "application/pdf"


# Brands of the container that HEIC shares with films.
_HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}
_PAGE = re.compile(rb"<(?:!doctype\s+html|html[\s>]|script[\s>/]|svg[\s>]|iframe[\s>]|\?php\s)", re.IGNORECASE)
_PDF = re.compile(rb"%PDF-\d")
_ARCHIVE = re.compile(rb"PK\x05\x06|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c")


def format_of(source: BinaryIO) -> Format:
    """The one format that a file has. FILE_UNREADABLE for an empty one, FILE_TYPE_NOT_ALLOWED for any other kind,
    FILE_NOT_SAFE for one that passes for a second kind with some reader."""
    if not source.seek(0, 2):
        raise RefusedError(ErrorCode.FILE_UNREADABLE)
    with mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as content:
        found = _named(content[:64])
        if found is None:
            raise RefusedError(ErrorCode.FILE_TYPE_NOT_ALLOWED)
        if _second(content, found):
            raise RefusedError(ErrorCode.FILE_NOT_SAFE)
        return found


def _named(head: bytes) -> Format | None:
    if head.startswith(b"\xff\xd8\xff"):
        return Format.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Format.PNG
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Format.WEBP
    if head.startswith(b"%PDF-"):
        return Format.PDF
    return Format.HEIC if _is_heic(head) else None


def _is_heic(head: bytes) -> bool:
    """By the brands of its first box: a major one of HEIC, or a general one that says it is one, too."""
    length = int.from_bytes(head[:4], "big")
    if head[4:8] != b"ftyp" or not 16 <= length <= len(head):
        return False
    major, others = head[8:12], {head[at : at + 4] for at in range(16, length, 4)}
    return major in _HEIC or (major in (b"mif1", b"msf1") and not _HEIC.isdisjoint(others))


def _second(content: mmap.mmap, found: Format) -> bool:
    """Whether the file holds the marks of another kind, where readers of that kind look for them."""
    if _ARCHIVE.search(content, max(0, len(content) - ZIP_TAIL)):
        return True
    if found is Format.PDF:  # its pages may well speak of pages
        return _PAGE.search(content, 0, HEAD) is not None
    return _PAGE.search(content) is not None or _PDF.search(content) is not None

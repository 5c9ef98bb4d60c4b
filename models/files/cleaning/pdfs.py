"""PDF, written anew from its objects: refused with scripts, launches, attachments, films or a password; without
links, without what happens on opening, and without what was noted of its author."""

from collections.abc import Iterator
from typing import Any, BinaryIO

import pikepdf
from pikepdf import Array, Dictionary, Name, ObjectStreamMode, Pdf, Stream, StreamDecodeLevel

from models.files.cleaning.formats import Format
from models.files.cleaning.images import MAX_PIXELS
from models.files.cleaning.refusal import RefusedError
from models.kit.codes import ErrorCode

MAX_PAGES = 300
MAX_OBJECTS = 100_000
END_WITHIN = 1024  # bytes from the end in which `%%EOF` has to be
FORBIDDEN_KEYS = {"/JS", "/JavaScript", "/EF", "/EmbeddedFiles", "/XFA", "/RichMediaContent", "/3DD"}
FORBIDDEN_ACTIONS = {
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/Rendition", "/Movie", "/Sound",
    "/RichMediaExecute", "/GoTo3DView",
}  # fmt: skip
FORBIDDEN_NOTES = {"/FileAttachment", "/RichMedia", "/3D", "/Movie", "/Sound", "/Screen"}
# What happens on its own, and what is noted of the author.
_STRIPPED = ("/OpenAction", "/AA", "/Metadata", "/PieceInfo", "/LastModified")
Entries = dict[str, Any]


def clean(source: BinaryIO, target: BinaryIO) -> Format:
    """Write a PDF anew."""
    _check_whole(source)
    try:
        pdf = pikepdf.open(source)
    except pikepdf.PasswordError:
        raise RefusedError(ErrorCode.FILE_ENCRYPTED) from None
    with pdf:
        _check_size(pdf)
        for container, keys in [(found, _unwanted(entries)) for found, entries in _containers(pdf)]:
            for key in keys:
                del container[key]
        _save(pdf, target)
    return Format.PDF


def _check_whole(source: BinaryIO) -> None:
    """The reader would put a file that was cut short together again, somehow."""
    source.seek(max(0, source.seek(0, 2) - END_WITHIN))
    if b"%%EOF" not in source.read():
        raise RefusedError(ErrorCode.FILE_UNREADABLE)
    source.seek(0)


def _check_size(pdf: Pdf) -> None:
    if pdf.is_encrypted:
        raise RefusedError(ErrorCode.FILE_ENCRYPTED)
    if len(pdf.objects) > MAX_OBJECTS or len(pdf.pages) > MAX_PAGES:
        raise RefusedError(ErrorCode.FILE_TOO_COMPLEX)
    if not len(pdf.pages):
        raise RefusedError(ErrorCode.FILE_UNREADABLE)


def _containers(pdf: Pdf) -> Iterator[tuple[Any, Entries]]:
    """Every dictionary (that of a stream, too) of the file with its entries, each once; walked without recursion."""
    waiting: list[Any] = [pdf.trailer, *pdf.objects]
    seen = 0
    while waiting:
        seen += 1
        if seen > 10 * MAX_OBJECTS:
            raise RefusedError(ErrorCode.FILE_TOO_COMPLEX)
        item = waiting.pop()
        if isinstance(item, Dictionary | Stream):
            entries = dict(item.items())
            yield item, entries
            waiting += [value for value in entries.values() if _is_inside(value)]
        elif isinstance(item, Array):
            waiting += [value for value in item if _is_inside(value)]


def _is_inside(value: Any) -> bool:
    return isinstance(value, Dictionary | Array) and not value.is_indirect


def _unwanted(entries: Entries) -> set[str]:
    """The keys to strip of a dictionary; raises RefusedError for what is not to be in a file at all."""
    keys = entries.keys()
    acts = _name(entries, "/S") in FORBIDDEN_ACTIONS or _name(entries, "/Subtype") in FORBIDDEN_NOTES
    if acts or not FORBIDDEN_KEYS.isdisjoint(keys) or ("/F" in keys and "/Length" in keys):  # a stream kept elsewhere
        raise RefusedError(ErrorCode.FILE_NOT_SAFE)
    if any(_name(action, "/S") == "/URI" for action in _on_its_own(entries)):
        raise RefusedError(ErrorCode.FILE_NOT_SAFE)
    if _name(entries, "/Subtype") == "/Image" and _number(entries, "/Width") * _number(entries, "/Height") > MAX_PIXELS:
        raise RefusedError(ErrorCode.FILE_TOO_COMPLEX)
    return {key for key in _STRIPPED if key in keys} | ({"/A"} if _leads_away(entries.get("/A")) else set())


def _on_its_own(entries: Entries) -> list[Any]:
    """The actions that happen without anybody asking for them."""
    triggers = entries.get("/AA")
    actions = [entries.get("/OpenAction"), *(triggers.values() if isinstance(triggers, Dictionary) else ())]
    return [action for action in actions if isinstance(action, Dictionary)]


def _leads_away(link: Any) -> bool:
    """Whether a click would do more than turn to a page."""
    return isinstance(link, Dictionary) and ("/Next" in link or _name(link, "/S") not in (None, "/GoTo"))


def _name(entries: Any, key: str) -> str | None:
    value = entries.get(key)
    return str(value) if isinstance(value, Name) else None


def _number(entries: Entries, key: str) -> int:
    value = entries.get(key)
    return int(value) if isinstance(value, int) else 0


def _save(pdf: Pdf, target: BinaryIO) -> None:
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    pdf.save(
        target,
        stream_decode_level=StreamDecodeLevel.none,
        object_stream_mode=ObjectStreamMode.generate,
        compress_streams=True,
        encryption=False,
    )

"""PDF, written anew from its objects: refused with scripts, launches, attachments, films or a password; without
links, without what happens on opening, and without what was noted of its author."""

from collections.abc import Iterator
from typing import Any, BinaryIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, ObjectStreamMode, Pdf, Stream, StreamDecodeLevel

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
_PRIVATE = ("/Metadata", "/PieceInfo", "/LastModified")


def clean(source: BinaryIO, target: BinaryIO) -> Format:
    """Write a PDF anew."""
    _check_whole(source)
    try:
        pdf = pikepdf.open(source)
    except pikepdf.PasswordError:
        raise RefusedError(ErrorCode.FILE_ENCRYPTED) from None
    with pdf:
        _check_size(pdf)
        for found in _containers(pdf):
            _check(found)
        for found in _containers(pdf):
            _strip(found)
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


def _containers(pdf: Pdf) -> Iterator[Any]:
    """Every dictionary (that of a stream, too) of the file, each once; walked without recursion."""
    waiting: list[Any] = [pdf.trailer, *pdf.objects]
    seen = 0
    while waiting:
        seen += 1
        if seen > 10 * MAX_OBJECTS:
            raise RefusedError(ErrorCode.FILE_TOO_COMPLEX)
        item = waiting.pop()
        if isinstance(item, Dictionary | Stream):
            yield item
            waiting += [value for _, value in item.items() if _is_inside(value)]
        elif isinstance(item, Array):
            waiting += [value for value in item if _is_inside(value)]


def _is_inside(value: Any) -> bool:
    return isinstance(value, Object) and isinstance(value, Dictionary | Array) and not value.is_indirect


def _check(found: Any) -> None:
    keys = set(found.keys())
    outside = isinstance(found, Stream) and "/F" in keys  # its content lies in another file
    acts = _name(found, "/S") in FORBIDDEN_ACTIONS or _name(found, "/Subtype") in FORBIDDEN_NOTES
    if outside or acts or not FORBIDDEN_KEYS.isdisjoint(keys):
        raise RefusedError(ErrorCode.FILE_NOT_SAFE)
    for action in _on_its_own(found):
        if _name(action, "/S") == "/URI":
            raise RefusedError(ErrorCode.FILE_NOT_SAFE)
    if _name(found, "/Subtype") == "/Image" and _number(found, "/Width") * _number(found, "/Height") > MAX_PIXELS:
        raise RefusedError(ErrorCode.FILE_TOO_COMPLEX)


def _on_its_own(found: Any) -> list[Any]:
    """The actions that happen without anybody asking for them."""
    triggers = found.get("/AA")
    actions = [found.get("/OpenAction"), *(triggers.values() if isinstance(triggers, Dictionary) else ())]
    return [action for action in actions if isinstance(action, Dictionary)]


def _strip(found: Any) -> None:
    keys = {"/OpenAction", "/AA", *_PRIVATE} & set(found.keys())
    link = found.get("/A")
    if isinstance(link, Dictionary) and ("/Next" in link or _name(link, "/S") not in (None, "/GoTo")):
        keys.add("/A")
    for key in keys:
        del found[key]


def _name(found: Any, key: str) -> str | None:
    value = found.get(key)
    return str(value) if isinstance(value, Name) else None


def _number(found: Any, key: str) -> int:
    value = found.get(key)
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

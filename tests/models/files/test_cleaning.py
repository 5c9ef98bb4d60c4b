"""What becomes of files: good ones lose what they need not have, all others are refused with a code."""

import tempfile
import time
from io import BytesIO
from typing import Any, BinaryIO, cast

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from models.files.cleaning import running
from models.kit.errors import DomainError
from tests.factories import files

JPEG, PNG, WEBP, PDF = "image/jpeg", "image/png", "image/webp", "application/pdf"


async def cleaned(content: bytes) -> tuple[str, bytes]:
    """The media type and the bytes of what is kept."""
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as target:
        source.write(content)
        media_type = await running.clean(cast("BinaryIO", source), cast("BinaryIO", target))
        target.seek(0)
        return media_type, target.read()


async def refusal(content: bytes) -> str:
    """The code with which a file is refused."""
    with pytest.raises(DomainError) as refused:
        await cleaned(content)
    return str(refused.value)


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        (files.photo(), JPEG),
        (files.photo("PNG"), PNG),
        (files.photo("WEBP"), WEBP),
        (files.photo("HEIF"), JPEG),
        (files.saved(files.noise().convert("CMYK"), "JPEG"), JPEG),
        (files.saved(files.noise(mode="RGBA"), "WEBP"), WEBP),
        (files.saved(files.noise().convert("P"), "PNG", transparency=0), PNG),
        (files.saved(files.noise().convert("1"), "PNG"), PNG),
        (files.saved(Image.new("I;16", (40, 40), 30_000), "PNG"), PNG),
        (files.saved(files.noise(), "MPO", save_all=True, append_images=[files.noise()]), JPEG),
        (files.photo(progressive=True), JPEG),
        (files.jpeg_in(64) + b"\xff\xda" * 100, JPEG),
        (files.photo() + b"\0\0\x01\x0aImage_UTC_Data1700000000000SEFT", JPEG),
        (files.pdf(), PDF),
    ],
    ids=[
        "JPEG", "PNG", "WebP", "HEIC", "for print", "transparent", "palette", "black and white", "16 bits",
        "two in one", "step by step", "step by step and a film", "what phones append", "PDF",
    ],
)  # fmt: skip
async def test_what_phones_and_scanners_make_is_kept(content: bytes, kept: str) -> None:
    media_type, clean = await cleaned(content)
    assert media_type == kept
    if kept == PDF:
        with pikepdf.open(BytesIO(clean)) as pdf:
            assert len(pdf.pages) == 1
    else:
        with Image.open(BytesIO(clean)) as image:
            image.load()
            assert image.get_format_mimetype() == kept


async def test_a_photo_is_turned_upright_and_tells_nothing_but_the_picture() -> None:
    content = files.located()
    assert files.PLACE in content
    _, clean = await cleaned(content)
    with Image.open(BytesIO(clean)) as image:
        assert image.size == (200, 320)
        assert not image.getexif()
    assert b"Exif" not in clean
    assert files.PLACE not in clean


async def test_a_photo_of_many_pixels_is_made_no_larger_than_is_needed_to_read_it() -> None:
    for kind, size in (("JPEG", (4000, 2000)), ("PNG", (4096, 2048))):
        _, clean = await cleaned(files.saved(Image.new("L", (8000, 4000), 200), kind))
        with Image.open(BytesIO(clean)) as image:
            assert image.size == size


async def test_a_pdf_loses_its_links_and_what_is_noted_of_its_author() -> None:
    address = String("https://example.org/track")
    link = files.noted(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=address))
    _, clean = await cleaned(files.pdf(link))
    with pikepdf.open(BytesIO(clean)) as pdf:
        assert "/A" not in pdf.pages[0].obj.Annots[0]
        assert "/Info" not in pdf.trailer
        everything = b"".join(o.unparse() for o in pdf.objects if isinstance(o, Dictionary))
    assert b"example.org" not in everything
    assert files.PLACE not in everything


PACKED = {"object_stream_mode": pikepdf.ObjectStreamMode.generate}
JS: dict[str, Any] = {"S": Name.JavaScript, "JS": String("app.alert(1)")}
HOSTILE = {
    "nothing": (b"", "FILE_UNREADABLE"),
    "text": (b"hello", "FILE_TYPE_NOT_ALLOWED"),
    "a page": (b"<!DOCTYPE html><script>alert(1)</script>", "FILE_TYPE_NOT_ALLOWED"),
    "a drawing with a script": (b'<svg onload="alert(1)"/>', "FILE_TYPE_NOT_ALLOWED"),
    "a program": (b"MZ" + bytes(200), "FILE_TYPE_NOT_ALLOWED"),
    "an archive": (files.archive(), "FILE_TYPE_NOT_ALLOWED"),
    "a GIF": (files.saved(files.noise().convert("P"), "GIF"), "FILE_TYPE_NOT_ALLOWED"),
    "a GIF that is a JAR": (files.saved(files.noise().convert("P"), "GIF") + files.archive(), "FILE_TYPE_NOT_ALLOWED"),
    "a TIFF": (files.photo("TIFF"), "FILE_TYPE_NOT_ALLOWED"),
    "a film": (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(200), "FILE_TYPE_NOT_ALLOWED"),
    "an AVIF": (files.photo("AVIF"), "FILE_TYPE_NOT_ALLOWED"),
    "a JPEG that is a JAR": (files.photo() + files.archive(), "FILE_NOT_SAFE"),
    "a PNG that is a JAR": (files.photo("PNG") + files.archive(), "FILE_NOT_SAFE"),
    "a PDF that is a JAR": (files.pdf() + files.archive(), "FILE_NOT_SAFE"),
    "a JPEG that is a page": (files.photo(comment=b"<html><script>alert(1)</script>"), "FILE_NOT_SAFE"),
    "a JPEG that is a PDF": (files.photo(comment=b"\n%PDF-1.4 1 0 obj"), "FILE_NOT_SAFE"),
    "a JPEG with PHP": (files.photo(comment=b"<?php system($_GET[0]); ?>"), "FILE_NOT_SAFE"),
    "a PNG with a page behind it": (files.photo("PNG") + b"<svg onload=alert(1)>", "FILE_NOT_SAFE"),
    "a PDF that is a page": (files.pdf().replace(b"\n", b"\n%<script >alert(1)</script>\n", 1), "FILE_NOT_SAFE"),
    "a PDF behind a page": (b"<html >" + files.pdf(), "FILE_TYPE_NOT_ALLOWED"),
    "half a JPEG": (files.photo()[:9000], "FILE_UNREADABLE"),
    "half a PNG": (files.photo("PNG")[:9000], "FILE_UNREADABLE"),
    "half a WebP": (files.photo("WEBP")[:9000], "FILE_UNREADABLE"),
    "half a HEIC": (files.photo("HEIF")[:9000], "FILE_UNREADABLE"),
    "half a PDF": (files.pdf()[:300], "FILE_UNREADABLE"),
    "the head of a JPEG": (b"\xff\xd8\xff\xe0", "FILE_UNREADABLE"),
    "the head of a PDF": (b"%PDF-1.7\n%%EOF", "FILE_UNREADABLE"),
    "a PNG of the wrong sums": (files.photo("PNG").replace(b"IDAT", b"IDAT\0", 1), "FILE_UNREADABLE"),
    "a bomb of 3 600 000 000 pixels": (files.png_of(60_000, 60_000), "FILE_TOO_COMPLEX"),
    "a JPEG of 1000 scans": (files.jpeg_in(1000), "FILE_TOO_COMPLEX"),
    "a PNG beyond the pixels": (files.png_of(8001, 8000), "FILE_TOO_COMPLEX"),
    "a PDF with a script": (files.pdf(files.acting(**JS)), "FILE_NOT_SAFE"),
    "a PDF with a hidden script": (
        files.pdf(files.noted(Subtype=Name.Link, A=Dictionary(**JS)), **PACKED), "FILE_NOT_SAFE",
    ),
    "a PDF that starts a program": (files.pdf(files.acting(S=Name.Launch, F=String("cmd.exe"))), "FILE_NOT_SAFE"),
    "a PDF that opens a page": (files.pdf(files.acting(S=Name.URI, URI=String("https://a.test"))), "FILE_NOT_SAFE"),
    "a PDF that sends a form": (files.pdf(files.noted(Subtype=Name.Link, A=Dictionary(S=Name.SubmitForm))),
                                "FILE_NOT_SAFE"),
    "a PDF with a chain of actions": (files.pdf(files.acting(S=Name.GoTo, Next=Array([Dictionary(**JS)]))),
                                      "FILE_NOT_SAFE"),
    "a PDF with a file inside": (files.pdf(files.with_attachment), "FILE_NOT_SAFE"),
    "a PDF with a film": (files.pdf(files.noted(Subtype=Name.RichMedia)), "FILE_NOT_SAFE"),
    "a PDF with an XFA form": (files.pdf(files.with_form), "FILE_NOT_SAFE"),
    "a PDF that reads other files": (files.pdf(files.with_outside), "FILE_NOT_SAFE"),
    "a PDF with a password": (files.pdf(encryption=pikepdf.Encryption(user="u", owner="o")), "FILE_ENCRYPTED"),
    "a PDF with an owner": (files.pdf(encryption=pikepdf.Encryption(user="", owner="o")), "FILE_ENCRYPTED"),
    "a PDF without a page": (files.pdf(files.without_pages), "FILE_UNREADABLE"),
    "a PDF of 301 pages": (files.pdf(files.with_pages(300)), "FILE_TOO_COMPLEX"),
    "a PDF with a bomb": (files.pdf(files.with_huge_picture), "FILE_TOO_COMPLEX"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "code"), HOSTILE.values(), ids=HOSTILE)
async def test_what_is_none_of_these_or_more_than_it_seems_is_refused(content: bytes, code: str) -> None:
    assert await refusal(content) == code


async def test_a_decoder_that_eats_memory_is_stopped() -> None:
    assert await refusal(files.webp_of(16_383, 16_383)) in ("FILE_TOO_COMPLEX", "FILE_UNREADABLE")


async def test_a_decoder_that_does_not_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "WITHIN", 0.2)
    monkeypatch.setattr(running, "COMMAND", ("sleep", "30"))
    started = time.monotonic()
    assert await refusal(files.photo()) == "FILE_TOO_COMPLEX"
    assert time.monotonic() - started < 5

"""Files as people and attackers make them."""

import os
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf
import pillow_heif
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image

pillow_heif.register_heif_opener()
PLACE = b"Yueqing, behind the bridge"


def noise(width: int = 320, height: int = 200, mode: str = "RGB") -> Image.Image:
    """A picture that nothing makes smaller."""
    return Image.frombytes(mode, (width, height), os.urandom(width * height * len(Image.new(mode, (1, 1)).getbands())))


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    """A picture as a file."""
    written = BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


def photo(kind: str = "JPEG", width: int = 320, height: int = 200, **options: Any) -> bytes:
    """A photograph."""
    return saved(noise(width, height), kind, **options)


def located() -> bytes:
    """A photograph that lies on its side and tells where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn right
    exif[0x010E] = PLACE.decode()
    exif.get_ifd(0x8825)[1] = "N"
    return photo(exif=exif, comment=PLACE)


def pdf(change: Callable[[Pdf], None] | None = None, **options: Any) -> bytes:
    """A PDF of one page."""
    with pikepdf.new() as made:
        made.add_blank_page()
        made.docinfo[Name.Author] = PLACE.decode()
        if change:
            change(made)
        written = BytesIO()
        made.save(written, **options)
    return written.getvalue()


def acting(**action: Any) -> Callable[[Pdf], None]:
    """Does something when it is opened."""

    def change(made: Pdf) -> None:
        made.Root.OpenAction = made.make_indirect(Dictionary(**action))

    return change


def noted(**note: Any) -> Callable[[Pdf], None]:
    """Has an annotation on its page."""

    def change(made: Pdf) -> None:
        whole = Dictionary(Type=Name.Annot, Rect=Array([0, 0, 9, 9]), **note)
        made.pages[0].obj.Annots = Array([whole])

    return change


def with_attachment(made: Pdf) -> None:
    made.attachments["run.exe"] = b"MZ"


def with_form(made: Pdf) -> None:
    made.Root.AcroForm = Dictionary(XFA=made.make_stream(b"<xdp/>"))


def with_outside(made: Pdf) -> None:
    stream = made.make_stream(b"")
    stream.F = String("C:\\secret.txt")
    made.Root.Outside = stream


def without_pages(made: Pdf) -> None:
    del made.pages[0]


def with_pages(count: int) -> Callable[[Pdf], None]:
    def change(made: Pdf) -> None:
        for _ in range(count):
            made.add_blank_page()

    return change


def with_huge_picture(made: Pdf) -> None:
    picture = made.make_stream(b"")
    picture.update({"/Type": Name.XObject, "/Subtype": Name.Image, "/Width": 60_000, "/Height": 60_000})
    made.pages[0].obj.Resources = Dictionary(XObject=Dictionary(P=picture))


def archive() -> bytes:
    """What a JAR is."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as made:
        made.writestr("META-INF/MANIFEST.MF", "Main-Class: Evil\n")
    return written.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it is as large as that."""
    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    parts = ((b"IHDR", size + b"\1\0\0\0\0"), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big") for kind, data in parts
    )


def jpeg_in(scans: int) -> bytes:
    """A JPEG that becomes clearer in so many steps, most of which say nothing."""
    picture = saved(Image.new("L", (640, 400), 128), "JPEG", progressive=True)
    last = picture.rindex(b"\xff\xda")
    return picture[:last] + picture[last:-2] * (scans - picture.count(b"\xff\xda") + 1) + picture[-2:]


def webp_of(width: int, height: int) -> bytes:
    """A WebP likewise; its decoder takes the memory before anybody can ask for the size."""
    header = b"\x2f" + (width - 1 | height - 1 << 14 | 1 << 28).to_bytes(4, "little") + bytes(100_001)
    chunk = b"VP8L" + len(header).to_bytes(4, "little") + header
    return b"RIFF" + (len(chunk) + 4).to_bytes(4, "little") + b"WEBP" + chunk

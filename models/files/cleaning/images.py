"""Pictures, drawn anew: turned upright, in the colours of every screen, no larger than is needed to read them, and
without anything that was written into the file beside the picture."""

import re
from contextlib import suppress
from io import BytesIO
from typing import Any, BinaryIO

from PIL import Image, ImageCms, ImageOps, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from models.files.cleaning.formats import Format
from models.files.cleaning.refusal import RefusedError
from models.kit.codes import ErrorCode

MAX_PIXELS = 64_000_000  # of what is read
LONGEST_SIDE = 4096  # pixels of what is kept: a sheet of A4 at 350 dots an inch
DECODED_SIDE = 2500  # of a larger JPEG, which is decoded at a half, a quarter or an eighth, no fewer than these
MAX_SCANS = 64  # of a JPEG that becomes clearer step by step, in 10 as a rule: a decoder draws all of it in each
QUALITY = 88
_SEGMENT = re.compile(rb"\xff([\x01-\xcf\xd8-\xfe])")  # neither a byte of the picture nor a mark to restart at
_READERS = {
    Format.JPEG: (JpegImagePlugin.JpegImageFile.format,),
    Format.PNG: (PngImagePlugin.PngImageFile.format,),
    Format.WEBP: (WebPImagePlugin.WebPImageFile.format,),
    Format.HEIC: ("HEIF",),
}
_WRITTEN = {Format.HEIC: Format.JPEG}  # what not every browser shows
_SAVED: dict[Format, dict[str, Any]] = {
    Format.JPEG: {"format": "JPEG", "quality": QUALITY},
    Format.PNG: {"format": "PNG"},
    Format.WEBP: {"format": "WEBP", "quality": QUALITY},
}


def clean(source: BinaryIO, target: BinaryIO, found: Format) -> Format:
    """Draw a picture anew; the format it is now in."""
    Image.MAX_IMAGE_PIXELS = None  # the limit here is lower
    if found is Format.HEIC:
        import pillow_heif

        pillow_heif.register_heif_opener(thumbnails=False)
    source.seek(0)
    with Image.open(source, formats=_READERS[found]) as image:
        if image.width * image.height > MAX_PIXELS or (found is Format.JPEG and _scans(source) > MAX_SCANS):
            raise RefusedError(ErrorCode.FILE_TOO_COMPLEX)
        if max(image.size) > LONGEST_SIDE:
            image.draft("RGB", (_share(image.width, image), _share(image.height, image)))
        drawn = _drawn(image)
    written = _WRITTEN.get(found, found)
    drawn.save(target, **_SAVED[written])
    return written


def _scans(source: BinaryIO) -> int:
    """How many scans a JPEG has before its end; what phones append after that does not count."""
    at = source.tell()
    source.seek(0)
    content = source.read()
    source.seek(at)
    scans, place = 0, 2
    while (found := _SEGMENT.search(content, place)) and found[1] != b"\xd9":
        scans += found[1] == b"\xda"
        place = found.end() + int.from_bytes(content[found.end() : found.end() + 2], "big")
    return scans


def _share(side: int, image: Image.Image) -> int:
    return side * DECODED_SIDE // max(image.size)


def _drawn(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    ImageOps.exif_transpose(image, in_place=True)
    plain = _in_common_colours(_in_plain_mode(image), profile)
    plain.info.clear()
    return plain


def _in_plain_mode(image: Image.Image) -> Image.Image:
    """Grey, RGB, RGB with transparency or (a JPEG for print) CMYK."""
    if image.mode in ("L", "RGB", "RGBA", "CMYK"):
        return image
    if image.mode.startswith("I"):  # grey in 16 bits
        return image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode == "1":
        return image.convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _in_common_colours(image: Image.Image, profile: bytes | None) -> Image.Image:
    """In sRGB; a profile that cannot be used is as good as none."""
    if profile and image.mode in ("RGB", "RGBA", "CMYK"):
        wanted = "RGB" if image.mode == "CMYK" else image.mode
        with suppress(ImageCms.PyCMSError, OSError, TypeError, ValueError):
            converted = ImageCms.profileToProfile(
                image, ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode=wanted
            )
            if converted:
                return converted
    return image.convert("RGB") if image.mode == "CMYK" else image

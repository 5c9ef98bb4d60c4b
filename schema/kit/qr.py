"""Codes as QR pictures."""

from functools import lru_cache
from io import BytesIO

import segno

from schema.kit.price import Price

QUIET = 4  # modules around the code, without which scanners do not find it
SCALE = 8  # what a module is drawn as, where the picture is shown at its own size


# Drawing one takes some two milliseconds: of what one answer shows many times, or several answers, once.
PRICE = Price(points=10)
KEPT = 500  # pictures of some five kilobytes


@lru_cache(KEPT)
def svg(content: str, title: str) -> str:
    """A QR code (level M at least: a seventh of it may be unreadable) as an SVG picture without scripts, that can
    stand in a page or in a `data:` address; `title` names it for who does not see it."""
    picture = BytesIO()
    code = segno.make_qr(content, error="m")
    code.save(picture, "svg", scale=SCALE, border=QUIET, unit="px", title=title, light="#fff", xmldecl=False, nl=False)
    return picture.getvalue().decode().replace("<svg ", '<svg role="img" ', 1)

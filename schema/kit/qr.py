"""Codes as QR pictures."""

from io import BytesIO

import segno

QUIET = 4  # modules around the code, without which scanners do not find it
SCALE = 8  # what a module is drawn as, where the picture is shown at its own size


def svg(content: str, title: str) -> str:
    """A QR code (level M at least: a seventh of it may be unreadable) as an SVG picture without scripts, that can
    stand in a page or in a `data:` address; `title` names it for who does not see it."""
    picture = BytesIO()
    code = segno.make_qr(content, error="m")
    code.save(picture, "svg", scale=SCALE, border=QUIET, unit="px", title=title, light="#fff", xmldecl=False, nl=False)
    return picture.getvalue().decode().replace("<svg ", '<svg role="img" ', 1)

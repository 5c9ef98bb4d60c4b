"""What a browser finds at `/`: what this is and where to go. It asks nothing of any other host."""

import base64
import hashlib
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from starlette.requests import Request
from starlette.responses import HTMLResponse

from models.kit.texts import negotiate, text

FOLDER = Path(__file__).parent
WORDS = ("title", "lead", "endpoint", "readme", "accounts", "health")


async def welcome(request: Request) -> HTMLResponse:
    """The page in the reader's language."""
    locale = negotiate(request.headers.get("accept-language", ""))
    return HTMLResponse(_page(locale), headers={"content-security-policy": _policy(), "vary": "accept-language"})


@cache
def _page(locale: str) -> str:
    words = {name: escape(text(locale, f"page.{name}")) for name in WORDS}
    template = Template((FOLDER / "page.html").read_text(encoding="utf-8"))
    return template.substitute(words, language="zh-CN" if locale == "zh" else locale, style=_style())


@cache
def _style() -> str:
    return (FOLDER / "page.css").read_text(encoding="utf-8")


@cache
def _policy() -> str:
    """Nothing but the page's own style, known by its hash."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; frame-ancestors 'none'"

"""Plain pages for browsers: at `/` what this is and where to go. They ask nothing of any other host."""

import base64
import hashlib
from collections.abc import Awaitable, Callable
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from starlette.requests import Request
from starlette.responses import HTMLResponse

from models.kit.texts import negotiate, text

FOLDER = Path(__file__).parent
PLACES = {
    "graphiql": '<a href="/graphql"><code>/graphql</code></a>',
    "endpoint": "<code>POST /graphql</code>",
    "readme": "<code>README.md</code>",
    "accounts": "<code>python server.py demo-accounts</code>",
    "health": '<a href="/readyz"><code>/readyz</code></a> <a href="/livez"><code>/livez</code></a>',
}
BUILDING = "<pre><code>make graphiql</code></pre>"


def welcome(*, graphiql: bool) -> Callable[[Request], Awaitable[HTMLResponse]]:
    """The page at `/`, with or without the way to GraphiQL."""
    places = {name: place for name, place in PLACES.items() if graphiql or name != "graphiql"}

    async def answer(request: Request) -> HTMLResponse:
        locale = _locale(request)
        told = (f"<dt>{place}</dt><dd>{escape(text(locale, f'page.{name}'))}</dd>" for name, place in places.items())
        return _page(locale, "title", "lead", f"<dl>{''.join(told)}</dl>", 200)

    return answer


def graphiql_missing(request: Request) -> HTMLResponse:
    """Stands where GraphiQL would be, had it been built, and says how to build it."""
    return _page(_locale(request), "graphiql_missing", "graphiql_how", BUILDING, 503)


def _locale(request: Request) -> str:
    return negotiate(request.headers.get("accept-language", ""))


def _page(locale: str, title: str, lead: str, more: str, status: int) -> HTMLResponse:
    words = {name: escape(text(locale, f"page.{key}")) for name, key in (("title", title), ("lead", lead))}
    html = _template().substitute(words, language="zh-CN" if locale == "zh" else locale, style=_style(), more=more)
    return HTMLResponse(html, status, headers={"content-security-policy": _policy(), "vary": "accept-language"})


@cache
def _template() -> Template:
    return Template((FOLDER / "page.html").read_text(encoding="utf-8"))


@cache
def _style() -> str:
    return (FOLDER / "page.css").read_text(encoding="utf-8")


@cache
def _policy() -> str:
    """Nothing but the page's own style, known by its hash."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; frame-ancestors 'none'"

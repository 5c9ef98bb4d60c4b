"""The page that a browser finds at `/graphql`, its files, and who may be tried on it.

`make graphiql` builds the files into `dist/`. Everything comes from here: the policy lets the page reach nothing else.
"""

import json
from html import escape
from pathlib import Path
from secrets import token_urlsafe

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from schema.http import page
from schema.http.accepting import liked
from schema.http.graphiql import trying

DIST = Path(__file__).parent / "dist"
ASSETS = DIST / "assets"
POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; font-src 'self'; "
    "img-src 'self' data:; style-src 'self' 'nonce-$nonce'; style-src-attr 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
FOR_EVER = "public, max-age=31536000, immutable"  # a file's name carries the hash of what is in it


class Page:
    """In front of the endpoint: browsers that ask for a page get it, everything else goes on."""

    def __init__(self, endpoint: ASGIApp, *, demo: bool) -> None:
        self._endpoint = endpoint
        self._demo = demo

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        request = Request(scope)
        answer = self._page(request) if _asks_for_a_page(request) else self._endpoint
        await answer(scope, receive, send)

    def _page(self, request: Request) -> Response:
        try:
            html = (DIST / "index.html").read_text(encoding="utf-8")
        except FileNotFoundError:
            return page.graphiql_missing(request)
        accounts = json.dumps(trying.accounts() if self._demo else [], ensure_ascii=False)
        nonce = token_urlsafe(16)
        return HTMLResponse(
            html.replace("$nonce", nonce).replace("$demo", escape(accounts)),
            headers={"content-security-policy": POLICY.replace("$nonce", nonce), "vary": "accept"},
        )


def routes(*, demo: bool) -> list[BaseRoute]:
    """The page's files and, where there is demo data, tokens for its accounts."""
    tokens = [Route("/graphiql/token", trying.token, methods=["POST"])] if demo else []
    return [*tokens, Route("/graphiql/{name}", _file)]


async def _file(request: Request) -> FileResponse:
    found = {path.name: path for path in ASSETS.glob("*")}.get(request.path_params["name"])
    if found is None:
        raise HTTPException(404)
    return FileResponse(found, headers={"cache-control": FOR_EVER})


def _asks_for_a_page(request: Request) -> bool:
    """Whether this is a browser's own visit rather than a program's query: it names HTML before any kind of JSON."""
    types = liked(request.headers.get("accept", ""))
    html = types.pop("text/html", 0.0)
    kinds_of_json = max((quality for name, quality in types.items() if name.endswith("json")), default=0.0)
    return request.method in ("GET", "HEAD") and html > kinds_of_json and html >= types.get("*/*", 0.0)

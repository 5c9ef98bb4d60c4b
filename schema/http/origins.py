"""What pages of other origins may make a browser send.

Nothing here is known by a cookie, so a foreign page speaks for nobody; still, its requests cost work and fill the log.
A POST takes `application/json` alone, which a browser does not send for a foreign page before the service agreed (its
preflight, ALLOWED_ORIGINS). A GET needs no agreement by itself, so one from a browser shows that it is from here, or
carries a header that needs it. Programs other than browsers may send plain GETs.
"""

from collections.abc import Sequence

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import HTTPConnection, Request

from models.kit.errors import ApiCode, ApiError

PLAIN_JSON = "application/json"
# Each of them makes a browser ask first; safelisted ones like `accept` do not.
ASKED_FOR = {"authorization", "graphql-require-preflight", "x-requested-with"}
EXPOSED = ("retry-after", "x-request-id")
ASKED_AGAIN_AFTER = 3600  # seconds


def cors(allowed: Sequence[str]) -> Middleware:
    """Let pages of these origins call."""
    return Middleware(
        CORSMiddleware,
        allow_origins=allowed,
        allow_methods=["GET", "POST"],
        allow_headers=["content-type", *sorted(ASKED_FOR)],
        expose_headers=EXPOSED,
        max_age=ASKED_AGAIN_AFTER,
    )


def may_open_socket(connection: HTTPConnection, allowed: Sequence[str]) -> bool:
    """Whether a socket may be opened from where it is: browsers name the page's origin and ask nobody."""
    origin = connection.headers.get("origin")
    return origin is None or origin in allowed or origin.partition("://")[2] == connection.headers.get("host")


def refuse_foreign(http: Request) -> None:
    """Raise CROSS_SITE_REQUEST for a GET that any page could have made a browser send."""
    headers = http.headers
    from_here = headers.get("sec-fetch-site") in ("same-origin", "none")
    asked_for = not ASKED_FOR.isdisjoint(headers.keys()) or headers.get("content-type", "").startswith(PLAIN_JSON)
    by_browser = (
        "sec-fetch-site" in headers or "origin" in headers or "mozilla/" in headers.get("user-agent", "").lower()
    )
    if by_browser and not from_here and not asked_for:
        raise ApiError(ApiCode.CROSS_SITE_REQUEST)

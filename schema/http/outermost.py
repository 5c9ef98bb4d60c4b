"""Around every request: its id, one line in the log, the headers that keep browsers careful, and the last resort."""

from secrets import token_hex
from time import perf_counter

import structlog
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.kit.errors import ApiCode
from models.kit.texts import negotiate
from schema.kit.failures import failure

log = structlog.get_logger()

CAREFUL = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
PATH_SHOWN = 80
_CODES = {404: ApiCode.NOT_FOUND, 405: ApiCode.METHOD_NOT_ALLOWED, 503: ApiCode.TIMEOUT}


class Outermost:
    """The application as the server sees it."""

    def __init__(self, app: ASGIApp, *, access_log: bool) -> None:
        self._app = app
        self._access_log = access_log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; pass the rest of the server's protocol on."""
        if scope["type"] == "websocket":
            await self._serve_socket(scope, receive, send)
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status, request_id = perf_counter(), 499, token_hex(8)
        state = scope.setdefault("state", {})
        state["request_id"] = request_id

        async def send_carefully(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["x-request-id"] = request_id
                for name, value in CAREFUL.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, send_carefully)
        except Exception:
            log.exception("request.failed", request_id=request_id)
        finally:
            if self._access_log:
                self._log(scope, status, started)

    async def _serve_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        started, request_id = perf_counter(), token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        try:
            await self._app(scope, receive, send)
        except Exception:
            log.exception("socket.failed", request_id=request_id)
            await send({"type": "websocket.close", "code": 1011})
        finally:
            if self._access_log:
                self._log({**scope, "method": "WEBSOCKET"}, 101, started)

    def _log(self, scope: Scope, status: int, started: float) -> None:
        code = scope["state"].get("code")
        log.info(
            "request",
            method=scope["method"],
            path=scope["path"][:PATH_SHOWN],
            status=status,
            ms=round((perf_counter() - started) * 1000, 1),
            request_id=scope["state"]["request_id"],
            **({"code": code} if code else {}),
        )


async def apologise(http: Request, error: Exception) -> JSONResponse:
    """What is answered when something broke outside of a field; `Outermost` logs where."""
    return _failed(http, ApiCode.INTERNAL_SERVER_ERROR, 500, requestId=http.state.request_id)


async def refuse(http: Request, error: Exception) -> JSONResponse:
    """What is answered where there is nothing, or nothing for this method."""
    assert isinstance(error, HTTPException)
    answer = _failed(http, _CODES.get(error.status_code, ApiCode.BAD_USER_INPUT), error.status_code)
    answer.headers.update(error.headers or {})
    return answer


def _failed(http: Request, code: ApiCode, status: int, **extensions: str) -> JSONResponse:
    locale = negotiate(http.headers.get("accept-language", ""))
    http.state.code = code
    return JSONResponse({"errors": [failure(code, locale, **extensions)]}, status)

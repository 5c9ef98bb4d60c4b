"""The sockets of one process: who may open one, how many, and until when."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from uuid import UUID

import structlog
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from models.kit.errors import ApiCode
from models.kit.signals import EVERYBODY, Topic, Watch
from models.kit.texts import negotiate
from resolvers.kit.auth import still_signed_in
from schema.http.endpoint import address
from schema.http.origins import may_open_socket
from schema.http.sockets.messages import SUBPROTOCOL, Close, Closing
from schema.http.sockets.socket import Shop, Socket
from schema.kit.execute import Executor
from schema.kit.failures import failure

SOCKETS = 1000  # of one process, which has 2000 connections
NOT_SIGNED_IN = 50  # of one address
SIGNED_IN = 20  # of one account
AT_WORK = 8  # events answered at the same time: requests take turns with them
CHECKED_EVERY = 3.0  # seconds
ANSWERED_WITHIN = 0.2  # seconds for which a session's end waits for the answer of who ended it

log = structlog.get_logger()


class Sockets:
    """`/graphql` over WebSockets, as an ASGI application."""

    def __init__(
        self, executor: Executor, *, timeout: float, trusted_proxies: int, allowed_origins: Sequence[str]
    ) -> None:
        self._shop = Shop(executor, timeout, asyncio.Semaphore(AT_WORK))
        self._trusted_proxies = trusted_proxies
        self._allowed_origins = allowed_origins
        self._open: set[Socket] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket to its end."""
        ws = WebSocket(scope, receive, send)
        caller = address(ws, self._trusted_proxies)
        if not may_open_socket(ws, self._allowed_origins):
            await _deny(ws, ApiCode.CROSS_SITE_REQUEST, 403)
        elif len(self._open) >= SOCKETS or self._waiting(caller) >= NOT_SIGNED_IN:
            await _deny(ws, ApiCode.THROTTLED, 503)
        elif SUBPROTOCOL not in scope["subprotocols"]:
            await ws.accept()
            await _close(ws, Closing(Close.SUBPROTOCOL_NOT_ACCEPTABLE, f"Only {SUBPROTOCOL} is spoken"))
        else:
            await ws.accept(SUBPROTOCOL)
            await self._serve(ws, caller)

    async def _serve(self, ws: WebSocket, caller: str) -> None:
        socket = Socket(ws, caller, self._shop, self._admit)
        self._open.add(socket)
        try:
            await _close(ws, await socket.serve())
        finally:
            self._open.discard(socket)

    def _waiting(self, caller: str) -> int:
        return sum(socket.actor is None and socket.address == caller for socket in self._open)

    def _admit(self, newcomer: Socket) -> None:
        """Let a client in who has just signed in, unless their account has sockets enough."""
        assert newcomer.actor
        held = Counter(socket.actor.account_id for socket in self._open if socket.actor)
        if held[newcomer.actor.account_id] > SIGNED_IN:
            raise Closing(Close.TOO_MANY, "Too many sockets of this account")

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """End sockets with their sessions, as long as the block runs."""
        task = asyncio.create_task(self._end_with_sessions())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait({task})

    async def _end_with_sessions(self) -> None:
        """Look soon when some session has ended, and every few seconds for those that ran out or went unheard."""
        watch = Watch((Topic.SESSIONS, EVERYBODY))
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(watch.next(), CHECKED_EVERY)
                await asyncio.sleep(ANSWERED_WITHIN)
            try:
                await self._end_signed_out()
            except Exception as error:  # noqa: BLE001 - whatever keeps the database away, it is asked again
                log.warning("sockets.unchecked", error=type(error).__name__)

    async def _end_signed_out(self) -> None:
        sessions: dict[UUID, list[Socket]] = {}
        for socket in self._open:
            if socket.actor and socket.actor.session_id:
                sessions.setdefault(socket.actor.session_id, []).append(socket)
        running = await still_signed_in(sessions.keys()) if sessions else set()
        for session_id in sessions.keys() - running:
            for socket in sessions[session_id]:
                socket.end(Close.SIGNED_OUT, "The session has ended")


async def _deny(ws: WebSocket, code: ApiCode, status: int) -> None:
    locale = negotiate(ws.headers.get("accept-language", ""))
    ws.state.code = code
    await ws.send_denial_response(JSONResponse({"errors": [failure(code, locale)]}, status))


async def _close(ws: WebSocket, end: Closing) -> None:
    ws.state.code = int(end.code)
    if end.reason:  # the client is there to hear it
        await ws.close(end.code, end.reason)

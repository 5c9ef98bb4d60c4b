"""One socket: signed in first, then up to twenty operations at a time, until either side ends it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketDisconnected

from models.kit.actor import Actor
from models.kit.buckets import Buckets, Rate
from models.kit.errors import ApiCode, ApiError
from models.kit.signals import LaggingError
from resolvers.kit.auth import identify, renewed, visitor
from resolvers.kit.watching import Stream
from schema.http.incoming import shaped
from schema.http.sockets.messages import Close, Closing, Message, malformed, read
from schema.kit.execute import Answer, Executor, Request, refusal

INIT_WITHIN = 3.0  # seconds
TAKEN_WITHIN = 10.0  # seconds for which a client may leave lying what it is sent
OPERATIONS = 20  # at a time
TURNS = 4  # operations that have an answer to be taken: so many answers wait for a slow reader
MESSAGES = Rate(100, 25)

T = TypeVar("T")
log = structlog.get_logger()


@dataclass(frozen=True)
class Shop:
    """What the sockets of one process share."""

    executor: Executor
    timeout: float  # seconds for one operation, or one event of it
    at_work: asyncio.Semaphore  # events that are answered at the same time


class Socket:
    """The server's side of one connection. `welcome` is asked before a signed-in client is let in."""

    def __init__(self, ws: WebSocket, address: str, shop: Shop, welcome: Callable[["Socket"], None]) -> None:
        self.actor: Actor | None = None
        self._ws = ws
        self.address = address
        self._shop = shop
        self._welcome = welcome
        self._messages = Buckets(MESSAGES)
        self._turns = asyncio.Semaphore(TURNS)
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()  # of operations, also of those whose end is still to be sent
        self._ended: asyncio.Future[Closing] = asyncio.get_running_loop().create_future()

    def end(self, code: int, reason: str) -> None:
        """Have the socket closed; the first reason counts."""
        if not self._ended.done():
            self._ended.set_result(Closing(code, reason))

    async def serve(self) -> Closing:
        """Talk to the client until the end; why it came. Nothing is sent to a client that has gone."""
        reading = asyncio.create_task(self._read())
        late = asyncio.get_running_loop().call_later(INIT_WITHIN, self._end_unless_signed_in)
        try:
            return await self._ended
        finally:
            late.cancel()
            reading.cancel()
            for task in self._tasks:
                task.cancel()
            await asyncio.wait({reading, *self._tasks})

    def _end_unless_signed_in(self) -> None:
        if self.actor is None:
            self.end(Close.INIT_TOO_LATE, "Connection initialisation timeout")

    async def _read(self) -> None:
        try:
            while True:
                frame = await self._ws.receive()
                if frame["type"] == "websocket.disconnect":
                    return self.end(frame.get("code") or Close.GONE, "")
                if not await self._messages.take("", 1):
                    raise Closing(Close.TOO_MANY, "Too many messages")
                await self._take(read(dict(frame)))
        except Closing as end:
            self.end(end.code, end.reason)
        except Exception:
            log.exception("socket.failed", request_id=self._ws.state.request_id)
            self.end(Close.FAILED, "Internal server error")

    async def _take(self, message: Message) -> None:
        match message.type:
            case "connection_init":
                await self._sign_in(message.payload or {})
            case "ping":
                await self._send({"type": "pong"})
            case "subscribe":
                await self._subscribe(message)
            case "complete" if message.id in self._operations:
                self._operations.pop(message.id).cancel()

    async def _sign_in(self, payload: dict[str, Any]) -> None:
        """The payload says what the headers of a request would: `authorization`, and maybe `accept-language`."""
        if self.actor:
            raise Closing(Close.TOO_MANY, "Too many initialisation requests")
        said = {name.lower(): value for name, value in payload.items() if isinstance(value, str)}
        language = {"accept-language": self._ws.headers.get("accept-language", "")}
        caller = visitor(language | said, self.address, self._ws.state.request_id)
        actor = await identify(said, caller)
        if not actor.session_id:
            raise Closing(Close.NOT_SIGNED_IN, "Forbidden: the access token is missing, wrong or expired")
        self.actor = actor
        self._welcome(self)
        await self._send({"type": "connection_ack"})

    async def _subscribe(self, message: Message) -> None:
        if self.actor is None:
            raise Closing(Close.SIGNED_OUT, "Unauthorized: connection_init comes first")
        if message.id in self._operations:
            raise Closing(Close.OPERATION_EXISTS, f"Subscriber for {message.id} already exists")
        try:
            request = shaped(message.payload, streaming=True)
            if len(self._operations) >= OPERATIONS:
                raise ApiError(ApiCode.THROTTLED)
        except ApiError as error:
            if malformed(error):
                raise Closing(Close.BAD_MESSAGE, "Invalid message: no GraphQL request") from None
            return await self._deliver(message.id, refusal(error.code, self.actor))
        task = asyncio.create_task(self._operate(message.id, request, self.actor))
        self._operations[message.id] = task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return None

    async def _operate(self, id: str, request: Request, actor: Actor) -> None:
        try:
            async with self._turns:
                begun = await self._in_time(self._begin(request, actor))
                if isinstance(begun, Answer):
                    await self._deliver(id, begun)
            if isinstance(begun, Stream):
                await self._follow(id, request, begun)
            del self._operations[id]
            if isinstance(begun, Stream) or not begun.code:
                await self._send({"id": id, "type": "complete"})
        except LaggingError:
            self.end(Close.TOO_SLOW, "Too slow: more has happened than is kept")
        except Exception:
            log.exception("socket.failed", request_id=actor.request_id)
            self.end(Close.FAILED, "Internal server error")

    async def _begin(self, request: Request, actor: Actor) -> Answer | Stream:
        now = await renewed(actor)
        return await self._shop.executor.begin(request, now) if now else refusal(ApiCode.UNAUTHENTICATED, actor)

    async def _follow(self, id: str, request: Request, stream: Stream) -> None:
        with closing(stream):
            async for told in stream:
                async with self._turns:
                    async with self._shop.at_work:
                        events = await stream.look(told)
                        if events is None:
                            return
                        answers = [await self._in_time(self._shop.executor.answer_event(request, e)) for e in events]
                    for answer in answers:
                        await self._deliver(id, answer)

    async def _in_time(self, work: Awaitable[T]) -> T | Answer:
        try:
            async with asyncio.timeout(self._shop.timeout):
                return await work
        except TimeoutError:
            assert self.actor
            return refusal(ApiCode.TIMEOUT, self.actor)

    async def _deliver(self, id: str, answer: Answer) -> None:
        if answer.code:
            await self._send({"id": id, "type": "error", "payload": answer.body["errors"]})
        else:
            await self._send({"id": id, "type": "next", "payload": answer.body})

    async def _send(self, message: dict[str, Any]) -> None:
        if self._ended.done():
            return
        try:
            async with asyncio.timeout(TAKEN_WITHIN):
                await self._ws.send({"type": "websocket.send", "text": orjson.dumps(message).decode()})
        except TimeoutError:
            self.end(Close.TOO_SLOW, "Too slow: what was sent is not taken")
        except (WebSocketDisconnect, WebSocketDisconnected):
            self.end(Close.GONE, "")

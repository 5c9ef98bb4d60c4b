"""Clients of `graphql-transport-ws`, and the service on a port within the test's own process."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from schema.http.outermost import Outermost
from server import LISTENING
from tests.api import documents

PROTOCOL = "graphql-transport-ws"
SOON = 10.0  # seconds
SILENCE = 0.3  # seconds in which what is going to come would have come
Message = dict[str, Any]


class Client:
    """A client on one socket."""

    def __init__(self, ws: ClientConnection) -> None:
        self.ws = ws
        self._numbers = count(1)

    async def send(self, **message: Any) -> None:
        """Send one message."""
        await self.ws.send(json.dumps(message))

    async def receive(self) -> Message:
        """The next message, which is soon to come."""
        async with asyncio.timeout(SOON):
            text = await self.ws.recv()
        assert isinstance(text, str)
        found = json.loads(text)
        assert isinstance(found, dict)
        return found

    async def sign_in(self, token: str, locale: str = "zh") -> None:
        """Say who one is."""
        await self.send(type="connection_init", payload={"Authorization": f"Bearer {token}", "accept-language": locale})
        assert await self.receive() == {"type": "connection_ack"}

    async def begin(self, query: str, **variables: Any) -> str:
        """Send a document or, by its name, an operation of the frontends; the id it got. It has begun when this
        returns."""
        id = str(next(self._numbers))
        text = documents().get(query, query)
        await self.send(id=id, type="subscribe", payload={"query": text, "variables": variables})
        return id

    async def follow(self, query: str, **variables: Any) -> str:
        """Begin a subscription and wait until it hears: what is asked after it is answered by then."""
        id = await self.begin(query, **variables)
        await asyncio.sleep(SILENCE)
        return id

    async def next(self, id: str) -> Any:
        """The value of the one field of an operation's next answer."""
        message = await self.receive()
        assert (message["type"], message["id"]) == ("next", id), message
        assert "errors" not in message["payload"], message
        (value,) = message["payload"]["data"].values()
        return value

    async def ask(self, query: str, **variables: Any) -> Any:
        """The value of the one field of a query or mutation."""
        id = await self.begin(query, **variables)
        found = await self.next(id)
        assert await self.receive() == {"type": "complete", "id": id}
        return found

    async def codes(self, id: str) -> list[str]:
        """The codes with which an operation was refused."""
        message = await self.receive()
        assert (message["type"], message["id"]) == ("error", id), message
        return [error["extensions"]["code"] for error in message["payload"]]

    async def silent(self) -> bool:
        """True when nothing comes for a while."""
        try:
            async with asyncio.timeout(SILENCE):
                await self.ws.recv()
        except TimeoutError:
            return True
        return False

    async def closed(self) -> int:
        """The code with which the service closes the socket soon, whatever it says before."""
        async with asyncio.timeout(SOON):
            try:
                while True:
                    await self.ws.recv()
            except ConnectionClosed as end:
                return end.rcvd.code if end.rcvd else 1006


@asynccontextmanager
async def client(url: str, token: str | None = None, locale: str = "zh", **options: Any) -> AsyncIterator[Client]:
    """A socket to a service, signed in with a token if there is one."""
    address = url.replace("http", "ws", 1) + "/graphql"
    async with connect(address, **{"subprotocols": [PROTOCOL], "compression": None, **options}) as ws:
        made = Client(ws)
        if token:
            await made.sign_in(token, locale)
        yield made


@asynccontextmanager
async def served(app: Outermost) -> AsyncIterator[str]:
    """The address of an application that listens as the service does, until the block ends."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, **LISTENING))
    task = asyncio.create_task(server.serve())
    while not server.started:
        assert not task.done(), task
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await task

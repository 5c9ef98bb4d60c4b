"""Connections on which nothing arrives, too little, or too much."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from urllib.parse import quote

import pytest
import pytest_asyncio
from graphql import get_introspection_query
from uvicorn import Config
from uvicorn.server import ServerState

from schema.http import protocol
from schema.http.outermost import Outermost

REQUEST = b"GET /livez HTTP/1.1\r\nHost: test\r\n"
POST = b"POST /graphql HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nContent-Length: 30\r\n\r\n"

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest_asyncio.fixture
async def wire(app: Outermost, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Streams]:
    """A connection to a server of little patience."""
    for patience in ("HEADERS_WITHIN", "BODY_WITHIN", "ANSWER_WITHIN"):
        monkeypatch.setattr(protocol, patience, 0.3)
    config, state = Config(app, lifespan="off", log_config=None, access_log=False), ServerState()
    config.load()
    server = await asyncio.get_running_loop().create_server(
        lambda: protocol.PunctualProtocol(config, state, {}), "127.0.0.1", 0
    )
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    yield reader, writer
    writer.close()
    server.close()
    await asyncio.gather(*state.tasks)


async def rest(reader: asyncio.StreamReader) -> bytes:
    """Whatever still comes until the server hangs up, which it must."""
    async with asyncio.timeout(3):
        return await reader.read()


@pytest.mark.parametrize(
    "beginning", [b"", b"\r\n", b"GET", REQUEST, POST, POST + b'{"query"'],
    ids=["silence", "empty line", "method", "headers", "no body", "half a body"],
)  # fmt: skip
async def test_who_stops_in_the_middle_is_hung_up_on(wire: Streams, beginning: bytes) -> None:
    reader, writer = wire
    writer.write(beginning)
    assert await rest(reader) == b""


async def test_who_sends_one_byte_at_a_time_is_hung_up_on(wire: Streams) -> None:
    reader, writer = wire
    hung_up = asyncio.create_task(rest(reader))
    for _ in range(100):
        writer.write(b"\r\n")
        await asyncio.sleep(0.02)
        if hung_up.done():
            break
    assert hung_up.done()


async def test_who_does_not_take_the_answer_is_hung_up_on(wire: Streams) -> None:
    reader, writer = wire
    path = f"/graphql?query={quote(get_introspection_query())}".encode()
    writer.write((REQUEST.replace(b"/livez", path) + b"\r\n") * 50)
    await asyncio.sleep(3)  # its buffer is full by now, and nobody reads
    with pytest.raises(ConnectionError):
        await rest(reader)


async def test_endless_headers_are_refused(wire: Streams) -> None:
    reader, writer = wire
    writer.write(REQUEST + b"X-Long: ")
    for _ in range(protocol.MAX_HEADERS // 10_000 + 1):
        await asyncio.sleep(0.01)
        writer.write(b"x" * 10_000)
    assert (await rest(reader)).startswith(b"HTTP/1.1 400 ")


async def test_who_is_on_time_may_ask_again_and_again(wire: Streams) -> None:
    reader, writer = wire
    for pause in (0.0, 0.2, 0.2):
        await asyncio.sleep(pause)
        writer.write(REQUEST[:10])
        await asyncio.sleep(0.1)
        writer.write(REQUEST[10:] + b"\r\n")
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
        assert await reader.readexactly(15) == b'{"status":"ok"}'
    await asyncio.sleep(0.5)
    assert not reader.at_eof()  # between two requests the keep-alive time counts


@pytest.mark.parametrize(("step", "answered"), [(protocol.BODY_STEP, True), (protocol.BODY_STEP // 50, False)])
async def test_a_slow_line_may_take_its_time_as_long_as_enough_comes(wire: Streams, step: int, answered: bool) -> None:
    reader, writer = wire
    body = b'{"query": "{ __typename }"}'.ljust(6 * step)
    head = POST.replace(b"Content-Length: 30", b"Content-Length: %d" % len(body))
    for part in (head, *(body[at : at + step] for at in range(0, len(body), step))):
        writer.write(part)
        await asyncio.sleep(0.15)
    beginning = b""
    async with asyncio.timeout(3):
        with suppress(ConnectionError):
            beginning = await reader.read(13)
    assert beginning == (b"HTTP/1.1 200 " if answered else b"")

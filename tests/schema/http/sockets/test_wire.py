"""Frames and handshakes that no client of good will sends."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.frames import Close, Frame, Opcode

from schema.http.sockets import protocol
from tests.live import Live
from tests.sockets import PROTOCOL

HANDSHAKE = {
    "Host": "test",
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Key": "MDEyMzQ1Njc4OWFiY2RlZg==",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Protocol": PROTOCOL,
}


@pytest.fixture
def url(service: Live) -> Iterator[str]:
    """The service as it really runs, in whose log nothing breaks."""
    before = len(service.log.read_text())
    yield service.url
    said = service.log.read_text()[before:]
    assert not re.search("error +]|failed|Traceback", said), said


class Wire:
    """A connection on which anything can be sent."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def ask(self, *changes: tuple[str, str | None], request: str = "GET /graphql HTTP/1.1") -> str:
        """Ask for a socket; the head of the answer."""
        headers = {name: value for name, value in {**HANDSHAKE, **dict(changes)}.items() if value is not None}
        lines = [request, *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        self.writer.write("\r\n".join(lines).encode("latin-1"))
        async with asyncio.timeout(5):
            return (await self.reader.readuntil(b"\r\n\r\n")).decode()

    def frame(self, opcode: Opcode, data: bytes, *, fin: bool = True) -> None:
        """Send one frame."""
        self.writer.write(Frame(opcode, data, fin).serialize(mask=True))

    async def code(self) -> int | None:
        """The code with which the service closes, None when it just hangs up."""
        async with asyncio.timeout(5):
            rest = await self.reader.read()
        start = rest.find(b"\x88")
        return Close.parse(rest[start + 2 :]).code if start >= 0 else None


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Wire]:
    """A connection to the service."""
    reader, writer = await asyncio.open_connection(urlsplit(url).hostname, urlsplit(url).port)
    try:
        yield Wire(reader, writer)
    finally:
        writer.close()


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Wire]:
    """A socket that has just been opened."""
    async with connected(url) as made:
        assert (await made.ask()).startswith("HTTP/1.1 101")
        yield made


@pytest_asyncio.fixture
async def wire(url: str) -> AsyncIterator[Wire]:
    """A socket that has just been opened."""
    async with opened(url) as made:
        yield made


async def test_a_message_of_more_than_64_kib_closes_with_1009(wire: Wire) -> None:
    wire.frame(Opcode.TEXT, b" " * (protocol.MAX_MESSAGE + 1))
    assert await wire.code() == 1009


async def test_many_fragments_of_a_large_message_close_with_1009(wire: Wire) -> None:
    wire.frame(Opcode.TEXT, b" " * 40_000, fin=False)
    wire.frame(Opcode.CONT, b" " * 40_000)
    assert await wire.code() == 1009


async def test_a_message_in_fragments_is_read_whole(wire: Wire) -> None:
    wire.frame(Opcode.TEXT, b'{"type": ', fin=False)
    wire.frame(Opcode.CONT, b'"ping"}')
    async with asyncio.timeout(5):
        assert await wire.reader.readexactly(17) == b'\x81\x0f{"type":"pong"}'


@pytest.mark.parametrize(("opcode", "data"), [(Opcode.CONT, b""), (Opcode.PING, b"x"), (Opcode.PONG, b"x")])
async def test_a_flood_of_small_frames_closes_with_1008(wire: Wire, opcode: Opcode, data: bytes) -> None:
    wire.frame(Opcode.TEXT, b"{", fin=False)
    for _ in range(2 * protocol.FRAMES.capacity):
        wire.frame(opcode, data, fin=opcode is not Opcode.CONT)
    assert await wire.code() == 1008


async def test_text_that_is_none_closes_with_1007(wire: Wire) -> None:
    wire.frame(Opcode.TEXT, b"\xff\xfe")
    assert await wire.code() == 1007


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (b"\x81\x05plain", 1002),  # not masked
        (b"\xf1\x80" + bytes(4), 1002),  # reserved bits
        (b"\x83\x80" + bytes(4), 1002),  # an opcode that does not exist
        (b"\x09\x80" + bytes(4), 1002),  # a ping in fragments
        (b"\x89\xfe\x00\x80" + bytes(132), 1002),  # a long ping
        (b"\x80\x80" + bytes(4), 1002),  # a fragment of nothing
        (b"\x88\x81" + bytes(5), 1002),  # a close of one byte
        (b"\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff" + bytes(4), 1009),
        (b"\xc1\x85" + bytes(4) + b"\x00" * 5, 1002),  # packed, though that was not agreed on
    ],
)
async def test_a_frame_that_breaks_the_rules_closes(wire: Wire, frame: bytes, code: int) -> None:
    wire.writer.write(frame)
    assert await wire.code() == code


async def test_no_message_is_packed(url: str) -> None:
    async with connected(url) as wire:
        answer = await wire.ask(("Sec-WebSocket-Extensions", "permessage-deflate"))
    assert "permessage-deflate" not in answer


@pytest.mark.parametrize(
    ("changes", "request_line", "status"),
    [
        ([("Sec-WebSocket-Key", None)], "GET /graphql HTTP/1.1", "400"),
        ([("Sec-WebSocket-Key", "short")], "GET /graphql HTTP/1.1", "400"),
        ([("Sec-WebSocket-Version", "8")], "GET /graphql HTTP/1.1", "400"),
        ([("X-Long", "x" * 9000)], "GET /graphql HTTP/1.1", "400"),
        ([(f"X-{number}", "x") for number in range(200)], "GET /graphql HTTP/1.1", "400"),
        ([], "GET /elsewhere HTTP/1.1", "403"),
        ([], "GET /livez HTTP/1.1", "403"),
        ([], "GET /\xff HTTP/1.1", "400"),
        ([], "POST /graphql HTTP/1.1", "415"),
        ([("Content-Length", "5")], "POST /graphql HTTP/1.1", "415"),
        ([], "HEAD /graphql HTTP/1.1", "405"),
        ([], "GET /graphql HTTP/1.0", "400"),
    ],
)
async def test_what_is_no_request_for_a_socket_is_refused(
    url: str, changes: list[tuple[str, str | None]], request_line: str, status: str
) -> None:
    async with connected(url) as wire:
        assert (await wire.ask(*changes, request=request_line)).split()[1] == status


def framed(opcode: int, data: bytes, fin: bool) -> bytes:
    """A frame that says how long it is and nothing else that can be relied on."""
    return bytes([0x80 * fin | opcode, 0x80 | 126, *len(data).to_bytes(2, "big"), *bytes(4)]) + data


WORDS = ['{"type":"connection_init"}', '{"type":"ping"}', '{"type":"subscribe","id":"1"}', "[", "{}", '"']
DATA = st.binary(max_size=200) | st.sampled_from(WORDS).map(str.encode)
GARBAGE = st.lists(st.builds(framed, st.integers(0, 15), DATA, st.booleans()) | st.binary(max_size=300), max_size=12)


@given(GARBAGE)
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_garbage_breaks_anything(url: str, garbage: list[bytes]) -> None:
    async def send() -> bytes:
        async with opened(url) as wire:
            wire.writer.write(b"".join(garbage))
            wire.writer.write_eof()
            async with asyncio.timeout(10):
                return await wire.reader.read()

    assert Close(1011, "").serialize() not in asyncio.run(send())

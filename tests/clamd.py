"""A small clamd on the loopback: it knows one virus."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

VIRUS = b"X5O!P%@AP-UNION-TEST-VIRUS"


@asynccontextmanager
async def clamd(answer: bytes | None = None, *, silent: bool = False) -> AsyncIterator[str]:
    """Its address, while it runs; with `answer` it always says that, `silent` it says nothing."""

    asked: set[asyncio.Task[None]] = set()

    async def scan(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.add(asyncio.current_task())  # type: ignore[arg-type]
        content = b""
        with suppress(asyncio.IncompleteReadError, ConnectionError):  # whoever sent it gave up
            assert await reader.readexactly(10) == b"zINSTREAM\0"
            while size := int.from_bytes(await reader.readexactly(4), "big"):
                content += await reader.readexactly(size)
            if silent:
                await reader.read()
            found = b"Union.Test FOUND" if VIRUS in content else b"OK"
            writer.write((answer or b"stream: " + found) + b"\0")
            await writer.drain()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(scan, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    try:
        yield f"tcp://{host}:{port}"
    finally:
        server.close()
        await server.wait_closed()
        await asyncio.gather(*asked)

"""A small clamd on the loopback: it knows one virus."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

VIRUS = b"X5O!P%@AP-UNION-TEST-VIRUS"


@asynccontextmanager
async def clamd(answer: bytes | None = None, *, silent: bool = False) -> AsyncIterator[str]:
    """Its address, while it runs; with `answer` it always says that, `silent` it says nothing."""

    async def scan(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readexactly(10) == b"zINSTREAM\0"
        content = b""
        with suppress(asyncio.IncompleteReadError):  # whoever sent it gave up
            while size := int.from_bytes(await reader.readexactly(4), "big"):
                content += await reader.readexactly(size)
        if not silent:
            found = b"Union.Test FOUND" if VIRUS in content else b"OK"
            writer.write((answer or b"stream: " + found) + b"\0")
            await writer.drain()
            writer.close()
        else:
            await reader.read()
            writer.close()

    server = await asyncio.start_server(scan, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    try:
        yield f"tcp://{host}:{port}"
    finally:
        server.close()
        await server.wait_closed()

"""The port to a virus scanner that speaks clamd's protocol (INSTREAM), over TCP or a socket of this machine."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

CONNECT_WITHIN = 3.0  # seconds
ANSWER_WITHIN = 20.0  # seconds for a whole file

_address = ""


class ScannerAwayError(Exception):
    """The scanner gave no verdict: it is down, too slow, or does not take such a file."""


def use(address: str) -> None:
    """Ask the scanner at `tcp://host:port` or `unix:///path`; none where it is empty."""
    global _address
    _address = address


def known() -> bool:
    """True when files are to be scanned."""
    return bool(_address)


async def infected(chunks: AsyncIterator[bytes]) -> bool:
    """Whether the scanner finds something in a file; raises ScannerAwayError when it does not say."""
    try:
        async with asyncio.timeout(CONNECT_WITHIN):
            reader, writer = await _connected()
    except (OSError, TimeoutError) as error:
        raise ScannerAwayError(type(error).__name__) from error
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            await _sent(writer, chunks)
            answer = await reader.read(4096)
    except (OSError, TimeoutError) as error:
        raise ScannerAwayError(type(error).__name__) from error
    finally:
        writer.close()
    return _verdict(answer.rstrip(b"\0\n"))


async def _connected() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    parts = urlsplit(_address)
    if parts.scheme == "unix":
        return await asyncio.open_unix_connection(parts.path)
    return await asyncio.open_connection(parts.hostname, parts.port)


async def _sent(writer: asyncio.StreamWriter, chunks: AsyncIterator[bytes]) -> None:
    writer.write(b"zINSTREAM\0")
    async for chunk in chunks:
        writer.write(len(chunk).to_bytes(4, "big") + chunk)
        await writer.drain()
    writer.write(bytes(4))
    await writer.drain()


def _verdict(answer: bytes) -> bool:
    if answer.endswith(b" FOUND"):
        return True
    if answer.endswith(b": OK"):
        return False
    raise ScannerAwayError("no verdict")

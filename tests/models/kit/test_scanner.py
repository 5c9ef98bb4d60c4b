"""The virus scanner: what it says, and that silence is no verdict."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from models.kit import scanner
from models.kit.scanner import ScannerAwayError
from tests.clamd import VIRUS, clamd


@pytest.fixture(autouse=True)
def _nobody_afterwards() -> Iterator[None]:
    yield
    scanner.use("")


async def file(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def test_it_finds_the_virus_it_knows_and_nothing_else() -> None:
    async with clamd() as address:
        scanner.use(address)
        assert scanner.known()
        assert not await scanner.infected(file(b"a", b"b" * 100_000))
        assert await scanner.infected(file(b"a" + VIRUS[:5], VIRUS[5:]))


async def test_it_may_listen_on_a_socket_of_this_machine(tmp_path: Path) -> None:
    async def fine(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(bytes(4))
        writer.write(b"stream: OK\0")
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_unix_server(fine, tmp_path / "clamd.sock")
    scanner.use(f"unix://{tmp_path}/clamd.sock")
    assert not await scanner.infected(file(b"a"))
    server.close()
    await server.wait_closed()


async def test_one_that_is_not_there_gives_no_verdict() -> None:
    scanner.use("tcp://127.0.0.1:9")
    with pytest.raises(ScannerAwayError):
        await scanner.infected(file(b"a"))


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR", b"", b"stream: ", b"\xff" * 5000])
async def test_one_that_says_anything_else_gives_no_verdict(answer: bytes) -> None:
    async with clamd(answer or b"\n") as address:
        scanner.use(address)
        with pytest.raises(ScannerAwayError):
            await scanner.infected(file(b"a"))


async def test_one_that_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanner, "ANSWER_WITHIN", 0.2)
    async with clamd(silent=True) as address:
        scanner.use(address)
        with pytest.raises(ScannerAwayError):
            await scanner.infected(file(b"a"))

"""How soon one change of a case is on the screens of 500 staff, whose sockets two processes of the service hold."""

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

from models.cases import life
from models.cases.life import File
from models.cases.status import CaseAction
from models.kit import clock, db, settings
from models.kit.actor import SYSTEM
from models.kit.ids import global_id
from schema.http.app import running
from tests.api import AMPLE
from tests.bench.client import Result
from tests.factories import cases, people
from tests.live import running_process
from tests.postgres import Server, postgres_server
from tests.sockets import Client, client

SUBSCRIBERS = 500
WORKERS = 2
ROUNDS = 5
AT_ONCE = 20  # sockets that are opened together
PAUSE = 1.0  # seconds between rounds
GIVEN_UP = 30.0  # seconds


async def measure(url: str, folder: Path) -> None:
    """Print the latencies, from the commit to the parsed message, of some rounds."""
    chosen = {"DATABASE_URL": url, "DATA_DIR": str(folder), "DEMO_DATA": "0", "ACCESS_LOG": "0", "WORKER": "0", **AMPLE}
    async with running(settings.read(chosen), worker=False):
        file, tokens = await _staffed()
        service = {**os.environ, **chosen, "WORKERS": str(WORKERS)}
        with running_process([sys.executable, "server.py", "serve"], service, folder) as ours:
            async with _sockets(ours.url, tokens) as sockets:
                await asyncio.gather(
                    *(socket.begin("CaseChanged", id=global_id("Case", file.case.id)) for socket in sockets)
                )
                await _until_all_hear(file, sockets)
                result = Result()
                for _ in range(ROUNDS):
                    result.latencies += await _round(file, sockets)
                    await asyncio.sleep(PAUSE)
    p50, p99, last = (result.percentile(share) for share in (0.5, 0.99, 1.0))
    print(
        f"one change to {SUBSCRIBERS} sockets, {WORKERS} processes, {ROUNDS} rounds:"
        f" p50 {p50:.0f} ms, p99 {p99:.0f} ms, last {last:.0f} ms",
        flush=True,
    )


async def _staffed() -> tuple[File, list[str]]:
    """A case, and the tokens of staff who may all see it."""
    unions = await people.tree()
    await cases.funded(unions["county"])
    member = await people.member(unions["unit"])
    file = await cases.submitted(cases.actor_of(await people.account(member), member), unions["unit"])
    return file, [await people.signed_in(None, reviewer=unions["county"]) for _ in range(SUBSCRIBERS)]


@asynccontextmanager
async def _sockets(url: str, tokens: Sequence[str]) -> AsyncIterator[list[Client]]:
    async with AsyncExitStack() as stack:
        opened: list[Client] = []
        for start in range(0, len(tokens), AT_ONCE):
            some = [stack.enter_async_context(client(url, token)) for token in tokens[start : start + AT_ONCE]]
            opened += await asyncio.gather(*some)
        yield opened


async def _until_all_hear(file: File, sockets: Sequence[Client]) -> None:
    """Change the case until every subscription has begun."""
    for _ in range(ROUNDS):
        with suppress(TimeoutError):
            await _round(file, sockets)
            return
    raise RuntimeError("not every socket hears of a change")


async def _round(file: File, sockets: Sequence[Client]) -> list[float]:
    """Change the case; after how many seconds each socket had it."""

    async def heard(socket: Client) -> float:
        while True:
            message = json.loads(await socket.ws.recv())
            assert message["type"] == "next", message
            if message["payload"]["data"]["caseChanged"]["version"] == file.case.version:
                return time.perf_counter()

    async with db.transaction():
        await life.change(file, SYSTEM, CaseAction.EDIT, promised_on=clock.today())
    changed = time.perf_counter()
    async with asyncio.timeout(GIVEN_UP):
        return [at - changed for at in await asyncio.gather(*map(heard, sockets))]


def run(server: Server, folder: Path) -> None:
    """Measure on a database of its own."""
    server.create("delivery")
    asyncio.run(db.migrate(server.url("delivery")))
    asyncio.run(measure(server.url("delivery"), folder))


def main() -> None:
    """Run this part alone."""
    with postgres_server() as server, tempfile.TemporaryDirectory() as folder:
        run(server, Path(folder))


if __name__ == "__main__":
    main()

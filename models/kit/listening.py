"""Hearing of what other processes changed, as long as the web process runs.

PostgreSQL: a connection that only listens. A dead one is noticed at once or by its heartbeat and replaced, and
every watch is told to look again at what it may have missed. The embedded file: when another process (the command
line, a worker of its own) has written to it, every watch is told the same.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import structlog

from models.kit import db, signals

HEARTBEAT = 5.0  # seconds between proofs that the connection lives
ANSWER_WITHIN = 5.0  # seconds
# Seconds that a transaction may last from drawing an id to its commit: so far back is looked after a gap.
MARGIN = 60.0
DELAYS = (0.1, 10.0)  # seconds before connecting again: at first, and at most
NAME = "union-listening"  # as PostgreSQL lists the connection
LOOK_EVERY = 1.0  # seconds between looks at the embedded file
AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)

log = structlog.get_logger()


@asynccontextmanager
async def listening(url: str) -> AsyncIterator[None]:
    """Hear what other processes change, until the block ends."""
    task = asyncio.create_task(_hear(url) if db.on_postgres() else _look())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


async def _hear(url: str) -> None:
    ear, delay = _Ear(url), DELAYS[0]
    while True:
        try:
            async with ear.connected() as connection:
                delay = DELAYS[0]
                await ear.stay(connection)
        except AWAY as error:
            log.warning("listening.lost", error=type(error).__name__)
        await asyncio.sleep(delay * random.uniform(0.5, 1.0))  # noqa: S311 - so that processes do not come back as one
        delay = min(2 * delay, DELAYS[1])


class _Ear:
    """The listening connection, and until when it is known to have heard everything."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._heard_until = time.time()
        self._lost = asyncio.Event()

    @asynccontextmanager
    async def connected(self) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
        """A connection that listens; first of all, what was missed until now is looked for."""
        named = {"application_name": NAME}
        connection = await asyncpg.connect(self._url, timeout=ANSWER_WITHIN, server_settings=named)
        try:
            self._lost.clear()
            connection.add_termination_listener(lambda _: self._lost.set())
            await connection.add_listener(signals.CHANNEL, lambda _c, _p, _n, text: signals.publish(signals.read(text)))
            signals.publish_gap(self._heard_until - MARGIN)
            yield connection
        finally:
            connection.terminate()

    async def stay(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        """Return or raise when the connection is lost."""
        while not self._lost.is_set():
            asked_at = time.time()
            await connection.execute("SELECT 1", timeout=ANSWER_WITHIN)
            self._heard_until = asked_at
            try:
                await asyncio.wait_for(self._lost.wait(), HEARTBEAT)
            except TimeoutError:
                continue
        log.warning("listening.lost", error="terminated")


async def _look() -> None:
    """SQLite counts in `data_version` what others than the asking connection have written."""
    version, looked_at = await _file_version(), time.time()
    while True:
        await asyncio.sleep(LOOK_EVERY)
        now, found = time.time(), await _file_version()
        if found != version:
            signals.publish_gap(looked_at - MARGIN)
        version, looked_at = found, now


async def _file_version() -> int:
    return int((await db.returning("PRAGMA data_version"))[0]["data_version"])

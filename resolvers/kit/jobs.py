"""The worker: works off the outbox and runs what is due, with exactly one effect for each."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog

from models.kit import audit, db, idempotency, outbox

log = structlog.get_logger()
Handler = Callable[[dict[str, Any]], Awaitable[None]]
Periodic = Callable[[], Awaitable[int]]


@dataclass(frozen=True)
class _Due:
    run: Periodic
    every: timedelta


handlers: dict[str, Handler] = {}
periodic_jobs: dict[str, _Due] = {}


def handles(topic: str) -> Callable[[Handler], Handler]:
    """Register the handler of an outbox topic. It runs in the transaction that marks the message done and gets
    the payload with the `message_id`."""

    def wrap(function: Handler) -> Handler:
        handlers[topic] = function
        return function

    return wrap


def periodic(name: str, every: timedelta) -> Callable[[Periodic], Periodic]:
    """Register a job that some worker runs every so often; it returns how many things it did."""

    def wrap(function: Periodic) -> Periodic:
        periodic_jobs[name] = _Due(function, every)
        return function

    return wrap


@periodic("audit.seal", timedelta(seconds=2))
async def seal_audit() -> int:
    """Chain the audit entries committed since the last time."""
    return await audit.seal()


@periodic("idempotency.forget", timedelta(hours=1))
async def forget_keys() -> int:
    """Drop idempotency keys after their retention."""
    return await idempotency.forget()


async def work_once(limit: int = 50) -> int:
    """Work off what is due now; how many messages and jobs had an effect."""
    return await work_off(limit) + await run_due()


async def work_off(limit: int) -> int:
    """Deliver up to `limit` messages of the outbox; how many had an effect."""
    done = 0
    for message in await outbox.lease(limit):
        done += await _deliver(message)
    return done


async def run_due() -> int:
    """Run the periodic jobs whose time has come and that no other worker runs; how many things they did."""
    done = 0
    for name, job in periodic_jobs.items():
        if await outbox.elect(name, job.every):
            done += await _run(name, job)
    return done


async def _deliver(message: outbox.OutboxMessage) -> int:
    if message.attempts > outbox.MAX_ATTEMPTS:  # every worker that took it has died of it
        await outbox.fail(message, "worker lost")
        return 0
    try:
        async with db.transaction():
            if not await outbox.finish(message):
                return 0
            await handlers[message.topic]({**message.payload, "message_id": message.id})
        return 1
    except Exception as error:  # noqa: BLE001 - the worker outlives whatever goes wrong
        log.warning("outbox.failed", topic=message.topic, message=str(message.id), error=type(error).__name__)
        await outbox.fail(message, type(error).__name__)
        return 0


async def _run(name: str, job: _Due) -> int:
    try:
        return await job.run()
    except Exception as error:  # noqa: BLE001 - the worker outlives whatever goes wrong
        log.warning("periodic.failed", job=name, error=type(error).__name__)
        return 0


async def work(stop: asyncio.Event, idle: float = 0.5) -> None:
    """Work until told to stop, resting `idle` seconds whenever nothing was due."""
    while not stop.is_set():
        try:
            done = await work_once()
        except Exception as error:  # noqa: BLE001 - the worker outlives whatever goes wrong
            log.warning("worker.failed", error=type(error).__name__)
            done = 0
        if not done:
            try:
                await asyncio.wait_for(stop.wait(), idle)
            except TimeoutError:
                continue

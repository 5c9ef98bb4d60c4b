"""The web application of one process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.routing import Route

from models.kit import clock, crypto, db
from models.kit.settings import Settings
from resolvers.accounts import sending
from resolvers.kit import action, jobs
from schema import roots
from schema.http import health
from schema.http.endpoint import Endpoint
from schema.kit.execute import Executor

# Every method reaches the endpoint, which answers 405 as GraphQL JSON.
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def application(settings: Settings, *, worker: bool = True) -> Starlette:
    """The application; with `worker`, the process also works off the outbox."""
    executor = Executor(roots.build()._schema, settings.execution_timeout)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with running(settings, worker=worker):
            yield

    return Starlette(
        routes=[
            Route("/graphql", Endpoint(executor, settings.trusted_proxies).answer, methods=METHODS),
            Route("/livez", health.livez),
            Route("/readyz", health.readyz),
        ],
        lifespan=lifespan,
    )


@asynccontextmanager
async def running(settings: Settings, *, worker: bool) -> AsyncIterator[None]:
    """Keys, clock, database and, when asked for, the worker: from start to an orderly end."""
    crypto.use_keys(settings.data_keys)
    clock.set_offset(settings.clock_offset)
    sending.use(sending.sender_for(settings.code_sender))
    await db.connect(settings.database_url)
    stop = asyncio.Event()
    working = asyncio.create_task(jobs.work(stop)) if worker else None
    try:
        yield
    finally:
        stop.set()
        if working:
            await working
        await action.drain()
        await db.disconnect()

"""The web application of one process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route

from models.kit import clock, crypto, db
from models.kit.settings import Settings
from resolvers.accounts import sending
from resolvers.kit import action, jobs
from schema import roots
from schema.http import health, origins, page
from schema.http.endpoint import Endpoint
from schema.http.graphiql import serving
from schema.http.outermost import Outermost, apologise, refuse
from schema.kit import trusted
from schema.kit.execute import Executor


def application(settings: Settings) -> Outermost:
    """The application, with the database and the worker as long as it runs."""
    executor = Executor(
        roots.build()._schema,
        introspection=settings.introspection,
        trusted=trusted.read(settings.trusted_documents),
        free_documents=settings.free_documents,
    )
    endpoint = Endpoint(executor, timeout=settings.execution_timeout, trusted_proxies=settings.trusted_proxies)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with running(settings, worker=settings.worker):
            yield

    app = Starlette(
        routes=[
            Route("/", page.welcome(graphiql=settings.graphiql)),
            Route("/graphql", serving.Page(endpoint, demo=settings.demo_data) if settings.graphiql else endpoint),
            *(serving.routes(demo=settings.demo_data) if settings.graphiql else []),
            Route("/livez", health.livez),
            Route("/readyz", health.readyz),
        ],
        middleware=[origins.cors(settings.allowed_origins)] if settings.allowed_origins else [],
        exception_handlers={HTTPException: refuse, Exception: apologise},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False  # a client that follows a redirect loses its token, or its POST
    return Outermost(app, access_log=settings.access_log)


@asynccontextmanager
async def running(settings: Settings, *, worker: bool) -> AsyncIterator[None]:
    """Keys, clock, database and, when asked for, the worker: from start to an orderly end."""
    crypto.use_keys(settings.data_keys)
    clock.set_offset(settings.clock_offset)
    sending.use(sending.sender_for(settings.code_sender))
    stop, working = asyncio.Event(), None
    try:
        await db.connect(settings.database_url)
        if worker:
            working = asyncio.create_task(jobs.work(stop))
        yield
    finally:
        stop.set()
        if working:
            await working
        await action.drain()
        await db.disconnect()

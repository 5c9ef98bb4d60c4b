"""The web application of one process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route, WebSocketRoute

from models.kit import clock, crypto, db, scanner, storage
from models.kit.buckets import Buckets, Rate
from models.kit.leases import LeasedBuckets
from models.kit.listening import listening
from models.kit.settings import Settings
from resolvers.accounts import sending
from resolvers.kit import action, jobs
from schema import roots
from schema.http import calendar, files, health, origins, page, uploads
from schema.http.endpoint import Endpoint
from schema.http.graphiql import serving
from schema.http.outermost import Outermost, apologise, refuse
from schema.http.sockets.service import Sockets
from schema.kit import trusted
from schema.kit.documents import Documents
from schema.kit.execute import Executor
from schema.kit.spending import Till


def application(settings: Settings) -> Outermost:
    """The application, with the database and the worker as long as it runs."""
    accounts = _buckets("account", settings.account_points, settings)
    addresses = _buckets("address", settings.address_points, settings)
    till = Till(accounts, addresses, settings.operation_points)
    schema = roots.build()._schema
    documents = Documents(
        schema,
        introspection=settings.introspection,
        trusted=trusted.read(settings.trusted_documents),
        free=settings.free_documents,
    )
    executor = Executor(schema, documents, till, introspection=settings.introspection)
    endpoint = Endpoint(executor, timeout=settings.execution_timeout, trusted_proxies=settings.trusted_proxies)

    sockets = Sockets(
        executor,
        timeout=settings.execution_timeout,
        trusted_proxies=settings.trusted_proxies,
        allowed_origins=settings.allowed_origins,
    )

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with (
            running(settings, worker=settings.worker),
            _settled(accounts, addresses),
            listening(settings.database_url),
            sockets.watched(),
        ):
            yield

    app = Starlette(
        routes=[
            Route("/", page.welcome(graphiql=settings.graphiql)),
            Route("/graphql", serving.Page(endpoint, demo=settings.demo_data) if settings.graphiql else endpoint),
            WebSocketRoute("/graphql", sockets),
            *(serving.routes(demo=settings.demo_data) if settings.graphiql else []),
            Route("/uploads", uploads.upload, methods=["POST"]),
            Route("/files/{token}", files.file),
            Route("/calendar/{kind}/{token}.ics", calendar.ics),
            Route("/livez", health.livez),
            Route("/readyz", health.readyz),
        ],
        middleware=[origins.cors(settings.allowed_origins)] if settings.allowed_origins else [],
        exception_handlers={HTTPException: refuse, Exception: apologise},
        lifespan=lifespan,
    )
    app.state.till = till
    app.router.redirect_slashes = False  # a client that follows a redirect loses its token, or its POST
    return Outermost(app, access_log=settings.access_log)


def _buckets(name: str, rate: Rate, settings: Settings) -> Buckets:
    """The embedded database has one process, which keeps its points to itself."""
    return LeasedBuckets(name, rate, settings.workers) if settings.on_postgres else Buckets(rate)


@asynccontextmanager
async def _settled(*pools: Buckets) -> AsyncIterator[None]:
    """Points that are shared with other processes are settled in the background."""
    stop = asyncio.Event()
    shared = [pool for pool in pools if isinstance(pool, LeasedBuckets)]
    settling = [asyncio.create_task(pool.settle_each_second(stop)) for pool in shared]
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*settling)


@asynccontextmanager
async def running(settings: Settings, *, worker: bool) -> AsyncIterator[None]:
    """Keys, clock, database and, when asked for, the worker: from start to an orderly end."""
    crypto.use_keys(settings.data_keys)
    clock.set_offset(settings.clock_offset)
    sending.use(sending.sender_for(settings.code_sender))
    storage.use(settings.storage, settings.data_dir)
    scanner.use(settings.scanner)
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

"""The database of one process: connecting, migrating under a lock, transactions, and plain SQL on both engines."""

from __future__ import annotations

import asyncio
import fcntl
import json
import math
import re
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from tortoise import Tortoise
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.connection import get_connection
from tortoise.migrations.executor import MigrationExecutor
from tortoise.transactions import in_transaction

from models.kit import signals

DOMAINS = (
    "models.kit.audit", "models.kit.outbox", "models.kit.idempotency", "models.kit.counters",
    "models.kit.leases",
    "models.members", "models.accounts", "models.notifications",
    "models.programmes.tables", "models.cases.tables",
    "models.aid.tables", "models.rooms.tables", "models.events.tables", "models.joining", "models.files.tables",
)  # fmt: skip
_LOCK_NUMBER = 0x756E696F6E  # "union": the advisory lock of a migration
_pinned: ContextVar[bool] = ContextVar("pinned", default=False)


class Router:
    """Reads outside a transaction use the reader: on SQLite the writer's connection waits for any open
    transaction. Inside one they see what it wrote."""

    reads = "default"

    def db_for_read(self, model: Any) -> str:
        """The connection that a query of this task reads from."""
        return "default" if _pinned.get() else Router.reads

    def db_for_write(self, model: Any) -> str:
        """The connection that every change goes through."""
        return "default"


def _is_postgres(url: str) -> bool:
    return url.startswith(("postgres://", "postgresql://"))


def _connection(url: str, **pragmas: str) -> dict[str, Any]:
    if _is_postgres(url):
        config = expand_db_url("asyncpg://" + url.partition("://")[2])
        credentials = {"minsize": 1, "maxsize": 10, **config["credentials"]}
        return {"engine": "models.kit.client_asyncpg", "credentials": credentials}
    path = url.removeprefix("sqlite://")
    credentials = {"file_path": path, "busy_timeout": "30000", "synchronous": "NORMAL", **pragmas}
    return {"engine": "models.kit.client_sqlite", "credentials": credentials}


def config(url: str, *, reader: bool = True, foreign_keys: str = "ON") -> dict[str, Any]:
    """Tortoise's configuration for a database URL."""
    connections = {"default": _connection(url, foreign_keys=foreign_keys)}
    if reader and not _is_postgres(url):
        connections["reader"] = _connection(url, query_only="ON")
    app = {"models": list(DOMAINS), "default_connection": "default", "migrations": "models.migrations"}
    return {"connections": connections, "apps": {"models": app}, "routers": [Router]}


async def connect(url: str) -> None:
    """Open the database for every task of this process."""
    settings = config(url)
    Router.reads = "reader" if "reader" in settings["connections"] else "default"
    EXECUTOR_CACHE.clear()  # statements made for another engine that this process was connected to
    await Tortoise.init(config=settings, _enable_global_fallback=True)
    if not _is_postgres(url):
        # Left to the first statement, an opening that is cancelled would keep the connection's lock for ever.
        for name in settings["connections"]:
            await get_connection(name).create_connection(with_db=True)


async def disconnect() -> None:
    """Close every connection of this process."""
    await Tortoise.close_connections()


async def migrate(url: str) -> None:
    """Bring the schema to head; of several processes that start together one migrates and the others wait."""
    async with _migration_lock(url):
        # A rebuilt SQLite table would cascade its deletes to its children: no foreign keys while migrating.
        settings = config(url, reader=False, foreign_keys="OFF")
        Router.reads = "default"
        await Tortoise.init(config=settings)
        try:
            await MigrationExecutor(get_connection("default"), settings["apps"]).migrate()
        finally:
            await Tortoise.close_connections()


async def at_head() -> bool:
    """True when the connected database has every migration."""
    return not await MigrationExecutor(get_connection("default"), config("sqlite://")["apps"]).plan()


@asynccontextmanager
async def _migration_lock(url: str) -> AsyncIterator[None]:
    if _is_postgres(url):
        connection = await asyncpg.connect(url)
        try:
            await connection.execute("SELECT pg_advisory_lock($1)", _LOCK_NUMBER)
            yield
        finally:
            await connection.close()
        return
    path = Path(url.removeprefix("sqlite://"))
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".migrating").open("w") as lock:
        await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
        yield


def writer() -> BaseDBAsyncClient:
    """The connection of this task's transaction, or the one that changes go through."""
    return get_connection("default")


def on_postgres() -> bool:
    """True when the connected database is PostgreSQL."""
    return writer().capabilities.dialect == "postgres"


@asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """One transaction; a nested one is a savepoint. Reads of this task are pinned to it, and the signals that it
    sends are told with its commit."""
    token = _pinned.set(True)
    try:
        with signals.gathered() as told:
            async with in_transaction("default"):
                yield
                if told and on_postgres():
                    await _notify(told)
            if not on_postgres():
                signals.publish(told)
    finally:
        _pinned.reset(token)


async def _notify(told: Iterable[signals.Signal]) -> None:
    """Leave it to PostgreSQL to tell every process that listens, this one too, when the transaction commits."""
    await rows("SELECT pg_notify(:1, text) FROM unnest(:2::text[]) AS text", signals.CHANNEL, signals.written(told))


async def execute(sql: str, *values: Any) -> int:
    """Run a changing statement with `:1`, `:2` … placeholders; the number of rows it changed."""
    connection = writer()
    count, _ = await connection.execute_query(_dialect(sql, on_postgres()), _bound(values))
    return int(count)


async def rows(sql: str, *values: Any) -> list[dict[str, Any]]:
    """Run a reading statement with `:1`, `:2` … placeholders. Columns come as the driver gives them."""
    connection = get_connection("default" if _pinned.get() else Router.reads)
    return list(await connection.execute_query_dict(_dialect(sql, on_postgres()), _bound(values)))


async def returning(sql: str, *values: Any) -> list[dict[str, Any]]:
    """Run a changing statement that ends in RETURNING; its rows as the driver gives them."""
    return list(await writer().execute_query_dict(_dialect(sql, on_postgres()), _bound(values)))


def among(placeholder: str) -> str:
    """SQL for "is in" a list that is bound to a placeholder."""
    if on_postgres():
        return f"= ANY({placeholder})"
    return f"IN (SELECT value FROM json_each({placeholder}))"  # noqa: S608 - no value is in it


def can_keep(value: Any) -> bool:
    """True for what columns of both engines hold: texts without NUL, integers of 64 bits, finite numbers."""
    if isinstance(value, str):
        return "\0" not in value
    if isinstance(value, float):
        return math.isfinite(value)
    return not isinstance(value, int) or -(2**63) <= value < 2**63


@lru_cache(maxsize=512)
def _dialect(sql: str, postgres: bool) -> str:
    return re.sub(r"(?<!:):(\d+)", r"$\1" if postgres else r"?\1", sql)


def _bound(values: Sequence[Any]) -> list[Any]:
    if on_postgres():
        return list(values)
    return [_for_sqlite(value) for value in values]


def _for_sqlite(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(" ")
    if isinstance(value, list | dict):
        return json.dumps(value, default=str)
    return value

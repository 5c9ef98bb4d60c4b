"""PostgreSQL through asyncpg: deadlocks, serialization failures and lock time-outs become one retryable error."""

from __future__ import annotations

from typing import Any

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import TransactionalDBClient, TransactionContext, TransactionContextPooled
from tortoise.backends.base_postgres.client import translate_exceptions
from tortoise.connection import get_connections

from models.kit.clients import Counting, RetryableError

_RETRYABLE = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError, asyncpg.LockNotAvailableError)


class _Translating:
    async def _translate_exceptions(self, func: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return await super()._translate_exceptions(func, *args, **kwargs)  # type: ignore[misc]
        except _RETRYABLE as error:
            raise RetryableError(error) from error

    async def execute_query(self, query: str, values: list[Any] | None = None) -> Any:
        """Count what an INSERT wrote: of its tag `INSERT 0 1` Tortoise reads the 0, which is no number of rows."""
        if query.lstrip()[:6].upper() != "INSERT":
            return await super().execute_query(query, values)  # type: ignore[misc]
        return await self._execute_insert_query(query, values or [])

    @translate_exceptions
    async def _execute_insert_query(self, query: str, values: list[Any]) -> Any:
        async with self.acquire_connection() as connection:  # type: ignore[attr-defined]
            tag = await connection.execute(query, *values)
        return int(tag.rpartition(" ")[2]), []


class StatelessConnection(asyncpg.Connection):
    """A connection that goes back to the pool without a question: nothing here outlives a transaction (no session
    locks, settings or listening), so there is nothing to reset, and every statement takes one round trip less."""

    def get_reset_query(self) -> str:
        """Nothing; a transaction that is still open is rolled back all the same."""
        return ""


class PostgresClient(Counting, _Translating, AsyncpgDBClient):
    """PostgreSQL through asyncpg."""

    connection_class = StatelessConnection  # type: ignore[assignment]

    def _in_transaction(self) -> TransactionContext:
        return PostgresTransactionContext(PostgresTransaction(self), self._pool_init_lock)


class PostgresTransactionContext(TransactionContextPooled):
    """A transaction's scope that gives the connection back also when the transaction could not begin."""

    async def __aenter__(self) -> TransactionalDBClient:
        """Take a connection of the pool and begin."""
        try:
            return await super().__aenter__()
        except BaseException:
            if self.client._connection is not None:
                get_connections().reset(self.token)
                await self.client._parent._pool.release(self.client._connection)
            raise


class PostgresTransaction(Counting, _Translating, TransactionWrapper):
    """One PostgreSQL transaction."""


client_class = PostgresClient

"""PostgreSQL through asyncpg: deadlocks, serialization failures and lock time-outs become one retryable error."""

from __future__ import annotations

from typing import Any

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import TransactionContext, TransactionContextPooled

from models.kit.clients import Counting, RetryableError

_RETRYABLE = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError, asyncpg.LockNotAvailableError)


class _Translating:
    async def _translate_exceptions(self, func: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return await super()._translate_exceptions(func, *args, **kwargs)  # type: ignore[misc]
        except _RETRYABLE as error:
            raise RetryableError(error) from error


class PostgresClient(Counting, _Translating, AsyncpgDBClient):
    """PostgreSQL through asyncpg."""

    def _in_transaction(self) -> TransactionContext:
        return TransactionContextPooled(PostgresTransaction(self), self._pool_init_lock)


class PostgresTransaction(Counting, _Translating, TransactionWrapper):
    """One PostgreSQL transaction."""


client_class = PostgresClient

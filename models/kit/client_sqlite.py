"""The embedded SQLite file: transactions begin immediately.

Deferred ones of two processes that read and then write fail with "database is locked", whatever the busy timeout.
"""

from __future__ import annotations

import sqlite3

from tortoise.backends.base.client import TransactionContext
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionContext, SqliteTransactionWrapper
from tortoise.exceptions import TransactionManagementError

from models.kit.clients import Counting


class EmbeddedClient(Counting, SqliteClient):
    """The embedded SQLite file; one connection, whose transactions begin immediately."""

    def _in_transaction(self) -> TransactionContext:
        return SqliteTransactionContext(EmbeddedTransaction(self), self._lock)


class EmbeddedTransaction(Counting, SqliteTransactionWrapper):
    """One SQLite transaction that holds the write lock from its first moment."""

    async def begin(self) -> None:
        """Wait for the write lock (busy timeout) before anything is read."""
        try:
            await self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise TransactionManagementError(error) from error


client_class = EmbeddedClient

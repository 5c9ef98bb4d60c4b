"""The embedded SQLite file: transactions begin immediately.

Deferred ones of two processes that read and then write fail with "database is locked", whatever the busy timeout.
"""

from __future__ import annotations

import sqlite3

from tortoise.backends.base.client import TransactionalDBClient, TransactionContext
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionContext, SqliteTransactionWrapper
from tortoise.connection import get_connections
from tortoise.exceptions import TransactionManagementError

from models.kit.clients import Counting


class EmbeddedClient(Counting, SqliteClient):
    """The embedded SQLite file; one connection, whose transactions begin immediately."""

    def _in_transaction(self) -> TransactionContext:
        return EmbeddedTransactionContext(EmbeddedTransaction(self), self._lock)


class EmbeddedTransactionContext(SqliteTransactionContext):
    """A transaction's scope that gives the connection back also when the transaction could not begin."""

    async def __aenter__(self) -> TransactionalDBClient:
        """Take the connection, then the file's write lock."""
        await self._trxlock.acquire()
        try:
            await self.ensure_connection()
            await self.connection.begin()
        except BaseException:
            await self._give_back()
            raise
        self.token = get_connections().set(self.connection_name, self.connection)
        client: TransactionalDBClient = self.connection
        return client

    async def _give_back(self) -> None:
        try:
            if self.connection._connection:  # its thread may begin after the caller has gone: end that behind it
                await self.connection._connection.rollback()
        finally:
            self._trxlock.release()


class EmbeddedTransaction(Counting, SqliteTransactionWrapper):
    """One SQLite transaction that holds the write lock from its first moment."""

    async def begin(self) -> None:
        """Wait for the write lock (busy timeout) before anything is read."""
        try:
            await self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise TransactionManagementError(error) from error


client_class = EmbeddedClient

"""Idempotency keys: the same key, account and input give the same effect, also after a crash."""

import asyncio
import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
from tortoise import fields
from tortoise.models import Model

from models.kit import clock, crypto, db
from models.kit.codes import ErrorCode
from models.kit.errors import refuse
from models.kit.fields import UtcDatetimeField, key

RETENTION = timedelta(days=2)
MAX_LENGTH = 100
WAIT_STEPS, WAIT_STEP = 40, 0.05  # a duplicate waits up to two seconds for the first to finish


class IdempotencyKey(Model):
    """What a command made under a key; written in the transaction of the effect, on success only."""

    id = key()
    account_id = fields.UUIDField()
    name = fields.CharField(max_length=MAX_LENGTH)
    fingerprint = fields.CharField(max_length=64)
    result: Any = fields.JSONField()
    created_at = UtcDatetimeField()

    class Meta:
        table = "idempotency_key"
        unique_together = (("account_id", "name"),)


def fingerprint(command: str, values: dict[str, Any]) -> str:
    """A keyed hash of a command's input: a plain one could be tried out for what the input held."""
    plain = orjson.dumps([command, values], default=_plain, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    return crypto.keyed_digest(plain.decode(), "idempotency")


def _plain(value: Any) -> Any:
    return (
        sorted(value)
        if isinstance(value, set | frozenset)
        else repr(value)
        if not hasattr(value, "open")
        else value.open()
    )


async def lock(account_id: UUID, name: str) -> None:
    """Hold the key for the rest of this transaction (PostgreSQL; SQLite's writers already queue)."""
    if not db.on_postgres():
        return
    number = int.from_bytes(hashlib.sha256(f"{account_id}:{name}".encode()).digest()[:8], signed=True)
    for _ in range(WAIT_STEPS):
        if (await db.returning("SELECT pg_try_advisory_xact_lock(:1) AS held", number))[0]["held"]:
            return
        await asyncio.sleep(WAIT_STEP)
    refuse(ErrorCode.IDEMPOTENCY_IN_PROGRESS, "idempotencyKey")


async def recall(account_id: UUID, name: str, print_: str) -> dict[str, Any] | None:
    """What the key made before, or None; another input under the same key is refused."""
    found = await IdempotencyKey.filter(account_id=account_id, name=name).values("fingerprint", "result")
    if not found:
        return None
    if found[0]["fingerprint"] != print_:
        refuse(ErrorCode.IDEMPOTENCY_MISMATCH, "idempotencyKey")
    return dict(found[0]["result"])


async def remember(account_id: UUID, name: str, print_: str, result: dict[str, Any]) -> None:
    """Store what the key made."""
    plain = orjson.loads(orjson.dumps(result, default=str))
    await IdempotencyKey.create(
        account_id=account_id, name=name, fingerprint=print_, result=plain, created_at=clock.now()
    )


async def forget() -> int:
    """Delete keys older than RETENTION; how many."""
    return int(await IdempotencyKey.filter(created_at__lt=clock.now() - RETENTION).delete())

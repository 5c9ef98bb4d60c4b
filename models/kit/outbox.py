"""The outbox: what has to happen after a change, written in its transaction and worked off by the worker."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from models.kit import clock, db
from models.kit.fields import UtcDatetimeField, key
from models.kit.ids import uuid7

MAX_ATTEMPTS = 8
LEASE = timedelta(seconds=60)


class OutboxMessage(Model):
    """One thing to do. Pending until `done_at`; a dead letter once `dead_at` is set."""

    id = key()
    topic = fields.CharField(max_length=60)
    payload: Any = fields.JSONField()
    run_at = UtcDatetimeField()
    attempts = fields.IntField(default=0)
    lease = fields.UUIDField(null=True)
    leased_until = UtcDatetimeField(null=True)
    done_at = UtcDatetimeField(null=True)
    dead_at = UtcDatetimeField(null=True)
    error = fields.CharField(max_length=200, null=True)

    class Meta:
        table = "outbox"


class PeriodicRun(Model):
    """When a periodic job may run next; the guarded update of this row elects one worker."""

    name = fields.CharField(max_length=60, primary_key=True)
    next_at = UtcDatetimeField()

    class Meta:
        table = "periodic_run"


async def send(topic: str, *, run_at: datetime | None = None, **payload: Any) -> None:
    """Add a message to the current transaction. Payloads hold ids, never personal data."""
    plain = {name: str(value) if isinstance(value, UUID) else value for name, value in payload.items()}
    await OutboxMessage.create(topic=topic, payload=plain, run_at=run_at or clock.now())


_LEASE = """UPDATE outbox SET lease = :1, leased_until = :2, attempts = attempts + 1 WHERE id IN (
    SELECT id FROM outbox WHERE done_at IS NULL AND dead_at IS NULL AND run_at <= :3
    AND (leased_until IS NULL OR leased_until < :3) ORDER BY run_at, id LIMIT {limit} {skip}
) RETURNING id"""


async def lease(limit: int) -> list[OutboxMessage]:
    """Take up to `limit` due messages for LEASE; a message whose worker died comes back when it runs out."""
    now, token = clock.now(), uuid7()
    skip = "FOR UPDATE SKIP LOCKED" if db.on_postgres() else ""
    taken = await db.returning(_LEASE.format(limit=int(limit), skip=skip), token, now + LEASE, now)
    if not taken:
        return []
    found = await OutboxMessage.filter(lease=token, done_at=None).using_db(db.writer()).order_by("run_at", "id")
    return list(found)


async def finish(message: OutboxMessage) -> bool:
    """Mark a message done, inside the transaction of its effect; False when the lease was lost to another."""
    return bool(
        await OutboxMessage.filter(id=message.id, lease=message.lease, done_at=None).update(done_at=clock.now())
    )


async def fail(message: OutboxMessage, error: str) -> None:
    """Put a message back with growing delay, or among the dead letters after MAX_ATTEMPTS."""
    now = clock.now()
    dead = message.attempts >= MAX_ATTEMPTS
    await OutboxMessage.filter(id=message.id, lease=message.lease).update(
        error=error[:200],
        leased_until=None,
        dead_at=now if dead else None,
        run_at=now + timedelta(seconds=2**message.attempts),
    )


async def dead_letters() -> list[dict[str, Any]]:
    """Messages that were given up, oldest first."""
    return (
        await OutboxMessage.filter(dead_at__isnull=False)
        .order_by("id")
        .values("id", "topic", "attempts", "error", "dead_at")
    )


async def revive() -> int:
    """Have every dead letter tried again, from the first attempt; how many."""
    return int(await OutboxMessage.filter(dead_at__isnull=False).update(dead_at=None, attempts=0, run_at=clock.now()))


async def elect(name: str, every: timedelta) -> bool:
    """True for the one worker that may run the periodic job `name` now."""
    now = clock.now()
    return bool(
        await db.execute(
            """INSERT INTO periodic_run (name, next_at) VALUES (:1, :2)
            ON CONFLICT (name) DO UPDATE SET next_at = :2 WHERE periodic_run.next_at <= :3""",
            name,
            now + every,
            now,
        )
    )

"""The audit log: append-only rows, sealed into one hash chain after commit.

A chain inside the command's transaction would queue every command behind one lock; the worker seals instead.
The hashes are keyed, so that whoever can write to the database cannot forge them.
"""

from typing import Any
from uuid import UUID

import orjson
from tortoise import fields
from tortoise.models import Model

from models.kit import clock, crypto, db
from models.kit.actor import Actor
from models.kit.fields import UtcDatetimeField, key

START = "0" * 64


class AuditEntry(Model):
    """Who did (or was denied) what to which object, and why."""

    id = key()
    at = UtcDatetimeField()
    account_id = fields.UUIDField(null=True)
    actor_name = fields.CharField(max_length=100)
    actor_role = fields.CharField(max_length=20)
    action = fields.CharField(max_length=60)
    outcome = fields.CharField(max_length=10)  # DONE or DENIED
    target_type = fields.CharField(max_length=40, null=True)
    target_id = fields.UUIDField(null=True)
    # The member whose data it touches, who may see the entry, and the union whose auditors may.
    subject_id = fields.UUIDField(null=True)
    organisation_path = fields.CharField(max_length=200, null=True)
    what = fields.CharField(max_length=60, null=True)
    reason = fields.TextField(null=True)
    request_id = fields.CharField(max_length=40)
    seal_number = fields.BigIntField(null=True, unique=True)
    hash = fields.CharField(max_length=64, null=True)

    class Meta:
        table = "audit_entry"
        indexes = (("organisation_path", "id"), ("subject_id", "id"), ("target_id", "id"))


class AuditHead(Model):
    """The last sealed entry: a chain cut short at its end is noticed here."""

    id = fields.IntField(primary_key=True)
    seal_number = fields.BigIntField()
    hash = fields.CharField(max_length=64)

    class Meta:
        table = "audit_head"


_SEALED = (
    "id", "at", "account_id", "actor_name", "actor_role", "action", "outcome", "target_type", "target_id",
    "subject_id", "organisation_path", "what", "reason", "request_id",
)  # fmt: skip


async def record(
    actor: Actor,
    action: str,
    outcome: str = "DONE",
    *,
    target: tuple[str, UUID] | None = None,
    subject_id: UUID | None = None,
    organisation_path: str | None = None,
    what: str | None = None,
    reason: str | None = None,
) -> None:
    """Append an entry to the current transaction."""
    await AuditEntry.create(
        at=clock.now(),
        account_id=actor.account_id,
        actor_name=actor.name,
        actor_role=_role(actor, organisation_path),
        action=action,
        outcome=outcome,
        target_type=target[0] if target else None,
        target_id=target[1] if target else None,
        subject_id=subject_id,
        organisation_path=organisation_path,
        what=what,
        reason=reason,
        request_id=actor.request_id,
    )


def _role(actor: Actor, path: str | None) -> str:
    if actor.system:
        return "SYSTEM"
    held = actor.roles_at(path) if path else frozenset(g.role for g in actor.roles)
    if held:
        return min(held)
    return "MEMBER" if actor.member_id else "ACCOUNT" if actor.account_id else "ANONYMOUS"


async def seal(limit: int = 500) -> int:
    """Chain up to `limit` unsealed entries, oldest first; how many were sealed."""
    async with db.transaction():
        await db.execute(
            "INSERT INTO audit_head (id, seal_number, hash) VALUES (1, 0, :1)"
            " ON CONFLICT (id) DO UPDATE SET seal_number = audit_head.seal_number",
            START,
        )  # the write takes the row's lock: one sealer at a time
        head = await AuditHead.get(id=1)
        number, previous = head.seal_number, head.hash
        pending = await AuditEntry.filter(seal_number=None).order_by("id").limit(limit).values(*_SEALED)
        for entry in pending:
            number, previous = number + 1, _hash(previous, number + 1, entry)
            await AuditEntry.filter(id=entry["id"]).update(seal_number=number, hash=previous)
        await AuditHead.filter(id=1).update(seal_number=number, hash=previous)
        return len(pending)


def _hash(previous: str, number: int, entry: dict[str, Any]) -> str:
    body = [previous, number, *(str(entry[name]) if entry[name] is not None else None for name in _SEALED)]
    return crypto.keyed_digest(orjson.dumps(body).decode(), "audit")


async def verify() -> dict[str, Any]:
    """Walk the chain: `broken` names the first seal number that does not hold (None if all do), `unsealed`
    counts entries not yet in it."""
    number, previous = 0, START
    unsealed = await AuditEntry.filter(seal_number=None).count()
    while (
        batch := await AuditEntry.filter(seal_number__gt=number)
        .order_by("seal_number")
        .limit(1000)
        .values("seal_number", "hash", *_SEALED)
    ):
        for entry in batch:
            number += 1
            previous = _hash(previous, number, entry)
            if entry["seal_number"] != number or entry["hash"] != previous:
                return {"checked": number - 1, "broken": number, "unsealed": unsealed}
    head = await AuditHead.get_or_none(id=1)
    ends = (head.seal_number, head.hash) if head else (0, START)
    return {
        "checked": number,
        "broken": None if ends == (number, previous) else number + 1,
        "unsealed": unsealed,
    }

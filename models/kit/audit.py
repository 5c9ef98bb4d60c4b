"""The audit log: append-only rows, sealed into one hash chain after commit.

A chain inside the command's transaction would queue every command behind one lock; the worker seals instead.
The hashes are keyed, so that whoever can write to the database cannot forge them.
"""

from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson
from tortoise import fields
from tortoise.models import Model

from models.kit import clock, crypto, db
from models.kit.actor import Actor, Role
from models.kit.fields import UtcDatetimeField, key

START = "0" * 64


class ActorRole(StrEnum):
    """As what somebody acted: in a staff role, or as what they are without one."""

    CLERK = Role.CLERK
    REVIEWER = Role.REVIEWER
    APPROVER = Role.APPROVER
    FINANCE = Role.FINANCE
    AUDITOR = Role.AUDITOR
    ADMINISTRATOR = Role.ADMINISTRATOR
    MEMBER = "MEMBER"
    ACCOUNT = "ACCOUNT"
    ANONYMOUS = "ANONYMOUS"
    SYSTEM = "SYSTEM"


class Outcome(StrEnum):
    """Whether what was tried was done."""

    DONE = "DONE"
    DENIED = "DENIED"


class AuditEntry(Model):
    """Who did (or was denied) what to which object, and why."""

    id = key()
    at = UtcDatetimeField()
    account_id = fields.UUIDField(null=True)
    actor_name = fields.CharField(max_length=100)
    actor_role = fields.CharField(max_length=20)
    # The union that the acting role is held over.
    actor_organisation_id = fields.UUIDField(null=True)
    action = fields.CharField(max_length=60)
    outcome = fields.CharField(max_length=10)
    target_type = fields.CharField(max_length=40, null=True)
    target_id = fields.UUIDField(null=True)
    # The member whose data it touches, who may see the entry, and the union whose auditors may.
    subject_id = fields.UUIDField(null=True)
    organisation_path = fields.CharField(max_length=200, null=True)
    what = fields.CharField(max_length=200, null=True)
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
    "id", "at", "account_id", "actor_name", "actor_role", "actor_organisation_id", "action", "outcome",
    "target_type", "target_id", "subject_id", "organisation_path", "what", "reason", "request_id",
)  # fmt: skip


async def record(
    actor: Actor,
    action: str,
    outcome: Outcome = Outcome.DONE,
    *,
    target: tuple[str, UUID] | None = None,
    subject_id: UUID | None = None,
    organisation_path: str | None = None,
    what: str | None = None,
    reason: str | None = None,
) -> None:
    """Append an entry to the current transaction."""
    role, organisation_id = _standing(actor, subject_id, organisation_path)
    await AuditEntry.create(
        at=clock.now(),
        account_id=actor.account_id,
        actor_name=actor.name,
        actor_role=role,
        actor_organisation_id=organisation_id,
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


def _standing(actor: Actor, subject_id: UUID | None, path: str | None) -> tuple[ActorRole, UUID | None]:
    """The role somebody acts in towards a union, and the union it is held over: the nearest one above it.
    Whoever acts on their own file is a member like any other."""
    own = subject_id is not None and subject_id == actor.member_id
    grants = [] if own else [g for g in actor.roles if path is None or path.startswith(g.path)]
    if grants:
        nearest = max(grants, key=lambda g: len(g.path))
        return ActorRole(nearest.role), nearest.organisation_id
    if actor.system:
        return ActorRole.SYSTEM, None
    if actor.member_id:
        return ActorRole.MEMBER, None
    return ActorRole.ACCOUNT if actor.account_id else ActorRole.ANONYMOUS, None


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


async def times_recorded(target_type: str, target_id: UUID) -> int:
    """How often something was done to an object: a number that goes up whenever the object may have changed."""
    done = AuditEntry.filter(target_type=target_type, target_id=target_id, outcome=Outcome.DONE)
    return await done.count()


async def verify() -> dict[str, Any]:
    """Walk the chain. `broken` is the first seal number that does not hold (None if all do), `row` the entry
    found there (None where one is missing), `unsealed` how many entries are not yet in the chain."""
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
                row = entry["id"] if entry["seal_number"] == number else None
                return {"checked": number - 1, "broken": number, "row": row, "unsealed": unsealed}
    head = await AuditHead.get_or_none(id=1)
    whole = (number, previous) == ((head.seal_number, head.hash) if head else (0, START))
    return {"checked": number, "broken": None if whole else number + 1, "row": None, "unsealed": unsealed}

"""Notifications inside the app: written by the worker, rendered in the reader's language, read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson
from tortoise import fields
from tortoise.expressions import F
from tortoise.models import Model
from tortoise.queryset import QuerySet

from models.accounts import Account
from models.kit import clock, db, signals, texts
from models.kit.actor import Actor
from models.kit.fields import UtcDatetimeField, key
from models.kit.ids import uuid7

Row = dict[str, Any]
_TITLES = texts.names("notification.", ".title")
# Closed by its texts: a kind is added by adding `notification.<KIND>.title` and `.body` in every language.
NotificationKind = StrEnum("NotificationKind", {kind: kind for kind in _TITLES})  # type: ignore[misc]
NotificationKind.__doc__ = "What a notification is about."
NOTIFICATION_COLUMNS = ("id", "kind", "params", "target_type", "target_id", "created_at", "read_at")


class Notification(Model):
    """Something an account was told; one for each message of the outbox, so that a repeat is harmless."""

    id = key()
    account: Any = fields.ForeignKeyField("models.Account", on_delete=fields.RESTRICT)
    message_id = fields.UUIDField()
    kind = fields.CharField(max_length=40)
    params: Any = fields.JSONField()
    target_type = fields.CharField(max_length=40, null=True)
    target_id = fields.UUIDField(null=True)
    created_at = UtcDatetimeField()
    read_at = UtcDatetimeField(null=True)

    class Meta:
        table = "notification"
        unique_together = (("message_id", "account_id"),)
        indexes = (("account_id", "id"),)


async def tell(
    account_id: UUID,
    message_id: UUID,
    kind: str,
    params: Mapping[str, Any],
    target_type: str | None = None,
    target_id: UUID | None = None,
) -> bool:
    """Add a notification and count it as unread; False when this message has told this account before."""
    id = uuid7()
    added = await db.execute(
        "INSERT INTO notification"
        " (id, account_id, message_id, kind, params, target_type, target_id, created_at)"
        " VALUES (:1, :2, :3, :4, :5, :6, :7, :8) ON CONFLICT (message_id, account_id) DO NOTHING",
        id,
        account_id,
        message_id,
        NotificationKind(kind),
        orjson.dumps(params).decode(),
        target_type,
        target_id,
        clock.now(),
    )
    if added:
        await Account.filter(id=account_id).update(unread_notifications=F("unread_notifications") + 1)
        signals.send(signals.Topic.NOTIFICATIONS, account_id, id)
    return bool(added)


async def mark_read(account_id: UUID, ids: Sequence[UUID]) -> set[UUID]:
    """Mark notifications read; answers those of `ids` that are the account's own. One that many callers mark
    at once is counted once."""
    own = Notification.filter(account_id=account_id, id__in=set(ids))
    marked = await own.filter(read_at=None).update(read_at=clock.now())
    if marked:
        await Account.filter(id=account_id).update(unread_notifications=F("unread_notifications") - marked)
    return {row["id"] for row in await own.values("id")}


def notifications_visible_to(actor: Actor) -> QuerySet[Notification]:
    """Notifications of the actor's own account."""
    return Notification.filter(account_id=actor.account_id)


async def unread_count(actor: Actor) -> int:
    """How many notifications the actor's account has not read."""
    found = await Account.filter(id=actor.account_id).values("unread_notifications")
    return int(found[0]["unread_notifications"]) if found else 0


async def told(account_id: UUID) -> list[Row]:
    """Everything an account was told, the first first."""
    found = Notification.filter(account_id=account_id).order_by("id")
    return await found.values("kind", "params", "created_at", "read_at")


def rendered(part: str, row: Row, locale: str) -> str:
    """The `title` or `body` of a notification."""
    return texts.text(locale, f"notification.{row['kind']}.{part}", row["params"])

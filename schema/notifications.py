"""Notifications as their reader sees them."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import strawberry

from models.kit.texts import text
from models.notifications import NotificationKind, rendered
from resolvers import notifications
from schema.kit.build import batch, change, column, computed, enum, followed, input_type, output
from schema.kit.context import Info, Rows
from schema.kit.errors import Payload
from schema.kit.inputs import given, id_of
from schema.kit.nodes import Node, node_id, reads, targets
from schema.kit.pagination import After, Connection, First, connection
from schema.kit.price import SEVERAL

enum(
    NotificationKind,
    **{kind.name: text("en", f"notification.{kind}.title") for kind in NotificationKind},
)


@output
class Notification(Node):
    """Something the viewer was told."""

    id: strawberry.ID = node_id("Notification")
    kind: NotificationKind = column("What it is about.")
    title: str = computed(
        lambda row, info: rendered("title", row, info.context.locale), "One line, in the reader's language."
    )
    body: str = computed(
        lambda row, info: rendered("body", row, info.context.locale), "A few sentences, in the reader's language."
    )
    created_at: datetime = column("When it was told.")
    read_at: datetime | None = column("When it was marked read; null until then.")
    target: Node | None = batch(
        targets, "What it is about, where there is an object the viewer may see.", price=SEVERAL
    )


reads("Notification", notifications.notifications_by_id)


async def _unread(rows: Rows, info: Info) -> list[int]:
    return [await notifications.unread_count(info.context.actor)] * len(rows)


async def _notifications(rows: Rows, info: Info, first: First, after: After = None) -> list[Any]:
    page = await notifications.my_notifications(info.context.actor, first, after)
    return [connection(page, after)] * len(rows)


@output
class NotificationViewer:
    """The viewer's notifications."""

    unread_notification_count: int = batch(_unread, "How many notifications are not read.")
    notifications: Connection[Notification] = batch(_notifications, "Notifications, the newest first.")


@output
class NotificationSubscriptions:
    """Notifications as they come."""

    @followed(description="Each notification that is added for the viewer.")
    async def notification_added(self, info: Info) -> AsyncIterator[Notification]:
        return await notifications.watch_notifications(info.context.actor)  # type: ignore[return-value]


@input_type
class MarkNotificationsReadInput:
    """Which notifications were read."""

    ids: list[strawberry.ID] = id_of("Notification", "The notifications, at most 100; read ones stay read.")
    idempotency_key: str | None = given("Makes a repeat harmless.", default=None)


@output
class MarkNotificationsReadPayload(Payload):
    """What is left to read."""

    unread_notification_count: int | None = batch(_unread, "How many notifications are not read now.")


@output
class NotificationMutations:
    """Reading notifications."""

    mark_notifications_read: MarkNotificationsReadPayload | None = change(
        notifications.mark_notifications_read, MarkNotificationsReadInput, "Mark one's own notifications read."
    )

"""Notifications: written from the outbox, listed, counted, and marked read by whom they are for."""

from collections import deque
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from models import notifications
from models.accounts import Account
from models.kit.actor import Actor
from models.kit.codes import ErrorCode
from models.kit.errors import refuse
from models.kit.ids import as_uuid
from models.kit.paging import MAX_FIRST, Page, page
from models.kit.signals import Topic, Watch
from resolvers.kit import action, jobs
from resolvers.kit.action import command, query
from resolvers.kit.export import exports
from resolvers.kit.guard import ACCOUNT, ANYONE
from resolvers.kit.watching import Stream

Row = dict[str, Any]
REMEMBERED = 1000  # notifications that a stream has shown


@jobs.handles("notify")
async def notify(message: Row) -> None:
    """Tell an account (`account_id`), or that of a member (`member_id`) who has one."""
    account_id = await _account_told(message)
    if account_id:
        await notifications.tell(
            account_id,
            message["message_id"],
            message["kind"],
            message.get("params") or {},
            message.get("target_type"),
            as_uuid(message["target_id"]) if message.get("target_id") else None,
        )


async def _account_told(message: Row) -> UUID | None:
    if message.get("account_id"):
        return as_uuid(message["account_id"])
    found = await Account.filter(member_id=message["member_id"]).values("id")
    return found[0]["id"] if found else None


@query("notifications.read", ANYONE)
async def notifications_by_id(actor: Actor, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """The actor's own notifications, by id."""
    found = notifications.notifications_visible_to(actor).filter(id__in=set(ids))
    return {row["id"]: row for row in await found.values(*notifications.NOTIFICATION_COLUMNS)}


@query("notifications.list", ACCOUNT)
async def my_notifications(actor: Actor, first: int, after: str | None) -> Page:
    """The actor's own notifications, the newest first."""
    found = notifications.notifications_visible_to(actor)
    return await page(found, notifications.NOTIFICATION_COLUMNS, first=first, after=after)


@query("notifications.unread", ACCOUNT)
async def unread_count(actor: Actor) -> int:
    """How many notifications the actor has not read."""
    return await notifications.unread_count(actor)


@query("notifications.watch", ACCOUNT)
async def watch_notifications(actor: Actor) -> Stream:
    """The actor's own notifications as they are added."""
    assert actor.account_id
    shown: deque[UUID] = deque(maxlen=REMEMBERED)

    async def look(actor: Actor, ids: Sequence[UUID]) -> list[Row]:
        found = await notifications_by_id(actor, ids)
        shown.extend(found)
        return [found[id] for id in sorted(found)]

    async def look_back(actor: Actor, since: UUID) -> list[UUID]:
        added = await notifications.notifications_visible_to(actor).filter(id__gte=since).values("id")
        return [row["id"] for row in added if row["id"] not in shown]

    return Stream(actor, Watch((Topic.NOTIFICATIONS, actor.account_id)), look, look_back)


@command("notifications.mark_read", ACCOUNT)
async def mark_notifications_read(actor: Actor, *, ids: Sequence[UUID]) -> Row:
    """Mark the actor's own notifications read; one that is not theirs is NOT_FOUND like one that is not there."""
    assert actor.account_id
    if len(ids) > MAX_FIRST:
        refuse(ErrorCode.TOO_MANY, "ids", max=MAX_FIRST)
    own = await notifications.mark_read(actor.account_id, ids)
    for index, id in enumerate(ids):
        if id not in own:
            refuse(ErrorCode.NOT_FOUND, f"ids.{index}")
    action.about("Account", actor.account_id, subject_id=actor.member_id)
    return {}


@exports("notifications")
async def held_about(member_id: UUID | None, account_id: UUID) -> list[Row]:
    """What an account was told."""
    return await notifications.told(account_id)

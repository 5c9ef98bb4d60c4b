"""What the registered are told, and by whom: the worker, some at a time."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from models.events import reads, seats
from models.kit import outbox
from resolvers.kit import jobs

Row = dict[str, Any]
TOLD_AT_ONCE = 200


async def about_seats(passed: seats.Passed) -> None:
    """Tell those whom seats were passed on to, and who is first in line since."""
    await registered(passed.offered, "EVENT_OFFERED")
    await registered([passed.next_in_line] if passed.next_in_line else (), "EVENT_NEXT_IN_LINE")


async def registered(registration_ids: Sequence[UUID], kind: str) -> None:
    """Tell the members behind these registrations."""
    for start in range(0, len(registration_ids), TOLD_AT_ONCE):
        some = registration_ids[start : start + TOLD_AT_ONCE]
        await outbox.send("events.tell", kind=kind, registration_ids=[str(id) for id in some])


async def everybody(event_id: UUID, kind: str, after: UUID | None = None, **words: str) -> None:
    """Tell everybody whom news of an event concerns."""
    await outbox.send("events.tell_all", event_id=event_id, kind=kind, after=after, words=words)


@jobs.handles("events.tell")
async def tell(message: Row) -> None:
    """Tell some."""
    await _notify([UUID(id) for id in message["registration_ids"]], message["kind"], {})


@jobs.handles("events.tell_all")
async def tell_all(message: Row) -> None:
    """Tell some, and leave the others to the next message."""
    event_id, kind, words = UUID(message["event_id"]), message["kind"], message["words"]
    after = UUID(message["after"]) if message["after"] else None
    ids = await reads.audience(event_id, kind, after, limit=TOLD_AT_ONCE)
    await _notify(ids, kind, words)
    if len(ids) == TOLD_AT_ONCE:
        await everybody(event_id, kind, ids[-1], **words)


async def _notify(registration_ids: Sequence[UUID], kind: str, words: Row) -> None:
    for row in await reads.to_tell(registration_ids):
        moments = {n: row[n].isoformat() for n in ("starts_at", "offer_expires_at") if row[n]}
        await outbox.send(
            "notify",
            member_id=row["member_id"],
            kind=kind,
            target_type="EventRegistration",
            target_id=row["id"],
            params={"event": row["title"], "venue": row["venue"], **moments, **words},
        )

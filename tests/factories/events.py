"""Events, registrations for them, and the time they are in."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from models.accounts import throttle
from models.events import eligibility
from models.events.tables import Event, EventKind, EventRegistration, EventStatus
from models.kit import clock
from models.kit.actor import Actor, Role, RoleGrant
from models.kit.ids import uuid7
from models.kit.outbox import OutboxMessage
from models.members import Member, Organisation
from resolvers.events import joining
from resolvers.kit import jobs
from tests.factories import people

DAY = timedelta(days=1)


async def event(
    organisation: Organisation,
    *,
    capacity: int = 2,
    status: EventStatus = EventStatus.PUBLISHED,
    starts_in: timedelta = 10 * DAY,
    whom: dict[str, Any] | None = None,
    **columns: Any,
) -> Event:
    """An event of a union for its members, announced unless it is a draft; sign-up began yesterday and ends on the
    day before it."""
    now = clock.now()
    starts = now + starts_in
    stated = {
        "title": "工会春季联谊",
        "description": "相识在春天。",
        "venue": "市工人文化宫",
        "event_kind": EventKind.MATCHMAKING,
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=3),
        "sign_up_opens_at": min(now, starts) - DAY,
        "sign_up_closes_at": starts - DAY,
        "offer_hours": 24,
        "rules": eligibility.rules_for(whom or {}, {"id": organisation.id, "name": organisation.name}),
        "published_at": None if status is EventStatus.DRAFT else now - 2 * DAY,
        "created_at": now - 3 * DAY,
    }
    return await Event.create(organisation=organisation, capacity=capacity, status=status, **{**stated, **columns})


async def crowd(organisation: Organisation, count: int) -> list[Actor]:
    """Members of a union with accounts, ready to act."""
    return [acting(await people.member(organisation, name="陈一鸣")) for _ in range(count)]


def acting(member: Member) -> Actor:
    """A member as the actor of a command."""
    return Actor(account_id=member.id, member_id=member.id, name=member.name)


def organiser(union: Organisation) -> Actor:
    """A clerk of a union as the actor of a command."""
    return Actor(account_id=uuid7(), name="工作人员", roles=(RoleGrant(Role.CLERK, union.id, union.path),))


async def register(actor: Actor, event: Event) -> UUID:
    """Register somebody; the registration's id."""
    made = await joining.register_for_event(actor, event_id=event.id)
    await throttle.forgive(throttle.GRABS, str(actor.account_id))  # some register for more events than people can
    registration_id: UUID = made["registration_id"]
    return registration_id


async def statuses(event: Event) -> dict[UUID, str]:
    """The status of every registration for an event, in order of arrival."""
    found = await EventRegistration.filter(event_id=event.id).order_by("id").values("id", "status")
    return {row["id"]: str(row["status"]) for row in found}


async def counters(event: Event) -> tuple[int, int]:
    """The event's own count of seats taken and of those waiting."""
    found = (await Event.filter(id=event.id).values("taken", "waiting"))[0]
    return found["taken"], found["waiting"]


async def told() -> list[tuple[UUID, str]]:
    """Work the outbox off; who was told what since, in order."""
    for _ in range(3):
        await jobs.work_once()
    found = await OutboxMessage.filter(topic="notify").order_by("id").values("payload")
    await OutboxMessage.filter(topic="notify").delete()
    return [(UUID(row["payload"]["member_id"]), row["payload"]["kind"]) for row in found]

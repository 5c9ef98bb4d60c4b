"""The events of the demo as scenes: prepared, announced, filled, and run or called off."""

import random
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from models.events.tables import EventKind, EventRegistration, RegistrationStatus
from models.kit.actor import Actor, Role
from models.members import age_on
from models.seed.demo import read
from models.seed.demo.people import Person, everybody
from models.seed.demo.unions import Unions
from resolvers.demo.cast import Cast
from resolvers.demo.stage import Scene, at
from resolvers.events import joining, organising

Row = dict[str, Any]
_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
_PREPARED, _ANNOUNCED, _DOORS = 3 * _DAY, 1 * _DAY, 30 * _MINUTE
Status = RegistrationStatus


@dataclass(frozen=True)
class Plan:
    """An event on the calendar of a day."""

    row: Row
    today: date
    organiser: Actor
    guests: Sequence[Actor]

    def day(self, offset: int) -> date:
        """A day counted from today."""
        return self.today + offset * _DAY

    @property
    def starts_at(self) -> datetime:
        """When it begins."""
        offset, text = self.row["starts"]
        hour = time.fromisoformat(text)
        return at(self.day(offset), hour.hour, hour.minute)


Happening = Callable[[Plan, UUID], Awaitable[object]]


def scenes(today: date, cast: Cast, unions: Unions) -> list[Scene]:
    """One scene for each event."""
    return [_scene(_plan(row, today, cast, unions)) for row in read("events")]


def _plan(row: Row, today: date, cast: Cast, unions: Unions) -> Plan:
    path, named = unions[row["union"]].path, row.get("people", [])
    whom = row.get("eligibility", {})
    able = [person.key for person in everybody() if person.key in cast.people and _fits(person, whom, today)]
    near = [key for key in able if _path(key, unions).startswith(path)]
    chosen = random.Random(row["title"]).sample(near, max(0, row["registered"] - len(named)))
    return Plan(row, today, cast.official(Role.CLERK, path), [cast.people[key] for key in [*named, *chosen]])


def _path(key: str, unions: Unions) -> str:
    return unions[key.rpartition("-")[0]].path


def _fits(person: Person, whom: Row, today: date) -> bool:
    old_enough = whom.get("age_from", 0) <= age_on(person.born_on, today)
    young_enough = age_on(person.born_on, today) <= whom.get("age_to", 120)
    return person.crowd and person.retained_on is None and old_enough and young_enough


async def _scene(plan: Plan) -> Scene:
    opens = at(plan.day(plan.row["opens"]), 9)
    ready = min(opens, at(plan.day(-1), 9))
    yield ready - _PREPARED
    event_id = await _prepare(plan, opens)
    if plan.row.get("stays") == "draft":
        return
    yield ready - _ANNOUNCED
    await organising.publish_event(plan.organiser, id=event_id)
    for moment, happen in sorted(_happenings(plan), key=lambda item: item[0]):
        yield moment
        await happen(plan, event_id)


async def _prepare(plan: Plan, opens: datetime) -> UUID:
    row = plan.row
    made = await organising.create_event(
        plan.organiser,
        organisation_id=plan.organiser.roles[0].organisation_id,
        eligibility=row.get("eligibility"),
        title=row["title"],
        description=row["description"],
        venue=row["venue"],
        event_kind=EventKind(row["kind"]),
        starts_at=plan.starts_at,
        ends_at=plan.starts_at + timedelta(hours=row["hours"]),
        sign_up_opens_at=opens,
        sign_up_closes_at=at(plan.day(row["closes"]), 17),
        capacity=row["capacity"],
        offer_hours=row.get("offer_hours"),
        form=row.get("form"),
    )
    event_id: UUID = made["event_id"]
    return event_id


def _happenings(plan: Plan) -> Iterator[tuple[datetime, Happening]]:
    """Who signs up and when, what happens meanwhile, and who comes."""
    row, guests = plan.row, plan.guests
    days = min(row["closes"], row.get("last", -1)) - row["opens"]
    for number in range(len(guests)):
        day = plan.day(row["opens"] + days * number // len(guests))
        yield at(day, 12, 30) + number * _MINUTE, partial(_register, number=number)
    for item in row.get("happens", ()):
        yield at(plan.day(item["on"]), 17, 30), partial(_HAPPENINGS[item["act"]], **_words(item))
    for number in range(row.get("came", 0)):
        yield plan.starts_at - _DOORS + number * _MINUTE, partial(_come, number=number)


def _words(item: Row) -> Row:
    return {name: item[name] for name in ("reason",) if name in item}


async def _register(plan: Plan, event_id: UUID, number: int) -> None:
    answers = plan.row.get("answers")
    given = answers[number % len(answers)] if answers else None
    await joining.register_for_event(plan.guests[number], event_id=event_id, answers=given)


async def _first(plan: Plan, event_id: UUID, status: RegistrationStatus) -> tuple[UUID, Actor]:
    """The first registration of some status, and whose it is."""
    found = EventRegistration.filter(event_id=event_id, status=status).order_by("id").limit(1)
    row = (await found.values("id", "member_id"))[0]
    return row["id"], next(guest for guest in plan.guests if guest.member_id == row["member_id"])


async def _give_up(plan: Plan, event_id: UUID) -> None:
    registration_id, guest = await _first(plan, event_id, Status.CONFIRMED)
    await joining.cancel_registration(guest, id=registration_id)


async def _accept(plan: Plan, event_id: UUID) -> None:
    registration_id, guest = await _first(plan, event_id, Status.OFFERED)
    await joining.accept_waitlist_offer(guest, id=registration_id)


async def _call_off(plan: Plan, event_id: UUID, reason: str) -> None:
    await organising.cancel_event(plan.organiser, id=event_id, reason=reason)


async def _come(plan: Plan, event_id: UUID, number: int) -> None:
    expected = EventRegistration.filter(event_id=event_id, status=Status.CONFIRMED).order_by("id").limit(1)
    tickets = await expected.values_list("ticket_code", flat=True)
    await joining.check_in_registration(plan.organiser, ticket_code=str(tickets[0]), nonce=f"door-{number}")


_HAPPENINGS: dict[str, Callable[..., Awaitable[object]]] = {
    "give_up": _give_up,
    "accept": _accept,
    "call_off": _call_off,
}

"""Entering the people of the demo: their records, memberships with history, and accounts."""

import secrets
from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID

from models.accounts import Account
from models.kit import clock, counters
from models.kit.fields import Secret
from models.kit.ids import uuid7
from models.members import (
    Member,
    Membership,
    MembershipEvent,
    MembershipEventKind,
    MembershipStatus,
    identity_columns,
    phone_index,
)
from models.seed.demo.people import Person, everybody
from models.seed.demo.unions import Unions

_CITY = "3303"
Kind, Status = MembershipEventKind, MembershipStatus


async def enter_everybody(unions: Unions) -> dict[str, UUID]:
    """Enter all people with what became of their memberships; their ids by key."""
    people = [person for person in everybody() if not person.joins]
    ids = {person.key: uuid7() for person in people}
    await Member.bulk_create([_record(ids[person.key], person) for person in people])
    belonging = [person for person in people if person.union]
    last = await counters.claim(f"card.{_CITY}", len(belonging))
    held = [_memberships(ids, unions, person, last - number) for number, person in enumerate(reversed(belonging))]
    await Membership.bulk_create([row for memberships, _ in held for row in memberships])
    await MembershipEvent.bulk_create([row for _, events in held for row in events])
    return ids


def _record(member_id: UUID, person: Person) -> Member:
    return Member(
        id=member_id,
        name=person.name,
        **identity_columns(person.id_number, person.phone),
        sex=person.sex,
        born_on=person.born_on,
        text_salt=secrets.token_hex(16),
        created_at=clock.now(),
        **person.details,
    )


def _memberships(
    ids: dict[str, UUID], unions: Unions, person: Person, card: int
) -> tuple[list[Membership], list[MembershipEvent]]:
    """The memberships somebody had one after the other, and their history."""
    assert person.union
    assert person.member_since
    member_id = ids[person.key]
    common = {"member_id": member_id, "card_number": f"{_CITY}{card:08d}", "member_since": person.member_since}
    status = Status.RETAINED if person.retained_on else Status.ACTIVE
    memberships = [Membership(organisation_id=unions[person.union].id, status=status, **common)]
    if person.moved:
        before, on = person.moved
        left = Membership(organisation_id=unions[before].id, status=Status.ENDED, ended_on=on, **common)
        memberships.insert(0, left)
    events = [
        MembershipEvent(
            member_id=member_id, organisation_id=unions[union].id, kind=kind, on=on, at=clock.start_of_day(on)
        )
        for union, kind, on in _history(person.union, person.member_since, person)
    ]
    return memberships, events


def _history(union: str, since: date, person: Person) -> Iterator[tuple[str, MembershipEventKind, date]]:
    yield (person.moved[0] if person.moved else union), Kind.JOINED, since
    if person.moved:
        before, on = person.moved
        yield before, Kind.MOVED_OUT, on
        yield union, Kind.MOVED_IN, on
    if person.retained_on:
        yield union, Kind.RETAINED, person.retained_on


def account(name: str, phone: str, member_id: UUID | None = None, password_hash: str | None = None) -> Account:
    """The account of somebody who has signed in before."""
    return Account(
        id=uuid7(),
        name=name,
        member_id=member_id,
        phone=Secret(phone),
        phone_index=phone_index(phone),
        password_hash=password_hash,
        created_at=clock.now(),
    )


async def open_accounts(people: Iterable[Person], ids: dict[str, UUID]) -> dict[str, UUID]:
    """Make the accounts of people who use the app, those of members linked; their ids by key."""
    made = {
        person.key: account("" if person.joins else person.name, person.phone, ids.get(person.key)) for person in people
    }
    await Account.bulk_create(made.values())
    return {key: row.id for key, row in made.items()}

"""Membership: who belongs to which union from when to when; one at a time, its history append-only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from tortoise.exceptions import IntegrityError

from models.kit import clock
from models.kit.codes import ErrorCode
from models.kit.errors import refuse
from models.members import card
from models.members.tables import (
    Membership,
    MembershipEvent,
    MembershipEventKind,
    MembershipStatus,
    Organisation,
)
from models.members.tree import existing_on

Row = dict[str, Any]
MEMBERSHIP_COLUMNS = (
    "id", "member_id", "organisation_id", "status", "card_number", "member_since", "ended_on",
)  # fmt: skip
EVENT_COLUMNS = ("member_id", "organisation_id", "kind", "on")


async def current_membership(member_id: UUID) -> Membership | None:
    """The membership of a person that has not ended."""
    return await Membership.get_or_none(member_id=member_id, ended_on=None)


async def admit(member_id: UUID, organisation_id: UUID, on: date, case_id: UUID | None = None) -> Membership:
    """Begin a membership, on the day it was approved; a person who has one is refused (ALREADY_MEMBER)."""
    union = await _taking_members(organisation_id, on)
    number = await card.claim_number(union.division_code)
    begun = await _begin(member_id, union.id, number, on)
    await _note(begun, MembershipEventKind.JOINED, on, case_id)
    return begun


async def move(member_id: UUID, organisation_id: UUID, on: date, case_id: UUID | None = None) -> Membership:
    """End the membership in the old union and begin it in the new one, with the same card and first day."""
    old = await _held(member_id, on)
    if old.organisation_id == organisation_id:
        refuse(ErrorCode.ALREADY_MEMBER, "organisationId")
    union = await _taking_members(organisation_id, on)
    await _leave(old, on)
    begun = await _begin(member_id, union.id, old.card_number, old.member_since)
    await _note(old, MembershipEventKind.MOVED_OUT, on, case_id)
    await _note(begun, MembershipEventKind.MOVED_IN, on, case_id)
    return begun


async def end(member_id: UUID, on: date, case_id: UUID | None = None) -> None:
    """End a person's membership."""
    held = await _held(member_id, on)
    await _leave(held, on)
    await _note(held, MembershipEventKind.ENDED, on, case_id)


async def retain(member_id: UUID, on: date, case_id: UUID | None = None) -> None:
    """Keep a retired or unemployed member at their union, without dues, vote or office."""
    held = await _held(member_id, on)
    active = Membership.filter(id=held.id, ended_on=None, status=MembershipStatus.ACTIVE)
    if not await active.update(status=MembershipStatus.RETAINED):
        refuse(ErrorCode.CONFLICT)
    await _note(held, MembershipEventKind.RETAINED, on, case_id)


async def _taking_members(organisation_id: UUID, on: date) -> Organisation:
    union = await Organisation.get_or_none(existing_on(on), id=organisation_id, accepts_members=True)
    return union or refuse(ErrorCode.ORGANISATION_CLOSED, "organisationId")


async def _held(member_id: UUID, on: date) -> Membership:
    held = await current_membership(member_id) or refuse(ErrorCode.NOT_A_MEMBER)
    if await MembershipEvent.exists(member_id=member_id, on__gt=on):
        refuse(ErrorCode.DATE_INVALID, "on")
    return held


async def _begin(member_id: UUID, organisation_id: UUID, card_number: str, since: date) -> Membership:
    try:
        return await Membership.create(
            member_id=member_id,
            organisation_id=organisation_id,
            status=MembershipStatus.ACTIVE,
            card_number=card_number,
            member_since=since,
        )
    except IntegrityError:
        refuse(ErrorCode.ALREADY_MEMBER)


async def _leave(held: Membership, on: date) -> None:
    ended = Membership.filter(id=held.id, ended_on=None)
    if not await ended.update(status=MembershipStatus.ENDED, ended_on=on):
        refuse(ErrorCode.CONFLICT)


async def _note(held: Membership, kind: MembershipEventKind, on: date, case_id: UUID | None) -> None:
    await MembershipEvent.create(
        member_id=held.member_id,
        organisation_id=held.organisation_id,
        kind=kind,
        on=on,
        case_id=case_id,
        at=clock.now(),
    )


async def memberships_of(member_ids: Iterable[UUID]) -> dict[UUID, Row]:
    """For each person the membership they have or, without one, had last."""
    found = await Membership.filter(member_id__in=set(member_ids)).values(
        *MEMBERSHIP_COLUMNS, organisation_path="organisation__path"
    )
    found.sort(key=lambda row: (row["ended_on"] or date.max, row["id"]))
    return {row["member_id"]: row for row in found}


async def whole_history(member_id: UUID) -> Row:
    """A person's memberships and their history, in words."""
    held = Membership.filter(member_id=member_id).order_by("id")
    events = MembershipEvent.filter(member_id=member_id).order_by("on", "id")
    return {
        "memberships": await held.values(
            "status", "card_number", "member_since", "ended_on", organisation="organisation__name"
        ),
        "history": await events.values("kind", "on", organisation="organisation__name"),
    }


async def history_of(member_ids: Iterable[UUID]) -> list[Row]:
    """What happened to the memberships of people, the first event first."""
    found = MembershipEvent.filter(member_id__in=set(member_ids)).order_by("on", "id")
    return await found.values(*EVENT_COLUMNS)

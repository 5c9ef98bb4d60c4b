"""One membership per person at a time, with a history that only grows."""

import asyncio
from datetime import date
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import members
from models.kit import db
from models.kit.codes import ErrorCode
from models.kit.errors import DomainError
from models.members import Membership, MembershipEvent, MembershipStatus, Organisation
from tests.factories import people

DAY = date(2026, 3, 2)
LATER = date(2026, 4, 1)


def codes(refused: pytest.ExceptionInfo[DomainError]) -> list[ErrorCode]:
    return [problem.code for problem in refused.value.problems]


async def events(member_id: UUID) -> list[tuple[str, UUID]]:
    return [(row["kind"], row["organisation_id"]) for row in await members.history_of([member_id])]


async def test_joining_begins_a_membership_with_a_card_on_the_day_of_approval(database: None) -> None:
    union = await people.organisation()
    person = await people.member()
    begun = await members.admit(person.id, union.id, DAY)
    assert (begun.status, begun.member_since) == (MembershipStatus.ACTIVE, DAY)
    assert begun.card_number == "330300000001"
    assert await events(person.id) == [("JOINED", union.id)]


async def test_nobody_is_a_member_twice_however_many_admit_them_at_once(database: None) -> None:
    unions = [await people.organisation() for _ in range(2)]
    person = await people.member()

    async def admit(union: Organisation) -> None:
        async with db.transaction():
            await members.admit(person.id, union.id, DAY)

    done = await asyncio.gather(*(admit(unions[i % 2]) for i in range(6)), return_exceptions=True)
    refused = [error for error in done if isinstance(error, DomainError)]
    assert len(refused) == 5
    assert {p.code for error in refused for p in error.problems} == {ErrorCode.ALREADY_MEMBER}
    assert await Membership.filter(member_id=person.id).count() == 1
    assert await MembershipEvent.filter(member_id=person.id).count() == 1


async def test_a_union_that_is_closed_or_takes_no_members_admits_nobody(database: None) -> None:
    full, gone = await people.organisation(), await people.organisation()
    await Organisation.filter(id=full.id).update(accepts_members=False)
    await Organisation.filter(id=gone.id).update(valid_to=date(2026, 3, 1))
    person = await people.member()
    for union in (full, gone):
        with pytest.raises(DomainError) as refused:
            await members.admit(person.id, union.id, DAY)
        assert codes(refused) == [ErrorCode.ORGANISATION_CLOSED]


async def test_moving_keeps_the_card_and_the_first_day(database: None) -> None:
    old, new = await people.organisation(), await people.organisation()
    person = await people.member(old)
    before = await members.current_membership(person.id)
    moved = await members.move(person.id, new.id, DAY)
    assert before
    assert (moved.card_number, moved.member_since) == (before.card_number, before.member_since)
    assert (await Membership.get(id=before.id)).ended_on == DAY
    assert await events(person.id) == [("JOINED", old.id), ("MOVED_OUT", old.id), ("MOVED_IN", new.id)]


async def test_moving_to_the_same_union_is_refused(database: None) -> None:
    union = await people.organisation()
    person = await people.member(union)
    with pytest.raises(DomainError) as refused:
        await members.move(person.id, union.id, DAY)
    assert codes(refused) == [ErrorCode.ALREADY_MEMBER]


async def test_whoever_never_joined_can_neither_move_nor_leave(database: None) -> None:
    union, person = await people.organisation(), await people.member()
    for change in (members.move(person.id, union.id, DAY), members.end(person.id, DAY)):
        with pytest.raises(DomainError) as refused:
            await change
        assert codes(refused) == [ErrorCode.NOT_A_MEMBER]


async def test_a_retired_member_stays_with_the_union_and_may_come_back_to_work_elsewhere(database: None) -> None:
    union, other = await people.organisation(), await people.organisation()
    person = await people.member(union)
    await members.retain(person.id, DAY)
    held = await members.current_membership(person.id)
    assert held
    assert held.status == MembershipStatus.RETAINED
    with pytest.raises(DomainError):
        await members.retain(person.id, LATER)
    assert (await members.move(person.id, other.id, LATER)).status == MembershipStatus.ACTIVE


async def test_history_cannot_be_written_into_the_past(database: None) -> None:
    union, other = await people.organisation(), await people.organisation()
    person = await people.member(union)
    await members.move(person.id, other.id, LATER)
    with pytest.raises(DomainError) as refused:
        await members.end(person.id, DAY)
    assert codes(refused) == [ErrorCode.DATE_INVALID]


async def test_whoever_left_can_join_again_and_gets_a_new_card(database: None) -> None:
    union = await people.organisation()
    person = await people.member(union)
    first = await members.current_membership(person.id)
    await members.end(person.id, DAY)
    assert await members.current_membership(person.id) is None
    again = await members.admit(person.id, union.id, LATER)
    assert first
    assert again.card_number != first.card_number
    assert (await members.memberships_of([person.id]))[person.id]["id"] == again.id


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(["admit0", "admit1", "move0", "move1", "end", "retain"]), max_size=8))
def test_whatever_happens_there_is_at_most_one_membership_and_a_history_that_explains_it(
    steps: list[str], sqlite_url: str
) -> None:
    asyncio.run(_live(steps, sqlite_url))


async def _live(steps: list[str], url: str) -> None:
    await db.connect(url)
    try:
        unions = [await people.organisation() for _ in range(2)]
        person = await people.member()
        for step in steps:
            try:
                async with db.transaction():
                    await _step(step, person.id, unions)
            except DomainError:
                continue
        await _check(person.id)
    finally:
        await db.disconnect()


async def _step(step: str, member_id: UUID, unions: list[Organisation]) -> None:
    match step:
        case "end":
            await members.end(member_id, DAY)
        case "retain":
            await members.retain(member_id, DAY)
        case "admit0" | "admit1":
            await members.admit(member_id, unions[int(step[-1])].id, DAY)
        case _:
            await members.move(member_id, unions[int(step[-1])].id, DAY)


async def _check(member_id: UUID) -> None:
    """The history, told from the beginning, ends where the membership is."""
    current = await Membership.filter(member_id=member_id, ended_on=None)
    place: UUID | None = None
    for kind, organisation_id in await events(member_id):
        match kind:
            case "JOINED" | "MOVED_IN":
                assert place is None
                place = organisation_id
            case "RETAINED":
                assert place == organisation_id
            case _:
                assert place == organisation_id
                place = None
    assert [row.organisation_id for row in current] == ([place] if place else [])

"""What a member may hold, and one attachment for an upload, under a rush; each with a control without its guard."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Iterable
from datetime import timedelta
from typing import Any
from unittest.mock import AsyncMock

import pytest
import pytest_asyncio

from models.cases.tables import CaseDocument
from models.files import claims, limits
from models.files.claims import Claimed
from models.files.tables import FileQuota, StoredFile
from models.kit import clock, db
from models.kit.actor import Actor
from models.kit.errors import DomainError
from models.members import Member
from tests.factories import cases, people

SIZE = 1000


@pytest_asyncio.fixture
async def member(database: None) -> Member:
    return await people.member(await people.organisation())


async def outcomes(attempts: Iterable[Awaitable[Any]]) -> Counter[str]:
    """How often each code came back when all were tried at once; `done` for what was not refused."""

    async def outcome(attempt: Awaitable[Any]) -> str:
        try:
            await attempt
        except DomainError as refusal:
            return str(refusal)
        return "done"

    return Counter(await asyncio.gather(*map(outcome, attempts)))


async def reserve_at_once(member: Member, count: int) -> Counter[str]:
    return await outcomes(claims.reserve(member.id, member.id) for _ in range(count))


async def counted(member: Member) -> tuple[int, int]:
    quota = await FileQuota.get(member_id=member.id)
    return quota.waiting_files, quota.held_bytes


async def test_of_30_files_at_once_20_find_a_place(member: Member) -> None:
    assert await reserve_at_once(member, 30) == {"done": 20, "FILE_QUOTA": 10}
    assert await StoredFile.all().count() == 20
    assert await counted(member) == (20, 20 * limits.LARGEST)


async def test_without_the_guard_all_30_find_one(member: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "CLAIM", claims.CLAIM.partition("WHERE")[0] + "WHERE :4 > 0 AND :5 > 0")
    assert await reserve_at_once(member, 30) == {"done": 30}


async def ready(member: Member) -> Claimed:
    """A file that waits to be attached."""
    place = await claims.reserve(member.id, member.id)
    async with db.transaction():
        await claims.settle(place, "CASE_DOCUMENT", "image/jpeg", SIZE, scanned=True)
    return place


async def documents_of_cases(count: int) -> list[CaseDocument]:
    """A document in each of so many cases."""
    unions = await people.tree()
    await cases.funded(unions["county"])
    found = []
    for _ in range(count):
        person = await people.member(unions["unit"])
        actor: Actor = cases.actor_of(await people.account(person), person)
        file = await cases.submitted(actor, unions["unit"])
        found += await CaseDocument.filter(case_id=file.case.id).limit(1)
    return found


async def take_at_once(member: Member, count: int) -> Counter[str]:
    """One upload is attached to documents of many cases at once."""
    place, documents = await ready(member), await documents_of_cases(count)

    async def take(document: CaseDocument) -> None:
        async with db.transaction():
            await claims.take(place.id, member.id, document.id)

    return await outcomes(map(take, documents))


async def test_one_upload_is_attached_to_one_of_4_cases(member: Member) -> None:
    assert await take_at_once(member, 4) == {"done": 1, "UPLOAD_USED": 3}
    assert await counted(member) == (0, SIZE)


async def test_without_the_guard_one_upload_is_attached_again_and_again(
    member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    unguarded = claims.TAKE.replace("status = 'READY' AND expires_at > :4", "created_at <= :4")
    monkeypatch.setattr(claims, "TAKE", unguarded)
    monkeypatch.setattr(claims, "_count", AsyncMock())  # the second guard: what waits is never less than nothing
    assert await take_at_once(member, 4) == {"done": 4}


async def test_what_a_member_holds_is_counted_to_the_byte(member: Member) -> None:
    kept, dropped = await ready(member), await ready(member)
    place = await claims.reserve(member.id, member.id)
    assert await counted(member) == (3, 2 * SIZE + limits.LARGEST)
    assert await claims.drop(place.id)
    assert await claims.drop(dropped.id)
    assert not await claims.drop(dropped.id)
    (document,) = await documents_of_cases(1)
    await claims.take(kept.id, member.id, document.id)
    assert await counted(member) == (0, SIZE)
    assert await claims.detach(document.id)
    assert not await claims.detach(document.id)
    assert await counted(member) == (0, 0)


async def test_a_file_that_took_too_long_to_arrive_is_not_kept(member: Member) -> None:
    place = await claims.reserve(member.id, member.id)
    with clock.at(clock.now() + limits.RECEIVING + timedelta(seconds=1)), pytest.raises(DomainError) as refusal:
        await claims.settle(place, "CASE_DOCUMENT", "image/jpeg", SIZE, scanned=True)
    assert str(refusal.value) == "UPLOAD_EXPIRED"


@pytest.mark.parametrize(
    ("scanned", "hours", "mine", "expected"),
    [(False, 0, True, "FILE_QUARANTINED"), (True, 25, True, "UPLOAD_EXPIRED"), (True, 0, False, "NOT_FOUND")],
)
async def test_a_file_that_cannot_be_attached_says_why(
    member: Member, scanned: bool, hours: int, mine: bool, expected: str
) -> None:
    place = await claims.reserve(member.id, member.id)
    await claims.settle(place, "CASE_DOCUMENT", "image/jpeg", SIZE, scanned=scanned)
    whose = member if mine else await people.member(await people.organisation())
    (document,) = await documents_of_cases(1)
    with clock.at(clock.now() + timedelta(hours=hours)), pytest.raises(DomainError) as refusal:
        await claims.take(place.id, whose.id, document.id)
    assert str(refusal.value) == expected

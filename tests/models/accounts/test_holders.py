"""Which account a phone opens, and what becomes of a second one."""

import pytest

from models import members
from models.accounts import Account, ConsentPurpose, RoleAssignment, Session, consents, holders, sessions
from models.kit import clock, db
from models.kit.errors import DomainError
from models.members import Member, phone_index
from tests.factories import people


async def held(phone: str) -> Account:
    """The account that a phone opens now."""
    async with db.transaction():
        holder = await holders.hold(phone, "zh")
    return await Account.get(id=holder["account_id"])


async def moved(person: Member) -> str:
    """A new phone on a member's record."""
    number = people.phone()
    await members.correct(person.id, {}, number)
    return number


async def test_a_members_account_follows_the_phone_on_their_record(database: None) -> None:
    person = await people.member()
    before = await held(person.phone.open())
    number = await moved(person)
    after = await held(number)
    assert (after.id, after.phone.open(after.id)) == (before.id, number)


async def test_a_second_account_of_one_member_gives_way_to_the_first(database: None) -> None:
    person, number = await people.member(), people.phone()
    first, second = await held(person.phone.open()), await held(number)
    await sessions.start(second.id, None)
    await members.correct(person.id, {}, number)
    assert (await held(number)).id == first.id
    await second.refresh_from_db()
    assert second.phone_index is None
    assert not await Session.filter(account=second, ended_at=None).exists()


async def test_a_staff_account_takes_its_member_with_it(database: None) -> None:
    home, number = await people.tree(), people.phone()
    person = await people.member(home["unit"])
    first, desk = await held(person.phone.open()), await held(number)
    await RoleAssignment.create(account=desk, role="CLERK", organisation=home["unit"], granted_at=clock.now())
    await members.correct(person.id, {}, number)
    assert (await held(number)).id == desk.id
    assert await Account.filter(member_id=person.id).values_list("id", flat=True) == [desk.id]
    assert await Account.exists(id=first.id, member_id=None)


async def test_the_language_of_an_account_is_the_one_last_signed_in_with(database: None) -> None:
    number = people.phone()
    assert (await held(number)).locale == "zh"
    async with db.transaction():
        await holders.hold(number, "en")
    assert (await Account.get(phone_index=phone_index(number))).locale == "en"


async def test_a_newer_notice_replaces_the_consent_to_an_older(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    account = await people.account()
    purpose = ConsentPurpose.PHOTO
    await consents.give(account.id, purpose, 1)
    newer = {**consents.notices()[purpose], "version": 2}
    monkeypatch.setattr(consents, "_all_notices", lambda: [newer])
    with pytest.raises(DomainError):
        await consents.give(account.id, purpose, 1)
    await consents.give(account.id, purpose, 2)
    assert [row["version"] for row in await consents.given_by(account.id)] == [2]
    assert [row["version"] for row in await consents.history_of(account.id)] == [1, 2]

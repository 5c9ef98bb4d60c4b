"""The audit chain: whoever tampers with a sealed row is found, and the first broken row is named."""

import pytest

from models.kit import audit, db
from models.kit.actor import ANONYMOUS, SYSTEM, Actor, Role, RoleGrant
from models.kit.audit import ActorRole, AuditEntry
from models.kit.ids import uuid7


async def written(count: int = 5) -> None:
    for number in range(count):
        async with db.transaction():
            await audit.record(SYSTEM, f"test.{number}", reason="why")


async def row_of(seal_number: int) -> object:
    return (await AuditEntry.get(seal_number=seal_number)).id


async def test_a_chain_that_nobody_touched_holds(database: None) -> None:
    await written()
    assert await audit.seal() == 5
    assert await audit.verify() == {"checked": 5, "broken": None, "row": None, "unsealed": 0}


async def test_entries_not_yet_sealed_are_counted(database: None) -> None:
    await written(3)
    await audit.seal(limit=2)
    assert await audit.verify() == {"checked": 2, "broken": None, "row": None, "unsealed": 1}
    await audit.seal()
    assert (await audit.verify())["checked"] == 3


@pytest.mark.parametrize("column", ["reason", "actor_name", "what", "outcome"])
async def test_a_tampered_row_is_named(database: None, column: str) -> None:
    await written()
    await audit.seal()
    await AuditEntry.filter(seal_number=3).update(**{column: "x"})
    found = await audit.verify()
    assert (found["checked"], found["broken"], found["row"]) == (2, 3, await row_of(3))


async def test_a_deleted_row_is_missed_at_its_number(database: None) -> None:
    await written()
    await audit.seal()
    await db.execute("DELETE FROM audit_entry WHERE seal_number = 2")
    found = await audit.verify()
    assert (found["broken"], found["row"]) == (2, None)


async def test_a_chain_cut_short_at_its_end_is_found(database: None) -> None:
    await written()
    await audit.seal()
    await db.execute("DELETE FROM audit_entry WHERE seal_number = 5")
    assert (await audit.verify())["broken"] == 5


async def test_a_last_row_with_another_number_is_found(database: None) -> None:
    await written()
    await audit.seal()
    await AuditEntry.filter(seal_number=5).update(seal_number=6)
    assert (await audit.verify())["broken"] == 5


async def test_two_rows_that_changed_places_are_found(database: None) -> None:
    await written()
    await audit.seal()
    for new, old in ((-1, 2), (2, 4), (4, -1)):
        await db.execute("UPDATE audit_entry SET seal_number = :1 WHERE seal_number = :2", new, old)
    found = await audit.verify()
    assert (found["broken"], found["row"]) == (2, await row_of(2))


async def test_a_row_whose_hash_was_made_to_fit_breaks_the_next_one(database: None) -> None:
    await written()
    await audit.seal()
    await db.execute("UPDATE audit_entry SET hash = :1 WHERE seal_number = 5", "0" * 64)
    assert (await audit.verify())["broken"] == 5


def grant(role: Role, path: str) -> RoleGrant:
    return RoleGrant(role, uuid7(), path)


async def test_the_record_says_in_which_role_and_for_which_union_somebody_acted(database: None) -> None:
    own = uuid7()
    near, far = grant(Role.CLERK, "1/2/3/"), grant(Role.ADMINISTRATOR, "1/")
    staff = Actor(account_id=uuid7(), member_id=own, name="陈静", roles=(far, near))
    await audit.record(staff, "test.there", organisation_path="1/2/3/4/")
    await audit.record(staff, "test.elsewhere", organisation_path="1/9/")
    await audit.record(staff, "test.own", organisation_path="1/2/3/4/", subject_id=own)
    await audit.record(ANONYMOUS, "test.nobody")
    acted = await AuditEntry.all().order_by("id").values_list("actor_role", "actor_organisation_id")
    assert acted == [
        (ActorRole.CLERK, near.organisation_id),
        (ActorRole.ADMINISTRATOR, far.organisation_id),
        (ActorRole.MEMBER, None),
        (ActorRole.ANONYMOUS, None),
    ]

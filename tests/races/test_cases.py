"""Applications and decisions under a rush: one effect for a wish, one decision for a case, one file for a home."""

from typing import Any

import pytest

from models.aid.tables import HardshipFiling
from models.cases.tables import Case, Payment
from models.kit import db
from models.kit.actor import Role
from models.kit.ids import global_id
from models.members import Member, Organisation
from tests.factories import aid, cases, people
from tests.races.scene import Course, at_once, codes

Answer = dict[str, Any]


async def apply_repeatedly(course: Course, count: int, without: str | None = None) -> list[Answer]:
    """One member presses the button many times; every request carries the same key."""
    unions = await people.tree()
    await cases.funded(unions["county"])
    person = await people.member(unions["unit"])
    account = await people.account(person)
    await aid.consent(account.id)
    token = await people.token(account)
    wish = {
        "programmeId": global_id("Programme", await cases.programme_id("temporary-aid")),
        "amountRequested": "1000.00",
        "answers": cases.ANSWERS["temporary-aid"],
        "payee": aid.payee(person),
        "submit": True,
        "idempotencyKey": "one wish",
    }
    if without:  # two drafts are no crime: the key alone makes them one
        wish["submit"] = False
    with course.service(without=without) as service:
        return await at_once(service, ((token, "ApplyForAid", {"input": wish}) for _ in range(count)))


async def test_50_equal_applications_with_one_key_are_one_case_and_one_answer(course: Course) -> None:
    answers = await apply_repeatedly(course, 50)
    assert codes(answers) == {"done": 50}
    assert len({answer["case"]["id"] for answer in answers}) == 1
    assert await Case.all().count() == 1


async def test_without_the_memory_of_keys_every_request_makes_a_case(course: Course) -> None:
    answers = await apply_repeatedly(course, 10, without="keys")
    assert codes(answers) == {"done": 10}
    assert await Case.all().count() == 10


async def decide_at_once(course: Course, count: int, without: str | None = None) -> list[Answer]:
    """Many approvers decide one case, all of whom saw the same version."""
    unions = await people.tree()
    await cases.funded(unions["county"])
    person = await people.member(unions["unit"])
    member = cases.actor_of(await people.account(person), person)
    clerk = cases.actor_of(await people.account(None, clerk=unions["unit"]), clerk=unions["unit"])
    file = await cases.at_decision(member, unions["unit"], clerk)
    crowd = await approvers(unions["county"], count)
    decision = {
        "id": global_id("Case", file.case.id),
        "version": file.case.version,
        "to": "APPROVED",
        "amount": "500.00",
        "reason": "同意",
    }
    if without:
        await forget_constraints("case_event")
    with course.service(without=without) as service:
        return await at_once(service, ((token, "ChangeCaseStatus", {"input": decision}) for token in crowd))


async def forget_constraints(table: str) -> None:
    """Make a table again without its constraints: the second guard behind the first."""
    await db.execute(f"ALTER TABLE {table} RENAME TO {table}_before")
    await db.execute(f"CREATE TABLE {table} AS SELECT * FROM {table}_before")


async def approvers(union: Organisation, count: int) -> list[str]:
    """Tokens of that many approvers."""
    role = str(Role.APPROVER).lower()
    return [await people.signed_in(None, **{role: union}) for _ in range(count)]


async def test_of_20_decisions_on_one_case_one_counts(course: Course) -> None:
    answers = await decide_at_once(course, 20)
    assert codes(answers) == {"done": 1, "CONFLICT": 19}
    assert all(answer["case"]["status"] == "APPROVED" for answer in answers)
    reserved = await db.rows("SELECT reserved_fen FROM budget")
    assert [row["reserved_fen"] for row in reserved] == [50_000]
    assert not await Payment.exists()


# SQLite's writers queue: there, nobody can have read what somebody else is about to change.
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_without_the_guarded_update_decisions_overtake_each_other(course: Course) -> None:
    answers = await decide_at_once(course, 6, without="versions")
    assert codes(answers)["done"] > 1


async def id_number_of(member: Member) -> str:
    """A member's ID number in full."""
    held = await Member.get(id=member.id)
    return str(held.id_number.open(member.id))


async def two_files(course: Course) -> list[Answer]:
    """Husband and wife file the same household at once."""
    unions = await people.tree()
    await cases.funded(unions["county"], code="hardship")
    husband, wife = await people.member(unions["unit"]), await people.member(unions["unit2"], name="林小芳")
    files = []
    for person, other in ((husband, wife), (wife, husband)):
        number = await id_number_of(other)
        home = aid.household(members=[aid.relative(id_number=number, name=other.name)])
        files.append((await people.signed_in(person), "FileForHardship", {"input": {**home, "submit": True}}))
    with course.service() as service:
        return await at_once(service, files)


async def test_of_two_files_of_one_household_one_is_kept(course: Course) -> None:
    assert codes(await two_files(course)) == {"done": 1, "HOUSEHOLD_FILED": 1}
    assert await HardshipFiling.all().count() == 1


async def test_without_the_unique_person_a_household_has_two_files(course: Course) -> None:
    await db.execute("DROP INDEX household_person_one_file")
    assert codes(await two_files(course)) == {"done": 2}

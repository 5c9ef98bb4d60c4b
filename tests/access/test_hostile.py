"""People who try: other people's ids, cursors, keys and numbers, roles they do not have, cases of their own family."""

from typing import Any

import orjson
import pytest

from models.accounts import Account, RoleAssignment
from models.aid.tables import HouseholdPerson
from models.cases.tables import Case
from models.kit import clock
from models.kit.actor import Role
from models.kit.identity import resident_id
from models.kit.ids import global_id
from models.members import Member, register_person
from tests.access.world import World
from tests.api import Api
from tests.factories import people

pytestmark = pytest.mark.asyncio(loop_scope="module")
Tour = tuple[World, Api]
LISTS = {
    "cases": "viewer { cases(first: 2, after: $after) { edges { cursor node { number } } } }",
    "registrations": "viewer { registrations(first: 2, after: $after) { edges { cursor node { id } } } }",
    "bookings": "viewer { roomBookings(first: 2, after: $after) { edges { cursor node { id } } } }",
    "notifications": "viewer { notifications(first: 2, after: $after) { edges { cursor node { id } } } }",
}


def api_of(tour: Tour, viewer: str) -> Api:
    """The client of somebody."""
    world, api = tour
    return api.as_(world.viewers[viewer].token)


async def step_of(world: World, case: str, **more: Any) -> dict[str, Any]:
    """What signing the present step of a case takes."""
    found = await Case.get(id=world.row_id(case))
    return {"id": world.things[case].id, "version": found.version, "step": found.step, "outcome": "AGREE", **more}


async def kin(tour: Tour) -> tuple[Member, Account]:
    """The wife of the member whose household is filed, with an account of her own."""
    person = await HouseholdPerson.get(filing__case_id=tour[0].row_id("hardship"), relation="SPOUSE")
    wife = await Member.get_or_none(id_number_index=person.id_number_index)
    if wife is None:
        number = person.id_number.open(person.id)
        wife = await register_person("秦晓月", resident_id(number), people.phone())
    return wife, await Account.get_or_none(member_id=wife.id) or await people.account(wife)


async def test_staff_of_the_unit_cannot_sign_the_county_s_step(tour: Tour) -> None:
    signing = await step_of(tour[0], "hardship")
    for role in ("REVIEWER", "APPROVER", "CLERK"):
        assert await api_of(tour, f"unit {role}").codes("SignStep", input=signing) == ["NOT_ALLOWED"]


async def test_whoever_claims_an_id_number_does_not_see_what_others_stated_of_its_holder(tour: Tour) -> None:
    _, account = await kin(tour)
    told = orjson.dumps(await tour[1].as_(await people.token(account))("MyData")).decode()
    assert "SEVERELY_DISABLED" not in told
    assert "翠微织造厂" not in told


async def test_nobody_works_a_case_of_their_own_household(tour: Tour) -> None:
    world, api = tour
    _, account = await kin(tour)
    for role in Role:
        await RoleAssignment.create(
            account=account, role=role, organisation=world.unions["county"], granted_at=clock.now()
        )
    wife = api.as_(await people.token(account))
    signing = await step_of(world, "hardship")
    assert await wife.codes("SignStep", input=signing) == ["OWN_CASE"]
    assert await wife.codes("AddNote", id=signing["id"], text="照顾一下") == ["OWN_CASE"]
    assert await wife.codes("TakeCase", id=signing["id"], version=signing["version"]) == ["OWN_CASE"]
    objection = world.things["objection"].id
    finding = {"objectionId": objection, "upheld": False, "finding": "不实"}
    assert await wife.codes("ResolveObjection", input=finding) == ["OWN_CASE"]
    await RoleAssignment.filter(account_id=account.id).update(revoked_at=clock.now())


@pytest.mark.parametrize("name", LISTS)
async def test_a_cursor_of_somebody_else_shows_nothing_of_theirs(tour: Tour, name: str) -> None:
    document = f"query($after: String) {{ {LISTS[name]} }}"
    theirs = orjson.dumps(await api_of(tour, "member").send(document)).decode()
    for other in LISTS:
        edges = next(iter((await api_of(tour, "member")(f"query($after: String) {{ {LISTS[other]} }}")).values()))
        for edge in edges["edges"]:
            answer = await api_of(tour, "neighbour").send(document, after=edge["cursor"])
            nodes = [] if "errors" in answer else next(iter(answer["data"]["viewer"].values()))["edges"]
            assert all(orjson.dumps(item["node"]).decode() not in theirs for item in nodes)


async def test_searching_for_a_number_does_not_tell_that_its_holder_is_a_member_elsewhere(tour: Tour) -> None:
    world, _ = tour
    member = await Member.get(id=world.row_id("member"))
    known = [str(member.id_number.open(member.id)), str(member.phone.open(member.id)), member.name]
    for viewer in ("all of unit2", "all of group", "all of other_county"):
        for text in known:
            assert (await api_of(tour, viewer)("FindMember", text=text, first=9))["nodes"] == []


async def test_a_queue_of_another_union_is_like_one_that_does_not_exist(tour: Tour) -> None:
    world, _ = tour
    text = 'query($id: ID!) { staffQueue(organisationId: $id, first: 9, filter: { text: "秦" }) { nodes { id } } }'
    unit, nowhere = (global_id("Organisation", id) for id in (world.unions["unit"].id, world.row_id("member")))
    for viewer in ("all of unit2", "all of group", "all of other_county"):
        answers = [await api_of(tour, viewer).send(text, id=id) for id in (unit, nowhere)]
        assert answers[0]["errors"] == answers[1]["errors"]
        assert answers[0]["data"] is answers[1]["data"] is None


async def test_an_administrator_gives_no_role_outside_the_own_unions(tour: Tour) -> None:
    world, _ = tour
    keeper, account = api_of(tour, "unit ADMINISTRATOR"), world.things["account"].id
    for union in ("county", "city", "unit2", "other_unit"):
        where = global_id("Organisation", world.unions[union].id)
        assert await keeper.codes("GrantRole", accountId=account, role="CLERK", organisationId=where) == [
            "OUTSIDE_SUBTREE"
        ]
        made = {"phone": people.phone(), "name": "丁戊", "role": "CLERK", "organisationId": where}
        assert await keeper.codes("CreateStaffAccount", input=made) == ["OUTSIDE_SUBTREE"]


async def test_the_key_of_somebody_else_brings_back_nothing_of_theirs(tour: Tour) -> None:
    given = {"purpose": "PHOTO", "version": 1, "idempotencyKey": "common"}
    text = "mutation($i: GiveConsentInput!) { giveConsent(input: $i) { consents { purpose } userErrors { code } } }"
    theirs = await api_of(tour, "member")(text, i=given)
    own = await api_of(tour, "stranger")(text, i=given)
    assert len(theirs["consents"]) > 1
    assert [consent["purpose"] for consent in own["consents"]] == ["PHOTO"]


async def test_the_export_of_one_person_holds_no_number_of_another(tour: Tour) -> None:
    world, _ = tour
    told = {name: orjson.dumps(await api_of(tour, name)("MyData")).decode() for name in ("member", "neighbour")}
    other = await Member.get(id=world.row_id("neighbour"))
    for value in (other.name, other.id_number.open(other.id), other.phone.open(other.id)):
        assert str(value) not in told["member"]
        assert str(value) in told["neighbour"]

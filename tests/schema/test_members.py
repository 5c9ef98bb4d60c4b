"""What members, staff and visitors see of people and unions, and what a member may correct."""

from datetime import date
from typing import Any

from models import members
from models.accounts import Account
from models.kit.audit import AuditEntry
from models.kit.ids import global_id
from models.members import Level, Member, Organisation, phone_index
from resolvers.kit import jobs
from tests.api import Api
from tests.factories import people
from tests.statements import counted

HOME = """{ viewer { unreadNotificationCount member {
  id name idNumber phone membership { status cardNumber memberSince organisation { id name level }
  unionPath { id name level } history { on kind organisation { name } } qrCard } } } }"""


async def test_a_signed_out_visitor_has_no_viewer(api: Api) -> None:
    assert await api("{ viewer { member { id } } }") is None


async def test_an_account_without_a_member_sees_none(api: Api) -> None:
    assert await api.as_(await people.signed_in())("{ viewer { member { id } } }") == {"member": None}


async def test_a_member_sees_their_card_their_union_and_the_chain_up_to_the_city(api: Api) -> None:
    tree = await people.tree()
    person = await people.member(tree["unit"])
    home = (await api.as_(await people.signed_in(person))(HOME))["member"]
    assert home["name"] == person.name
    assert (home["idNumber"], home["phone"]) == (person.id_number_masked, person.phone_masked)
    membership = home["membership"]
    assert (membership["status"], membership["memberSince"]) == ("ACTIVE", "2020-05-01")
    assert membership["organisation"]["name"] == tree["unit"].name
    assert [(step["name"], step["level"]) for step in membership["unionPath"]] == [
        (tree[name].name, level)
        for name, level in (("city", "CITY"), ("county", "COUNTY"), ("town", "TOWN"), ("unit", "UNIT"))
    ]


async def test_a_member_who_moved_sees_where_they_came_from(api: Api) -> None:
    tree = await people.tree()
    person = await people.member(tree["unit"])
    await members.move(person.id, tree["other_unit"].id, date(2026, 3, 2))
    membership = (await api.as_(await people.signed_in(person))(HOME))["member"]["membership"]
    assert [(step["on"], step["kind"], step["organisation"]["name"]) for step in membership["history"]] == [
        ("2020-05-01", "JOINED", tree["unit"].name),
        ("2026-03-02", "MOVED_OUT", tree["unit"].name),
        ("2026-03-02", "MOVED_IN", tree["other_unit"].name),
    ]
    assert membership["organisation"]["name"] == tree["other_unit"].name


async def test_a_former_member_still_sees_the_membership_they_had(api: Api) -> None:
    person = await people.member(await people.organisation())
    await members.end(person.id, date(2026, 3, 2))
    membership = (await api.as_(await people.signed_in(person))(HOME))["member"]["membership"]
    assert (membership["status"], membership["qrCard"]) == ("ENDED", None)


async def test_a_card_is_shown_to_its_owner_and_leads_staff_to_the_member(api: Api) -> None:
    tree = await people.tree()
    person = await people.member(tree["unit"])
    shown = (await api.as_(await people.signed_in(person))(HOME))["member"]["membership"]["qrCard"]
    clerk = api.as_(await people.signed_in(clerk=tree["county"]))
    found = await clerk("FindMember", text=shown, first=10)
    assert [node["id"] for node in found["nodes"]] == [global_id("Member", person.id)]
    query = "query($id: ID!) { node(id: $id) { ... on Member { membership { qrCard } } } }"
    assert (await clerk(query, id=global_id("Member", person.id)))["membership"]["qrCard"] is None


async def test_only_the_member_and_staff_of_their_unions_see_a_person(api: Api) -> None:
    tree = await people.tree()
    person, other = await people.member(tree["unit"]), await people.member(tree["unit"])
    query = "query($id: ID!) { node(id: $id) { id } }"

    async def seen_by(token: str | None) -> bool:
        return await api.as_(token)(query, id=global_id("Member", person.id)) is not None

    assert await seen_by(await people.signed_in(person))
    for role in ("clerk", "auditor", "administrator"):
        for where, seen in (("unit", True), ("city", True), ("unit2", False), ("other_county", False)):
            assert await seen_by(await people.signed_in(None, **{role: tree[where]})) is seen, (role, where)
    assert not await seen_by(await people.signed_in(other))
    assert not await seen_by(None)


async def test_anyone_finds_unions_and_whether_they_take_members(api: Api) -> None:
    tree = await people.tree()
    full = await people.organisation(tree["town"], name="满员工会")
    await Organisation.filter(id=full.id).update(accepts_members=False, uscc="81330300MC00000123")
    found = await api("FindOrganisation", text="满员")
    assert found["nodes"] == [
        {
            "id": global_id("Organisation", full.id), "name": "满员工会", "level": "UNIT",
            "uscc": "81330300MC00000123", "acceptsMembers": False,
        }
    ]  # fmt: skip
    query = """query($filter: OrganisationFilter) { organisations(first: 20, filter: $filter) { nodes {
      name division { code name } chain { name } places { level parent { name } validTo } } } }"""
    taken = await api.as_(None, "en")(query, filter={"acceptsMembers": True, "divisionCode": "330381"})
    assert {node["division"]["name"] for node in taken["nodes"]} == {"Rui'an"}
    assert len(taken["nodes"]) == 3
    assert all(node["chain"][0]["name"] == "温州市总工会" for node in taken["nodes"])


async def test_unions_are_paged_by_name_without_a_gap_or_a_repeat(api: Api) -> None:
    city = await people.organisation(None, Level.CITY, "同名工会")
    for name in ("同名工会", "同名工会", "甲工会", "乙工会"):
        await people.organisation(city, name=name)
    query = """query($after: String) { organisations(first: 2, after: $after) {
      nodes { id name } pageInfo { hasNextPage endCursor } } }"""
    seen: list[Any] = []
    after = None
    while True:
        page = await api(query, after=after)
        seen += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert len({node["id"] for node in seen}) == len(seen) == 5
    names = [node["name"] for node in seen]
    assert names == sorted(names)


async def test_the_map_knows_that_longgang_came_from_cangnan(api: Api) -> None:
    found = await api("{ divisions { code name splitFrom { name } } }")
    assert len(found) == 13
    assert found[-1] == {"code": "330383", "name": "龙港市", "splitFrom": {"name": "苍南县"}}


async def test_finding_members_is_for_staff(api: Api) -> None:
    person = await people.member(await people.organisation())
    for token, code in ((None, "UNAUTHENTICATED"), (await people.signed_in(person), "FORBIDDEN")):
        answer = await api.as_(token).send("FindMember", text=person.name, first=5)
        assert answer["errors"][0]["extensions"]["code"] == code
        assert answer["data"] == {"members": None}


async def test_finding_fifty_members_makes_as_many_statements_as_finding_five(api: Api) -> None:
    tree = await people.tree()
    for number in range(50):
        await people.member(tree["unit" if number % 2 else "unit2"], name=f"{'甲乙丙丁戊己庚辛壬癸'[number % 10]}小明")
    clerk = api.as_(await people.signed_in(clerk=tree["town"]))
    made = []
    for first in (5, 50):
        with counted() as meter:
            found = await clerk("FindMember", text="小明", first=first)
        assert len({node["id"] for node in found["nodes"]}) == first
        assert all(node["membership"]["organisation"]["name"] for node in found["nodes"])
        made.append(meter.statements)
    assert made[0] == made[1] <= 4


async def test_home_makes_few_statements_however_deep_the_tree_and_long_the_history(api: Api) -> None:
    made = []
    city = await people.organisation(None, Level.CITY)
    for depth, moves in ((2, 0), (12, 6)):
        unions = [city]
        for _ in range(depth):
            unions.append(await people.organisation(unions[-1]))
        person = await people.member(unions[-1])
        for step in range(moves):
            await members.move(person.id, unions[step].id, date(2026, 3, 2))
        client = api.as_(await people.signed_in(person))
        with counted() as meter:
            home = await client(HOME)
        assert len(home["member"]["membership"]["history"]) == 1 + 2 * moves
        made.append(meter.statements)
    assert made[0] == made[1] <= 8


async def correct(api: Api, person: Member, **given: Any) -> Any:
    return await api.as_(await people.signed_in(person))("CorrectMyDetails", input=given)


async def test_a_member_corrects_their_details_on_record(api: Api) -> None:
    tree = await people.tree()
    person = await people.member(tree["unit"])
    answer = await correct(api, person, post=" 车间  主任 ", education="COLLEGE", employerUscc="91330302ma00000154")
    assert answer["userErrors"] == []
    now = await Member.get(id=person.id)
    assert (now.post, now.education, now.employer_uscc) == ("车间 主任", "COLLEGE", "91330302MA00000154")
    assert now.ethnicity is None
    entry = await AuditEntry.get(action="members.correct")
    assert entry.subject_id == person.id
    assert entry.organisation_path == tree["unit"].path
    assert entry.what == "education, employer_uscc, post"


async def test_the_account_follows_a_corrected_mobile_and_the_member_is_told(api: Api) -> None:
    person = await people.member(await people.organisation())
    answer = await correct(api, person, phone="13800005678")
    assert answer == {
        "member": {"id": global_id("Member", person.id), "name": person.name, "phone": "138****5678"},
        "userErrors": [],
    }
    account = await Account.get(member_id=person.id)
    assert account.phone_index == phone_index("13800005678")
    assert account.phone.open(account.id) == "13800005678"
    assert (await Member.get(id=person.id)).phone.open(person.id) == "13800005678"
    await jobs.work_once()
    assert (await Account.get(member_id=person.id)).unread_notifications == 1


async def test_a_mobile_that_stays_the_same_is_no_news(api: Api) -> None:
    person = await people.member(await people.organisation())
    assert (await correct(api, person, phone=person.phone.open()))["userErrors"] == []
    await jobs.work_once()
    assert (await Account.get(member_id=person.id)).unread_notifications == 0


async def test_nobody_takes_the_mobile_of_another_member_or_account(api: Api) -> None:
    person, other = await people.member(), await people.member()
    staff = await people.account(clerk=await people.organisation())
    for taken in (other.phone.open(), staff.phone.open()):
        answer = await correct(api, await people.member(), phone=taken, post="主任")
        assert [(e["code"], e["field"]) for e in answer["userErrors"]] == [("PHONE_TAKEN", "phone")]
        assert answer["member"] is None
    assert await Member.filter(post="主任").count() == 0
    assert (await Member.get(id=person.id)).phone_index == person.phone_index


async def test_one_answer_names_everything_that_is_wrong(api: Api) -> None:
    person = await people.member()
    answer = await correct(api, person, phone="123", employerUscc="x", post="  ", ethnicity="长" * 21)
    assert [(e["code"], e["field"]) for e in answer["userErrors"]] == [
        ("MOBILE_INVALID", "phone"),
        ("USCC_INVALID", "employerUscc"),
        ("TOO_LONG", "ethnicity"),
        ("REQUIRED", "post"),
    ]


async def test_details_are_corrected_by_members_only(api: Api) -> None:
    for token, code in ((None, "UNAUTHENTICATED"), (await people.signed_in(), "FORBIDDEN")):
        answer = await api.as_(token).send("CorrectMyDetails", input={"post": "主任"})
        assert answer["errors"][0]["extensions"]["code"] == code

"""A hardship file from the household's papers to the help that it opens, through the frontends' documents."""

from datetime import timedelta
from typing import Any

import pytest

from models.aid.tables import HardshipFiling, HouseholdPerson
from models.cases.tables import Case as CaseRow
from models.kit import clock
from models.kit.ids import global_id, parse_global_id
from models.programmes.tables import Standing
from resolvers.cases.jobs import end_publicity
from tests.api import Api
from tests.factories import aid, people
from tests.factories.desk import Case
from tests.schema.aid.conftest import Scene
from tests.statements import counted

DETAILS = """query ($id: ID!) { staffQueue(organisationId: $id, first: 20) { nodes { id ... on HardshipFiling {
    category perHeadIncome household { size members { name health } } causes { cause } } } } }"""
VISIT = {"visitedOn": clock.today().isoformat(), "visitors": ["陈一", "陈二"], "findings": "情况属实"}


async def filed(member: Api, **changes: Any) -> Case:
    """A household that was handed in."""
    answer = await member("FileForHardship", input=aid.household(**changes))
    assert answer["userErrors"] == []
    return Case(answer["case"])


async def refused(member: Api, **changes: Any) -> set[tuple[str, str | None]]:
    """Why a household is not taken: codes and fields."""
    answer = await member("FileForHardship", input=aid.household(**changes))
    assert answer["case"] is None
    return {(error["code"], error["field"]) for error in answer["userErrors"]}


async def worked_to_publicity(scene: Scene, case: Case) -> None:
    """Accepted, reviewed, visited, audited, and checked with civil affairs."""
    assert await case.move(scene.clerk, "ACCEPTED") == []
    assert await case.sign(scene.clerk, step="unit_review") == []
    assert await case.sign(scene.reviewer, step="home_visit", visit=VISIT) == []
    assert await case.sign(scene.reviewer, step="county_audit") == []
    assert await case.sign(scene.reviewer, step="income_check") == []
    assert case.step == "publicity"


async def publicity_over() -> None:
    """The notices' last day passes."""
    with clock.at(clock.now() + timedelta(days=15)):
        assert await end_publicity() == 1


async def worked_to_its_end(scene: Scene, case: Case) -> None:
    """Through publicity and the decision to the file."""
    await worked_to_publicity(scene, case)
    await publicity_over()
    await case.look(scene.approver)
    assert await case.move(scene.approver, "APPROVED", reason="同意建档") == []
    assert await case.move(scene.clerk, "FULFILLED") == []


async def benefit(member: Api, code: str) -> dict[str, Any]:
    """What one programme means for a member."""
    found = await member("MyBenefits")
    return next(b for b in found["benefits"] if b["programme"]["code"] == code)


async def test_a_household_is_judged_by_the_formula_when_it_is_filed(scene: Scene) -> None:
    answer = await scene.member("FileForHardship", input=aid.household())
    case = answer["case"]
    # (2000 × 12 + 7200 - 12000) / 12 / 2 = 800
    assert (case["category"], case["perHeadIncome"], case["household"]["size"]) == ("DEEP", "800.00", 2)
    assert [m["relation"] for m in case["household"]["members"]] == ["SELF", "SPOUSE"]
    assert (case["status"], case["step"]["code"]) == ("SUBMITTED", "acceptance")


async def test_a_file_opens_the_help_for_every_member_of_the_household(scene: Scene) -> None:
    spouse, theirs = await scene.another()
    for who in (scene.member, theirs):
        before = await benefit(who, "living-aid")
        assert before["outcome"] == "NOT_ELIGIBLE"
        assert before["reasons"][0]["nextStep"]["action"] == "FILE_FOR_HARDSHIP"
    case = await filed(scene.member, members=[aid.relative(id_number=aid.number_of(spouse))])
    await worked_to_its_end(scene, case)
    for who in (scene.member, theirs):
        after = await benefit(who, "living-aid")
        assert (after["outcome"], after["entitlement"]["ceiling"]) == ("ELIGIBLE", "12744.00")
    rows = await Standing.all().values("value", "valid_from", "valid_to")
    assert [(row["value"], (row["valid_to"] - row["valid_from"]).days) for row in rows] == [("DEEP", 364)] * 2


async def test_the_public_notice_shows_masked_name_unit_and_category_alone(scene: Scene) -> None:
    await worked_to_publicity(scene, await filed(scene.member))
    page = await scene.api("PublicNotices", first=10)
    notice = page["nodes"][0]
    assert (notice["maskedName"], notice["category"]) == ("王**", "深度困难")


async def test_whoever_visited_the_household_does_not_decide_on_it(scene: Scene) -> None:
    both = scene.api.as_(await people.signed_in(reviewer=scene.unions["county"], approver=scene.unions["county"]))
    case = await filed(scene.member)
    await case.move(scene.clerk, "ACCEPTED")
    await case.sign(scene.clerk)
    assert await case.sign(both, step="home_visit", visit=VISIT) == []
    await case.sign(scene.reviewer)
    await case.sign(scene.reviewer)
    await publicity_over()
    await case.look(both)
    assert await case.move(both, "APPROVED") == ["SEPARATION_OF_DUTIES"]
    assert await case.move(scene.approver, "APPROVED") == []


async def test_nobody_decides_on_a_household_they_belong_to(scene: Scene) -> None:
    spouse = await people.member(scene.unions["unit2"])
    clerk = scene.api.as_(await people.signed_in(spouse, clerk=scene.unions["county"]))
    case = await filed(scene.member, members=[aid.relative(id_number=aid.number_of(spouse))])
    assert await case.move(clerk, "ACCEPTED") == ["OWN_CASE"]


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"household": None, "incomes": None}, {("REQUIRED", "household"), ("REQUIRED", "incomes")}),
        ({"causes": []}, {("CAUSES_INVALID", "causes")}),
        ({"causes": [{"cause": "OTHER", "primary": False}]}, {("CAUSES_INVALID", "causes")}),
        ({"causes": [{"cause": c, "primary": True} for c in ("OTHER", "ACCIDENT")]}, {("CAUSES_INVALID", "causes")}),
        (
            {
                "causes": [{"cause": "OTHER", "primary": True}]
                + [{"cause": c} for c in ("ACCIDENT", "LAID_OFF", "UNEMPLOYED", "NOT_INSURED")]
            },
            {("CAUSES_INVALID", "causes")},
        ),
        ({"household": {"housing": "OWNED", "homes": 2}}, {("HOUSEHOLD_EXCLUDED", "household.homes")}),
        (
            {"household": {"housing": "OWNED", "homes": 1, "ownsBusiness": True, "studyAbroad": True}},
            {("HOUSEHOLD_EXCLUDED", "household.ownsBusiness"), ("HOUSEHOLD_EXCLUDED", "household.studyAbroad")},
        ),
        (
            {"household": {"housing": "RENTED", "homes": 0, "migrant": True}},
            {("REQUIRED", "household.labourRelationSince")},
        ),
        (
            {
                "household": {
                    "housing": "RENTED", "homes": 0, "migrant": True,
                    "labourRelationSince": (clock.today() - timedelta(days=364)).isoformat(),
                }
            },
            {("NOT_ELIGIBLE", "household.labourRelationSince")},
        ),
        ({"incomes": {"ownMonthly": "20000.00"}}, {("NOT_ELIGIBLE", "incomes")}),
        ({"account": "6222021234567890123"}, {("BANK_CARD_INVALID", "account")}),
        (
            {"members": [aid.relative(id_number="330399199003071231", name="\u0007")]},
            {("RESIDENT_ID_INVALID", "members.0.idNumber"), ("NAME_INVALID", "members.0.name")},
        ),
        (
            {"members": [aid.relative(id_number="330399198512300463")] * 2},
            {("INVALID", "members.1.idNumber")},
        ),
        ({"members": [aid.relative("SELF")]}, {("INVALID", "members.0.relation")}),
    ],
)  # fmt: skip
async def test_a_household_that_cannot_be_filed_is_refused_with_everything_that_is_wrong(
    scene: Scene, changes: dict[str, Any], problems: set[tuple[str, str | None]]
) -> None:
    assert await refused(scene.member, **changes) == problems
    assert await CaseRow.all().count() == 0


async def test_without_consent_nothing_is_filed_and_minors_need_their_own(scene: Scene) -> None:
    newcomer = await people.member(scene.unions["unit"])
    fresh = scene.api.as_(await people.signed_in(newcomer))
    child = aid.relative("CHILD", people.id_number(clock.today() - timedelta(days=5 * 365)))
    asked = await refused(fresh, members=[child], consent=["HEALTH"])
    assert asked == {
        ("CONSENT_REQUIRED", f"consent.{purpose}")
        for purpose in ("INCOME_CHECK", "PUBLICITY", "BANK_ACCOUNT", "MINORS")
    }
    await filed(fresh, members=[child])


async def test_a_draft_may_be_incomplete_and_is_completed_later(scene: Scene) -> None:
    given = {"household": {"housing": "RENTED", "homes": 0}, "submit": False}
    answer = await scene.member("FileForHardship", input=given)
    case = answer["case"]
    assert (case["status"], case["category"], case["household"]["size"]) == ("DRAFT", None, 1)
    assert await scene.member.codes("SubmitCase", id=case["id"], version=case["version"]) == [
        "REQUIRED",
        "CAUSES_INVALID",
    ]
    full = aid.household()
    details = {name: full[name] for name in ("members", "incomes", "spending", "causes")}
    changed = await scene.member(
        "UpdateCase", input={"id": case["id"], "version": case["version"], "hardship": details}
    )
    assert changed["userErrors"] == []
    assert await scene.member.codes("SubmitCase", id=case["id"], version=changed["case"]["version"]) == []
    assert (await HardshipFiling.all().values("category"))[0]["category"] == "DEEP"


async def test_a_correction_may_change_the_household_and_is_judged_anew(scene: Scene) -> None:
    case = await filed(scene.member)
    items = [{"field": "incomes", "problem": "INCORRECT", "message": "请核对工资"}]
    answer = await scene.clerk("RequestCorrection", input={"id": case.id, "version": case.version, "items": items})
    given = {"id": case.id, "version": answer["case"]["version"], "hardship": {"incomes": {"ownMonthly": "3000.00"}}}
    answered = await scene.member("AnswerCorrection", input=given)
    assert answered["userErrors"] == []
    seen = await scene.member("MyCase", id=case.id)
    assert (seen["category"], seen["perHeadIncome"], seen["status"]) == ("RELATIVE", "1300.00", "SUBMITTED")


async def test_a_correction_cannot_bring_in_somebody_who_is_in_another_file(scene: Scene) -> None:
    case = await filed(scene.member)
    number = people.id_number()
    _, other = await scene.another("unit2")
    await filed(other, members=[aid.relative(id_number=number)])
    items = [{"field": "members", "problem": "MISSING"}]
    answer = await scene.clerk("RequestCorrection", input={"id": case.id, "version": case.version, "items": items})
    given = {
        "id": case.id, "version": answer["case"]["version"], "hardship": {"members": [aid.relative(id_number=number)]},
    }  # fmt: skip
    answered = await scene.member("AnswerCorrection", input=given)
    assert [(e["code"], e["field"]) for e in answered["userErrors"]] == [("HOUSEHOLD_FILED", "hardship.members")]
    assert await HouseholdPerson.filter(hold="HELD").count() == 4


async def test_a_person_is_in_one_file_at_a_time(scene: Scene) -> None:
    number = people.id_number()
    case = await filed(scene.member, members=[aid.relative(id_number=number)])
    _, other = await scene.another("other_unit")
    listed = {"members": [aid.relative("PARENT", number)]}
    assert await refused(other, **listed) == {("HOUSEHOLD_FILED", "members")}
    assert await scene.member.codes("WithdrawCase", id=case.id, version=case.version) == []
    await filed(other, **listed)


async def test_a_file_is_checked_anew_every_year_and_not_before_its_last_weeks(scene: Scene) -> None:
    await worked_to_its_end(scene, await filed(scene.member))
    assert ("NOT_ELIGIBLE", "programmeId") in await refused(scene.member)
    almost_over = clock.today() + timedelta(days=59)
    await Standing.filter(code="HARDSHIP").update(valid_to=almost_over)
    await HardshipFiling.filter(category="DEEP").update(valid_to=almost_over)
    again = await filed(scene.member)
    await worked_to_its_end(scene, again)
    ended, running = await Standing.all().order_by("id").values("valid_to", "case_id")
    assert ended["valid_to"] < clock.today() < running["valid_to"]
    assert running["case_id"] == parse_global_id(again.id)[1]


async def test_a_near_miss_is_on_record_and_opens_nothing(scene: Scene) -> None:
    # (4700 × 12 + 7200 - 12000) / 12 / 2 = 2150, a little above 2 D = 2124
    case = await filed(scene.member, incomes={"ownMonthly": "4700.00"})
    seen = await case.look(scene.reviewer)
    assert seen["category"] == "BORDERLINE"
    assert [reason["code"] for reason in seen["eligibility"]["reasons"]] == ["INCOME_BORDERLINE"]
    await worked_to_its_end(scene, case)
    assert await Standing.all().count() == 0
    await filed(scene.member)


async def test_health_and_income_are_for_the_applicant_and_the_staff_who_work_the_case(scene: Scene) -> None:
    case = await filed(scene.member)
    auditor = scene.api.as_(await people.signed_in(auditor=scene.unions["city"]))
    elsewhere = scene.api.as_(await people.signed_in(clerk=scene.unions["other_county"]))
    for viewer in (scene.member, scene.clerk):
        seen = await viewer("MyCase", id=case.id)
        assert [(m["health"], m["income"]) for m in seen["household"]["members"]] == [
            (None, "24000.00"), ("SERIOUSLY_ILL", "7200.00"),
        ]  # fmt: skip
    seen = await auditor("MyCase", id=case.id)
    assert [(m["health"], m["income"]) for m in seen["household"]["members"]] == [(None, None)] * 2
    assert await elsewhere("MyCase", id=case.id) is None


async def test_account_and_health_are_revealed_on_record_and_shown_to_the_member(scene: Scene) -> None:
    case = await filed(scene.member)
    for field, value in (("BANK_ACCOUNT", aid.ACCOUNT), ("HEALTH", "林小芳：重大疾病")):
        given = {"caseId": case.id, "field": field, "reason": "核对材料"}
        assert (await scene.clerk("RevealSensitive", input=given))["value"] == value
    views = await scene.member("WhoViewedMyFile", first=10)
    assert len(views["fileViews"]["nodes"]) == 2


async def test_nothing_of_a_draft_is_revealed(scene: Scene) -> None:
    answer = await scene.member("FileForHardship", input=aid.household(submit=False))
    given = {"caseId": answer["case"]["id"], "field": "BANK_ACCOUNT", "reason": "核对材料"}
    assert await scene.clerk.codes("RevealSensitive", input=given) == ["NOT_FOUND"]


async def test_a_person_is_given_everything_held_about_them(scene: Scene) -> None:
    person, theirs = await scene.another()
    await filed(scene.member, members=[aid.relative(id_number=aid.number_of(person), health="WEAK")])
    own = (await scene.member("MyData"))["dataExport"]["aid"]["hardshipFiles"][0]
    assert (own["account"], own["category"], len(own["persons"])) == (aid.ACCOUNT, "DEEP", 2)
    assert own["circumstances"]["household"]["housing"] == "RENTED"
    listed = (await theirs("MyData"))["dataExport"]["aid"]["inHouseholds"]
    assert [(row["name"], row["health"]) for row in listed] == [("林小芳", "WEAK")]


async def test_the_applicant_may_list_themself_to_say_more(scene: Scene) -> None:
    own = aid.relative("SELF", aid.number_of(scene.person), name=scene.person.name, health="DISABLED")
    case = await filed(scene.member, members=[own, aid.relative()])
    seen = await scene.member("MyCase", id=case.id)
    assert [m["health"] for m in seen["household"]["members"]] == ["DISABLED", None]
    assert seen["household"]["size"] == 2


async def test_reading_many_files_takes_no_more_statements_than_reading_one(scene: Scene) -> None:
    cost = []
    for number in range(3):
        _, member = await scene.another("unit2", name=f"王小{'一二三'[number]}")
        await filed(member, members=[aid.relative() for _ in range(number + 1)])
        with counted() as meter:
            await scene.clerk(DETAILS, id=global_id("Organisation", scene.unions["unit2"].id))
        cost.append(meter.statements)
    assert cost[0] == cost[2] < 40


async def test_somebody_without_a_union_cannot_file(scene: Scene) -> None:
    outsider = scene.api.as_(await people.signed_in(await people.member()))
    assert await refused(outsider) == {("NOT_A_MEMBER", None)}

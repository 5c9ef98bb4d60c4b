"""Money aid: who may have how much of it, how often, and to whom it goes, through the frontends' documents."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from typing import Any

import pytest
import pytest_asyncio

from models.kit import clock
from models.programmes.tables import EntitlementUse
from tests.api import Api
from tests.factories import aid, people
from tests.factories.desk import Case
from tests.schema.aid.conftest import Scene, set_up

Row = dict[str, Any]
STUDENT = people.id_number(date(2007, 3, 7), 123)
ANSWERS: dict[str, Row] = {
    "temporary-aid": {"event": "ILLNESS", "reason": "住院治疗"},
    "living-aid": {"situation": "生活困难"},
    "medical-aid": {"patient": "SELF", "hospital": "市一医院", "diagnosis": "骨折", "ownPaid": 3000.50},
    "winter-warmth": {"situation": "过年困难"},
    "tuition-aid": {
        "studentIdNumber": STUDENT, "level": "HIGHER", "school": "温州大学", "fullTime": True,
        "place": "ORDINARY", "otherAid": False, "temporaryHardship": True,
    },
}  # fmt: skip


def form(scene: Scene, code: str, yuan: str | None = "1000.00", **changes: Any) -> Row:
    """What the member fills in; `answers` are added to what is needed."""
    answers = {**ANSWERS[code], **changes.pop("answers", {})}
    if code == "tuition-aid":
        changes = {"studentName": "王一诺", **changes}
    given = {"programmeId": scene.programmes[code], "amountRequested": yuan, "payee": aid.payee(scene.person)}
    return {**given, "answers": answers, **changes}


async def applied(scene: Scene, code: str, *given: str, member: Api | None = None, **changes: Any) -> Case:
    """An application that was handed in."""
    answer = await (member or scene.member)("ApplyForAid", input=form(scene, code, *given, **changes))
    assert answer["userErrors"] == []
    return Case(answer["case"])


async def refused(
    scene: Scene, code: str, *given: str | None, member: Api | None = None, **changes: Any
) -> list[tuple[str, str | None]]:
    """Why an application is not taken."""
    answer = await (member or scene.member)("ApplyForAid", input=form(scene, code, *given, **changes))
    assert answer["case"] is None
    return [(error["code"], error["field"]) for error in answer["userErrors"]]


async def approved(scene: Scene, case: Case, **decision: Any) -> list[str]:
    """Worked up to the decision and approved; the codes of its errors."""
    assert await case.move(scene.clerk, "ACCEPTED") == []
    while case.step != "decision":
        assert await case.sign(scene.clerk if case.step == "unit_review" else scene.reviewer) == []
    return await case.move(scene.approver, "APPROVED", **decision)


@pytest_asyncio.fixture
async def in_summer(api: Api) -> AsyncIterator[Scene]:
    """The weeks in which tuition aid is open."""
    with clock.at(datetime.fromisoformat("2026-07-10T10:00:00+08:00")):
        yield await set_up(api)


@pytest_asyncio.fixture
async def in_winter(api: Api) -> AsyncIterator[Scene]:
    """The weeks in which winter warmth is open, for a member with a file."""
    with clock.at(datetime.fromisoformat("2026-12-10T10:00:00+08:00")):
        scene = await set_up(api)
        await aid.standing(scene.person)
        yield scene


async def test_the_money_goes_to_the_account_that_was_named_and_is_shown_masked(scene: Scene) -> None:
    case = await applied(scene, "temporary-aid", "800.00")
    assert await approved(scene, case) == []
    assert await case.move(scene.finance, "FULFILLED") == []
    seen = await scene.member("MyCase", id=case.id)
    assert seen["payee"] == {"name": "王小明", "accountMasked": "***************" + aid.ACCOUNT[-4:]}
    assert (seen["money"]["paid"], seen["money"]["payments"][0]["status"]) == ("800.00", "PAID")


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"payee": None}, [("REQUIRED", "payee")]),
        ({"payee": {"name": "张三", "account": aid.ACCOUNT}}, [("INVALID", "payee.name")]),
        (
            {"payee": {"name": "", "account": "6222021200000000019"}},
            [("BANK_CARD_INVALID", "payee.account"), ("NAME_INVALID", "payee.name")],
        ),
        ({"amountRequested": None}, [("REQUIRED", "amountRequested")]),
        ({"amountRequested": "0.00"}, [("INVALID", "amountRequested")]),
        ({"amountRequested": "5000.01"}, [("OVER_CEILING", "amountRequested")]),
        (
            {"answers": {"event": "WAR", "occurredOn": "2026-02-30"}, "payee": None},
            [("ANSWERS_INVALID", "answers.event"), ("ANSWERS_INVALID", "answers.occurredOn"), ("REQUIRED", "payee")],
        ),
        ({"answers": {"more": "…"}}, [("ANSWERS_INVALID", "answers")]),
    ],
)
async def test_an_application_is_refused_with_everything_that_is_wrong(
    scene: Scene, changes: Row, problems: list[tuple[str, str]]
) -> None:
    assert sorted(await refused(scene, "temporary-aid", **changes)) == sorted(problems)


@pytest.mark.parametrize("answers", [[1], "text", 5])
async def test_answers_that_are_no_object_are_refused(scene: Scene, answers: Any) -> None:
    given = {**form(scene, "temporary-aid"), "answers": answers}
    answer = await scene.member("ApplyForAid", input=given)
    assert [(e["code"], e["field"]) for e in answer["userErrors"]] == [("ANSWERS_INVALID", "answers")]


async def test_a_programme_of_another_kind_is_not_applied_for_here(scene: Scene) -> None:
    given = {**form(scene, "temporary-aid"), "programmeId": scene.programmes["hardship"]}
    answer = await scene.member("ApplyForAid", input=given)
    assert [(e["code"], e["field"]) for e in answer["userErrors"]] == [("NOT_FOUND", "programmeId")]


async def test_an_account_is_kept_only_with_consent(scene: Scene) -> None:
    assert await scene.member.codes("WithdrawConsent", purpose="BANK_ACCOUNT") == []
    assert await refused(scene, "temporary-aid") == [("CONSENT_REQUIRED", "consent.BANK_ACCOUNT")]


async def test_a_draft_is_completed_before_it_is_handed_in(scene: Scene) -> None:
    answer = await scene.member("ApplyForAid", input=form(scene, "temporary-aid", payee=None, submit=False))
    case = answer["case"]
    assert (case["status"], case["payee"]) == ("DRAFT", None)
    given = {"id": case["id"], "version": case["version"], "aid": {"payee": {"name": "王小明", "account": "1"}}}
    wrong = await scene.member("UpdateCase", input=given)
    assert [(e["code"], e["field"]) for e in wrong["userErrors"]] == [("BANK_CARD_INVALID", "aid.payee.account")]
    given["aid"] = {"payee": aid.payee(scene.person)}
    changed = await scene.member("UpdateCase", input=given)
    assert await scene.member.codes("SubmitCase", id=case["id"], version=changed["case"]["version"]) == []


async def test_the_typed_part_of_another_kind_of_case_is_refused(scene: Scene) -> None:
    answer = await scene.member("ApplyForAid", input=form(scene, "temporary-aid", submit=False))
    given = {"id": answer["case"]["id"], "version": answer["case"]["version"], "mothersRoom": {"siteName": "纺织厂"}}
    refusal = await scene.member("UpdateCase", input=given)
    assert [(e["code"], e["field"]) for e in refusal["userErrors"]] == [("INVALID", "mothersRoom")]


async def test_a_payee_may_be_somebody_of_the_filed_household(scene: Scene) -> None:
    assert (await scene.member("FileForHardship", input=aid.household()))["userErrors"] == []
    await applied(scene, "temporary-aid", payee={"name": "林小芳", "account": aid.ACCOUNT})


@pytest.mark.parametrize("code", ["living-aid", "medical-aid"])
async def test_first_file_then_help(scene: Scene, code: str) -> None:
    assert await refused(scene, code) == [("NOT_ELIGIBLE", "programmeId")]
    await aid.standing(scene.person)
    await applied(scene, code)


@pytest.mark.parametrize(
    ("code", "most", "beyond"),
    [("living-aid", "12744.00", "12744.01"), ("medical-aid", "3000.50", "3000.51")],
)
async def test_living_aid_is_twelve_months_of_the_allowance_and_medical_aid_the_own_part(
    scene: Scene, code: str, most: str, beyond: str
) -> None:
    await aid.standing(scene.person)
    assert await refused(scene, code, beyond) == [("OVER_CEILING", "amountRequested")]
    case = await applied(scene, code, most)
    assert await approved(scene, case, amount=beyond) == ["OVER_CEILING"]
    assert await case.move(scene.approver, "APPROVED") == []


async def test_a_household_has_one_of_each_kind_a_year_whoever_applies(scene: Scene) -> None:
    spouse, theirs = await scene.another()
    await aid.standing(scene.person, spouse)
    case = await applied(scene, "living-aid")
    other: Row = {"member": theirs, "payee": aid.payee(spouse)}
    assert await refused(scene, "living-aid", **other) == [("ALREADY_CLAIMED", "programmeId")]
    await applied(scene, "medical-aid", **other)
    assert await scene.member.codes("WithdrawCase", id=case.id, version=case.version) == []
    await applied(scene, "living-aid", **other)


async def test_what_a_member_had_before_counts_in_a_later_file(scene: Scene) -> None:
    spouse, theirs = await scene.another()
    await applied(scene, "temporary-aid")
    await aid.standing(scene.person, spouse)
    other: Row = {"member": theirs, "payee": aid.payee(spouse)}
    assert await refused(scene, "temporary-aid", **other) == [("ALREADY_CLAIMED", "programmeId")]


async def test_what_was_granted_and_then_taken_back_may_be_granted_again(in_winter: Scene) -> None:
    scene = in_winter
    for _ in range(3):
        case = await applied(scene, "winter-warmth", "3000.00")
        assert await approved(scene, case) == []
        assert await scene.member.codes("WithdrawCase", id=case.id, version=case.version) == []
    assert [use.taken_fen for use in await EntitlementUse.all()] == [0]


async def test_winter_warmth_is_three_thousand_a_time_and_six_a_year(in_winter: Scene) -> None:
    scene = in_winter
    assert await refused(scene, "winter-warmth", "3000.01") == [("OVER_CEILING", "amountRequested")]
    cases = [await applied(scene, "winter-warmth", "2500.00") for _ in range(3)]
    assert [await approved(scene, case) for case in cases] == [[], [], ["OVER_CEILING"]]
    assert await cases[2].move(scene.approver, "APPROVED", amount="1000.00") == []
    assert await refused(scene, "winter-warmth", "1.00") == [("ALREADY_CLAIMED", "programmeId")]


@pytest.mark.parametrize("code", ["tuition-aid", "winter-warmth"])
async def test_out_of_season_nothing_is_taken(api: Api, code: str) -> None:
    with clock.at(datetime.fromisoformat("2026-05-05T10:00:00+08:00")):
        scene = await set_up(api)
        await aid.standing(scene.person)
        assert await refused(scene, code) == [("NOT_OPEN", "programmeId")]


@pytest.mark.parametrize(
    ("filed", "level", "most"),
    [
        (True, "HIGHER", "5000.00"),
        (True, "SENIOR", "3000.00"),
        (False, "HIGHER", "4000.00"),
        (False, "SENIOR", "2000.00"),
    ],
)
async def test_tuition_aid_goes_by_level_and_by_whether_the_household_is_filed(
    in_summer: Scene, filed: bool, level: str, most: str
) -> None:
    if filed:
        await aid.standing(in_summer.person)
    beyond = most.replace(".00", ".01")
    answers = {"level": level}
    assert await refused(in_summer, "tuition-aid", beyond, answers=answers) == [("OVER_CEILING", "amountRequested")]
    await applied(in_summer, "tuition-aid", most, answers=answers)


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        *(({"place": place}, "place") for place in
          ("MILITARY", "FREE_TEACHER", "DIRECTED", "SINO_FOREIGN", "HIGH_FEE_PRIVATE", "ABROAD")),
        ({"otherAid": True}, "otherAid"),
        ({"fullTime": False}, "fullTime"),
        ({"temporaryHardship": False}, "temporaryHardship"),
    ],
)  # fmt: skip
async def test_some_students_are_excluded_from_tuition_aid(in_summer: Scene, answers: Any, field: str) -> None:
    assert await refused(in_summer, "tuition-aid", answers=answers) == [("NOT_ELIGIBLE", f"answers.{field}")]


@pytest.mark.parametrize("written", [STUDENT, f"{STUDENT[:6]} {STUDENT[6:]}", STUDENT.translate({ord("0"): "０"})])
async def test_a_student_is_aided_once_a_year_however_the_number_is_written(in_summer: Scene, written: str) -> None:
    scene = in_summer
    other, theirs = await scene.another()
    await applied(scene, "tuition-aid")
    again: Row = {"member": theirs, "payee": aid.payee(other), "answers": {"studentIdNumber": written}}
    assert await refused(scene, "tuition-aid", **again) == [("ALREADY_CLAIMED", "programmeId")]


async def test_a_student_is_named_and_may_be_paid(in_summer: Scene) -> None:
    scene = in_summer
    assert await refused(scene, "tuition-aid", studentName=None) == [("REQUIRED", "studentName")]
    case = await applied(scene, "tuition-aid", payee={"name": "王一诺", "account": aid.ACCOUNT})
    assert (await scene.member("MyCase", id=case.id))["studentName"] == "王一诺"


async def test_a_student_corrected_leaves_room_for_the_one_named_before(in_summer: Scene) -> None:
    scene = in_summer
    case = await applied(scene, "tuition-aid")
    items = [{"field": "studentIdNumber", "problem": "INCORRECT"}]
    answer = await scene.clerk("RequestCorrection", input={"id": case.id, "version": case.version, "items": items})
    right = {**form(scene, "tuition-aid")["answers"], "studentIdNumber": people.id_number(date(2008, 1, 1), 5)}
    given = {"id": case.id, "version": answer["case"]["version"], "answers": right}
    assert await scene.member.codes("AnswerCorrection", input=given) == []
    other, theirs = await scene.another()
    await applied(scene, "tuition-aid", member=theirs, payee=aid.payee(other))

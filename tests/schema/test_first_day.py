"""The main job, end to end: a member applies, the unions work the case, the member sees every change."""

from models.kit.ids import global_id
from resolvers.kit import jobs
from tests.factories import people
from tests.factories.scene import Scene, apply, moved


async def test_a_member_applies_and_is_paid_and_told(scene: Scene) -> None:
    case = await apply(scene)
    assert (case["status"], case["step"]["actor"]) == ("SUBMITTED", "UNIT")
    queue = await scene.clerk("StaffQueue", organisationId=global_id("Organisation", scene.unions["unit"].id), first=10)
    assert [edge["node"]["number"] for edge in queue["edges"]] == [case["number"]]
    taken = await scene.clerk("TakeCase", id=case["id"], version=case["version"])
    case = await moved(scene.clerk, taken["case"], to="ACCEPTED")
    signed = await scene.clerk(
        "SignStep",
        input={"id": case["id"], "version": case["version"], "step": case["step"]["code"], "outcome": "AGREE"},
    )
    assert signed["userErrors"] == []
    case = await moved(scene.approver, signed["case"], to="APPROVED", amount="800.00", reason="同意")
    case = await moved(scene.finance, case, to="FULFILLED")
    assert case["money"]["paid"] == "800.00"
    file = await scene.member("MyCase", id=case["id"])
    assert [entry["to"] for entry in file["timeline"] if entry["to"]] == [
        "SUBMITTED", "ACCEPTED", "APPROVED", "FULFILLED",
    ]  # fmt: skip
    while await jobs.work_once():
        pass
    news = await scene.member("Notifications", first=10)
    kinds = {edge["node"]["kind"] for edge in news["notifications"]["edges"]}
    assert {"CASE_ACCEPTED", "CASE_APPROVED", "CASE_FULFILLED"} <= kinds
    assert await scene.member.codes("RateService", id=case["id"], score="VERY_SATISFIED", comment="很快") == []


async def test_a_correction_is_asked_for_once_and_answered(scene: Scene) -> None:
    case = await apply(scene)
    asked = {
        "id": case["id"],
        "version": case["version"],
        "items": [{"field": "answers.reason", "problem": "INCORRECT", "message": "请写明住院时间"}],
    }
    case = (await scene.clerk("RequestCorrection", input=asked))["case"]
    assert case["step"]["actor"] == "APPLICANT"
    assert "补正" in case["waitingFor"]
    answer = await scene.member(
        "AnswerCorrection", input={"id": case["id"], "version": case["version"], "reply": "3月1日住院"}
    )
    assert answer["userErrors"] == []
    again = {**asked, "version": answer["case"]["version"]}
    assert await scene.clerk.codes("RequestCorrection", input=again) == ["ALREADY_ASKED"]


async def test_many_cases_are_decided_and_a_stale_one_is_left(scene: Scene) -> None:
    made = [await apply(scene)]
    for _ in range(2):
        other = await people.member(scene.unions["unit"])
        member = scene.member.as_(await people.signed_in(other))
        payee = {"name": other.name, "account": "6222021234567890128"}
        made.append(await apply(Scene(**{**vars(scene), "member": member}), payee=payee))
    items = [{"id": case["id"], "version": case["version"]} for case in made]
    items[1]["version"] += 7
    answer = await scene.clerk("DecideCases", input={"items": items, "to": "ACCEPTED", "onError": "SKIP"})
    assert [result["ok"] for result in answer["results"]] == [True, False, True]
    assert answer["results"][1]["userErrors"][0]["code"] == "CONFLICT"
    assert answer["results"][1]["case"]["status"] == "SUBMITTED"
    assert [result["case"]["status"] for result in answer["results"]] == ["ACCEPTED", "SUBMITTED", "ACCEPTED"]
    file = await scene.clerk("CaseForStaff", id=made[0]["id"])
    assert file["eligibility"]["outcome"] == "ELIGIBLE"


async def test_a_member_takes_their_cases_along_with_everything_held_about_them(scene: Scene) -> None:
    case = await moved(scene.clerk, await apply(scene), to="ACCEPTED")
    data = (await scene.member("MyData"))["dataExport"]
    (held,) = data["cases"]
    assert (held["number"], held["answers"]["event"]) == (case["number"], "ILLNESS")
    assert [entry["action"] for entry in held["timeline"]] == ["CREATE", "SUBMIT", "ACCEPT"]
    assert data["objections"] == []

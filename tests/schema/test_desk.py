"""The desk: counts, queues with filters, handlers, and money under control."""

from datetime import timedelta
from typing import Any

import pytest

from models.kit import clock
from models.kit.ids import global_id
from models.members import Organisation
from resolvers.kit import jobs
from tests.api import Api
from tests.factories import people
from tests.factories.scene import Scene, apply, moved


def id_of(union: Organisation) -> str:
    return global_id("Organisation", union.id)


async def numbers(staff: Api, union: Organisation, **wanted: Any) -> list[str]:
    """The numbers in a union's queue."""
    page = await staff("StaffQueue", organisationId=id_of(union), first=50, **wanted)
    return [edge["node"]["number"] for edge in page["edges"]]


async def test_the_desk_counts_open_cases_by_status(scene: Scene) -> None:
    await apply(scene)
    desk = await scene.clerk("Desk")
    assert desk["deskCounts"] == [{"status": "SUBMITTED", "count": 1, "overdue": 0, "dueSoon": 1}]
    assert [role["role"] for role in desk["staffRoles"]] == ["CLERK"]
    assert (await scene.member("Desk"))["deskCounts"] == []


async def test_a_case_past_its_limit_is_overdue_in_the_queue(scene: Scene) -> None:
    case = await apply(scene)
    unit = scene.unions["unit"]
    assert await numbers(scene.clerk, unit, filter={"overdue": True}) == []
    with clock.at(clock.now() + timedelta(days=20)):
        clerk = scene.clerk.as_(await people.signed_in(None, clerk=unit))
        assert await numbers(clerk, unit, filter={"overdue": True}) == [case["number"]]


async def test_a_queue_is_searched_by_number_and_name_and_ordered(scene: Scene) -> None:
    case, unit = await apply(scene), scene.unions["unit"]
    for order in ("NEWEST", "OLDEST", "DUE"):
        assert await numbers(scene.clerk, unit, orderBy=order) == [case["number"]]
    assert await numbers(scene.clerk, unit, filter={"text": case["number"][:6]}) == [case["number"]]
    assert await numbers(scene.clerk, unit, filter={"text": "王小"}) == [case["number"]]
    assert await numbers(scene.clerk, unit, filter={"text": "没有这个人"}) == []
    assert await numbers(scene.clerk, unit, filter={"kinds": ["HARDSHIP"]}) == []


async def test_staff_of_another_union_see_neither_queue_nor_case(scene: Scene) -> None:
    case = await apply(scene)
    stranger = scene.clerk.as_(await people.signed_in(None, clerk=scene.unions["other_unit"]))
    answer = await stranger.send("StaffQueue", organisationId=id_of(scene.unions["unit"]), first=10)
    assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    assert await stranger("CaseForStaff", id=case["id"]) is None
    assert await stranger.codes("TakeCase", id=case["id"], version=case["version"]) == ["NOT_FOUND"]


async def test_a_case_is_given_to_a_handler_of_the_right_union(scene: Scene) -> None:
    case = await apply(scene)
    offered = await scene.clerk("AssignableHandlers", caseId=case["id"])
    assert offered
    answer = await scene.clerk("AssignCase", id=case["id"], handlerId=offered[0]["id"], version=case["version"])
    assert answer["userErrors"] == []
    mine = {"handlerId": offered[0]["id"]}
    assert await numbers(scene.clerk, scene.unions["unit"], filter=mine) == [case["number"]]
    outsider = await people.account(None, clerk=scene.unions["other_unit"])
    wrong = {"id": case["id"], "handlerId": global_id("Account", outsider.id), "version": answer["case"]["version"]}
    assert await scene.clerk.codes("AssignCase", **wrong) == ["NOT_FOUND"]


async def test_a_budget_shows_what_is_reserved_and_paid(scene: Scene) -> None:
    case = await apply(scene)
    case = await moved(scene.clerk, case, to="ACCEPTED")
    signed = {"id": case["id"], "version": case["version"], "step": case["step"]["code"], "outcome": "AGREE"}
    case = (await scene.clerk("SignStep", input=signed))["case"]
    case = await moved(scene.approver, case, to="APPROVED", amount="600.00")
    asked = {
        "programmeId": scene.programme,
        "organisationId": id_of(scene.unions["county"]),
        "year": clock.today().year,
    }
    budget = await scene.finance("Budget", **asked)
    assert (budget["reserved"], budget["paid"]) == ("600.00", "0.00")
    assert [entry["kind"] for entry in budget["entries"]["nodes"]] == ["RESERVE", "ALLOT"]
    await moved(scene.finance, case, to="FULFILLED")
    budget = await scene.finance("Budget", **asked)
    assert (budget["reserved"], budget["paid"]) == ("0.00", "600.00")
    refused = await scene.member.send("Budget", **asked)
    assert refused["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_a_case_fulfilled_twice_is_paid_once(scene: Scene) -> None:
    case = await moved(scene.clerk, await apply(scene), to="ACCEPTED")
    signed = {"id": case["id"], "version": case["version"], "step": case["step"]["code"], "outcome": "AGREE"}
    case = (await scene.clerk("SignStep", input=signed))["case"]
    case = await moved(scene.approver, case, to="APPROVED")
    paid = await moved(scene.finance, case, to="FULFILLED")
    again = {"id": case["id"], "version": case["version"], "to": "FULFILLED"}
    assert await scene.finance.codes("ChangeCaseStatus", input=again) == ["CONFLICT"]
    again["version"] = paid["version"]
    assert await scene.finance.codes("ChangeCaseStatus", input=again) == ["MOVE_NOT_ALLOWED"]
    seen = await scene.member("MyCase", id=case["id"])
    assert len(seen["money"]["payments"]) == 1


async def test_a_correction_nobody_answers_counts_as_withdrawn(scene: Scene) -> None:
    case = await apply(scene)
    asked = {"id": case["id"], "version": case["version"], "items": [{"document": "ID_CARD", "problem": "ILLEGIBLE"}]}
    assert await scene.clerk.codes("RequestCorrection", input=asked) == []
    with clock.at(clock.now() + timedelta(days=40)):
        while await jobs.work_once():
            pass
    seen = await scene.member("MyCase", id=case["id"])
    assert (seen["status"], seen["timeline"][-1]["action"]) == ("WITHDRAWN", "DEEM_WITHDRAWN")
    assert (await apply(scene))["status"] == "SUBMITTED"


async def test_documents_that_do_not_follow_revoke_the_acceptance_with_a_reason(scene: Scene) -> None:
    case = await moved(scene.clerk, await apply(scene), to="ACCEPTED_PENDING_DOCUMENTS")
    missing = [document for document in case["documents"] if document["status"] == "MISSING"]
    assert missing
    assert all(document["requiredBy"] for document in missing)
    with clock.at(clock.now() + timedelta(days=40)):
        while await jobs.work_once():
            pass
    seen = await scene.member("MyCase", id=case["id"])
    assert seen["status"] == "ACCEPTANCE_REVOKED"
    assert "材料" in seen["decision"]["reason"]


async def test_the_last_missing_document_makes_the_acceptance_whole(scene: Scene) -> None:
    case = await moved(scene.clerk, await apply(scene), to="ACCEPTED_PENDING_DOCUMENTS")
    present = """mutation Present($id: ID!) {
        presentDocument(input: { id: $id }) { case { status } userErrors { code } }
    }"""
    missing = [document["id"] for document in case["documents"] if document["status"] == "MISSING"]
    statuses = [(await scene.clerk(present, id=id))["case"]["status"] for id in missing]
    assert statuses == ["ACCEPTED_PENDING_DOCUMENTS"] * (len(missing) - 1) + ["ACCEPTED"]


@pytest.mark.parametrize("to", ["NOT_ACCEPTED", "REJECTED"])
async def test_a_refusal_needs_a_reason_in_writing(scene: Scene, to: str) -> None:
    case = await apply(scene)
    staff = scene.clerk
    if to == "REJECTED":
        case = await moved(scene.clerk, case, to="ACCEPTED")
        signed = {"id": case["id"], "version": case["version"], "step": case["step"]["code"], "outcome": "AGREE"}
        case, staff = (await scene.clerk("SignStep", input=signed))["case"], scene.approver
    bare = {"id": case["id"], "version": case["version"], "to": to}
    assert await staff.codes("ChangeCaseStatus", input=bare) == ["REQUIRED"]
    answer = await staff("ChangeCaseStatus", input={**bare, "reason": "不符合救助条件"})
    assert answer["case"]["decision"]["reason"] == "不符合救助条件"


async def test_the_city_changes_a_programme_and_nobody_else(scene: Scene) -> None:
    city = scene.clerk.as_(await people.signed_in(None, administrator=scene.unions["city"]))
    county = scene.clerk.as_(await people.signed_in(None, administrator=scene.unions["county"]))
    opens, closes = "2026-12-01T00:00:00+08:00", "2027-02-28T00:00:00+08:00"
    wanted = {"id": scene.programme, "opensAt": opens, "closesAt": closes}
    assert await county.codes("ChangeProgramme", input=wanted) == ["NOT_ALLOWED"]
    changed = await city("ChangeProgramme", input={**wanted, "name": {"zh": "临时帮扶", "en": "Help"}})
    assert changed["programme"] == {
        "id": scene.programme, "code": "temporary-aid", "name": "临时帮扶", "opensAt": opens, "closesAt": closes,
    }  # fmt: skip


async def test_a_new_form_is_a_new_version_from_a_coming_day(scene: Scene) -> None:
    city = scene.clerk.as_(await people.signed_in(None, administrator=scene.unions["city"]))
    reaching_out = {"$ref": "https://example.org/form.json"}
    assert await city.codes("ChangeProgramme", input={"id": scene.programme, "form": reaching_out}) == ["INVALID"]
    form = {"type": "object", "properties": {"event": {"type": "string"}}}
    assert await city.codes("ChangeProgramme", input={"id": scene.programme, "form": form, "promisedDays": 9}) == []
    assert (await scene.member("ProgrammeGuide", id=scene.programme))["promised"]["days"] != 9
    with clock.at(clock.now() + timedelta(days=2)):
        member = scene.member.as_(await people.signed_in(await people.member(scene.unions["unit"])))
        guide = await member("ProgrammeGuide", id=scene.programme)
    assert (guide["form"]["version"], guide["promised"]["days"]) == (2, 9)

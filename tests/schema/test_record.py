"""The record: revealing leaves a trace that the member and the auditors see, and one's own data can be had."""

from datetime import UTC, datetime
from typing import Any

import pytest

from models.kit import audit, clock, sensitive
from models.kit.actor import CASE_ROLES, Role
from models.kit.audit import AuditEntry
from models.kit.ids import global_id, uuid7
from models.kit.sensitive import Sensitive, SensitiveField
from models.members import Member, Organisation
from resolvers.kit import jobs
from tests.api import Api
from tests.factories import people
from tests.statements import counted

NOON = datetime(2026, 3, 5, 4, tzinfo=UTC)


def asking(person: Member, **given: Any) -> dict[str, Any]:
    wanted = {"memberId": global_id("Member", person.id), "field": "ID_NUMBER", "reason": "核对医保材料"}
    return {"input": {**wanted, **given}}


async def tree_with_member() -> tuple[dict[str, Organisation], Member]:
    tree = await people.tree()
    return tree, await people.member(tree["unit"])


async def test_staff_reveal_a_value_for_a_minute_and_the_member_sees_who_and_why(api: Api) -> None:
    tree, person = await tree_with_member()
    clerk = await people.signed_in(clerk=tree["county"])
    with clock.at(NOON):
        answer = await api.as_(await people.signed_in(clerk=tree["county"]))("RevealSensitive", **asking(person))
    assert answer == {
        "value": person.id_number.open(), "expiresAt": "2026-03-05T12:01:00+08:00", "userErrors": [],
    }  # fmt: skip
    answer = await api.as_(clerk)("RevealSensitive", **asking(person, field="PHONE", reason="电话回访"))
    assert answer["value"] == person.phone.open()
    views = (await api.as_(await people.signed_in(person))("WhoViewedMyFile", first=5))["fileViews"]["nodes"]
    assert [(view["what"], view["reason"]) for view in views] == [
        ("手机号码", "电话回访"),
        ("身份证号码", "核对医保材料"),
    ]
    assert views[0]["by"] == {"name": "工作人员", "role": "CLERK", "organisation": {"name": "鹿城区总工会"}}


async def test_a_revealed_value_is_nowhere_on_record(api: Api) -> None:
    tree, person = await tree_with_member()
    await api.as_(await people.signed_in(clerk=tree["unit"]))("RevealSensitive", **asking(person))
    entry = (await AuditEntry.filter(action="staff.reveal").values())[0]
    assert person.id_number.open() not in repr(entry)


@pytest.mark.parametrize("role", list(Role))
async def test_only_those_who_work_cases_reveal(api: Api, role: Role) -> None:
    tree, person = await tree_with_member()
    client = api.as_(await people.signed_in(None, **{role.lower(): tree["county"]}))
    answer = await client.send("RevealSensitive", **asking(person))
    assert ("errors" not in answer) is (role in CASE_ROLES)


async def test_somebody_elses_member_answers_like_one_that_does_not_exist(api: Api) -> None:
    tree, person = await tree_with_member()
    own = await people.member(tree["other_unit"])
    client = api.as_(await people.signed_in(clerk=tree["other_county"], auditor=tree["city"]))
    foreign = await client("RevealSensitive", **asking(person))
    unknown = await client("RevealSensitive", **asking(person, memberId=global_id("Member", uuid7())))
    assert foreign == unknown
    assert (foreign["value"], foreign["userErrors"][0]["code"]) == (None, "NOT_FOUND")
    assert await client.codes("RevealSensitive", **asking(own)) == []
    views = (await api.as_(await people.signed_in(person))("WhoViewedMyFile", first=5))["fileViews"]["nodes"]
    assert views == []


async def test_a_reason_and_exactly_one_file_are_needed(api: Api) -> None:
    tree, person = await tree_with_member()
    client = api.as_(await people.signed_in(clerk=tree["unit"]))
    member_id = global_id("Member", person.id)
    for given, expected in (
        ({"reason": "   "}, ("REQUIRED", "reason")),
        ({"reason": "查 看"}, ("INVALID", "reason")),
        ({"reason": "查" * 201}, ("TOO_LONG", "reason")),
        ({"memberId": None}, ("REQUIRED", "memberId")),
        ({"caseId": global_id("AidApplication", uuid7())}, ("REQUIRED", "caseId")),
        ({"memberId": None, "caseId": member_id}, ("NOT_FOUND", "caseId")),
        ({"memberId": None, "caseId": global_id("AidApplication", uuid7())}, ("NOT_FOUND", "caseId")),
        ({"field": "BANK_ACCOUNT"}, ("NOT_FOUND", "memberId")),
    ):
        errors = (await client("RevealSensitive", **asking(person, **given)))["userErrors"]
        assert [(error["code"], error["field"]) for error in errors] == [expected], given


async def test_a_domain_adds_its_own_sensitive_fields(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    tree, person = await tree_with_member()
    case_id = uuid7()

    async def account_of(id: object) -> Sensitive | None:
        return Sensitive("6228480402564890018", person.id, tree["unit"].path) if id == case_id else None

    monkeypatch.setitem(sensitive.readers, ("Loan", SensitiveField.BANK_ACCOUNT), account_of)
    client = api.as_(await people.signed_in(finance=tree["county"]))
    wanted = {"caseId": global_id("Loan", case_id), "memberId": None, "field": "BANK_ACCOUNT"}
    assert (await client("RevealSensitive", **asking(person, **wanted)))["value"] == "6228480402564890018"
    assert (await AuditEntry.get(action="staff.reveal")).target_id == case_id


async def test_auditors_and_administrators_read_the_record_of_their_unions_only(api: Api) -> None:
    tree, person = await tree_with_member()
    await api.as_(await people.signed_in(clerk=tree["county"]))("RevealSensitive", **asking(person))

    async def entries(role: str, where: str) -> list[Any]:
        client = api.as_(await people.signed_in(None, **{role: tree[where]}))
        return list((await client("AuditLog", filter={"action": "staff.reveal"}, first=5))["nodes"])

    for role in ("auditor", "administrator"):
        for where, seen in (("unit", 1), ("county", 1), ("city", 1), ("unit2", 0), ("other_county", 0)):
            assert len(await entries(role, where)) == seen, (role, where)
    entry = (await entries("auditor", "unit"))[0]
    assert entry["by"] == {"name": "工作人员", "role": "CLERK"}
    assert entry["target"] == {"__typename": "Member", "id": global_id("Member", person.id)}
    assert (entry["action"], entry["reason"], entry["outcome"]) == ("staff.reveal", "核对医保材料", "DONE")


async def test_the_record_is_closed_to_everybody_else(api: Api) -> None:
    tree, person = await tree_with_member()
    for token, code in (
        (None, "UNAUTHENTICATED"),
        (await people.signed_in(person), "FORBIDDEN"),
        (await people.signed_in(approver=tree["city"]), "FORBIDDEN"),
    ):
        answer = await api.as_(token).send("AuditLog", filter={}, first=5)
        assert (answer["data"], answer["errors"][0]["extensions"]["code"]) == ({"auditLog": None}, code)


async def test_what_concerns_no_union_is_for_the_citys_auditors(api: Api) -> None:
    tree, person = await tree_with_member()
    denied = api.as_(await people.signed_in(auditor=tree["unit"]))
    await denied.send("RevealSensitive", **asking(person))
    for where, seen in (("city", 1), ("county", 0)):
        client = api.as_(await people.signed_in(auditor=tree[where]))
        found = (await client("AuditLog", filter={"outcome": "DENIED"}, first=5))["nodes"]
        assert len(found) == seen, where


async def test_the_record_is_filtered_by_day_person_object_and_member(api: Api) -> None:
    tree, person = await tree_with_member()
    other = await people.member(tree["unit"])
    account = await people.account(clerk=tree["unit"])
    with clock.at(NOON):
        client = api.as_(await people.token(account))
        await client("RevealSensitive", **asking(person))
    await api.as_(await people.signed_in(clerk=tree["unit"]))("RevealSensitive", **asking(other))
    auditor = api.as_(await people.signed_in(auditor=tree["city"]))
    for given, count in (
        ({}, 2),
        ({"from": "2026-03-05", "to": "2026-03-05"}, 1),
        ({"to": "2026-03-04"}, 0),
        ({"from": "2026-03-06"}, 1),
        ({"actorId": global_id("Account", account.id)}, 1),
        ({"targetId": global_id("Member", other.id)}, 1),
        ({"targetId": global_id("Account", other.id)}, 0),
        ({"memberId": global_id("Member", person.id)}, 1),
        ({"memberId": global_id("Member", person.id), "outcome": "DENIED"}, 0),
    ):
        found = (await auditor("AuditLog", filter={"action": "staff.reveal", **given}, first=5))["nodes"]
        assert len(found) == count, given


async def test_fifty_entries_make_as_many_statements_as_five(api: Api) -> None:
    tree, person = await tree_with_member()
    clerk = api.as_(await people.signed_in(clerk=tree["unit"]))
    for _ in range(50):
        await clerk("RevealSensitive", **asking(person))
    auditor, self_ = await people.signed_in(auditor=tree["unit"]), await people.signed_in(person)
    for name, token in (("AuditLog", auditor), ("WhoViewedMyFile", self_)):
        filters: dict[str, Any] = {"filter": {}} if name == "AuditLog" else {}
        made = []
        for first in (5, 50):
            with counted() as meter:
                await api.as_(token)(name, first=first, **filters)
            made.append(meter.statements)
        assert made[0] == made[1] <= 3, name


async def test_members_have_everything_held_about_them_and_nobody_elses(api: Api) -> None:
    tree, person = await tree_with_member()
    other = await people.member(tree["unit"], name="赵六")
    clerk = api.as_(await people.signed_in(clerk=tree["county"]))
    for somebody in (person, other):
        await clerk("RevealSensitive", **asking(somebody, reason=f"关于{somebody.name}"))
    client = api.as_(await people.signed_in(person))
    await client("CorrectMyDetails", input={"phone": "13800005678"})
    await jobs.work_once()
    export = (await client("MyData"))["dataExport"]
    assert export["member"]["idNumber"] == person.id_number.open()
    assert export["member"]["phone"] == "13800005678"
    assert export["member"]["memberships"][0]["organisation"] == tree["unit"].name
    assert [told["kind"] for told in export["notifications"]] == ["PHONE_CHANGED"]
    assert [entry["reason"] for entry in export["record"]] == [f"关于{person.name}", None]
    assert export["exportedAt"].endswith("+08:00")
    assert "赵六" not in str(export)


async def test_an_account_without_a_member_has_its_data_too(api: Api) -> None:
    export = (await api.as_(await people.signed_in())("MyData"))["dataExport"]
    assert (export["member"], export["notifications"], export["record"]) == (None, [], [])


async def test_the_chain_holds_what_was_revealed_until_somebody_rewrites_it(api: Api) -> None:
    tree, person = await tree_with_member()
    await api.as_(await people.signed_in(clerk=tree["unit"]))("RevealSensitive", **asking(person))
    await jobs.work_once()
    assert (await audit.verify())["broken"] is None
    await AuditEntry.filter(seal_number=1).update(reason="另一个理由")
    entry = await AuditEntry.get(seal_number=1)
    assert await audit.verify() == {"checked": 0, "broken": 1, "row": entry.id, "unsealed": 0}

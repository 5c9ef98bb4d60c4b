"""Objecting to a public notice, and deciding objections."""

from typing import Any
from uuid import UUID

from models.cases import publicity, working
from models.cases.life import change, open_file
from models.cases.status import CaseAction, CaseStatus
from models.cases.tables import Case, Objection
from models.kit import words
from models.kit.actor import Actor, Role
from models.kit.codes import ErrorCode
from models.kit.errors import refuse
from resolvers.cases.common import on_record, open_case, tell_applicant, tell_staff
from resolvers.kit.action import about, command, query
from resolvers.kit.guard import ACCOUNT, staff

Row = dict[str, Any]
DECIDES = (Role.REVIEWER, Role.APPROVER)


@command("cases.object", ACCOUNT)
async def object_to_publicity(actor: Actor, *, notice_id: UUID, grounds: str) -> Row:
    """Object to a notice while it runs: once per account and notice."""
    assert actor.account_id
    grounds = words.line(grounds, "grounds", most=2000, least=4)
    objection_id, case_id = await publicity.object_to(notice_id, actor.account_id, grounds)
    file = await open_file(await Case.get(id=case_id))
    await change(file, Actor(name="公示异议人", system=True), CaseAction.OBJECT, quiet=True)
    await tell_staff(file)
    about("Objection", objection_id, organisation_path=file.path)
    return {"objection_id": objection_id}


@command("cases.resolve_objection", staff(*DECIDES))
async def resolve_objection(
    actor: Actor, *, objection_id: UUID, upheld: bool, finding: str, version: int | None = None
) -> Row:
    """Decide an objection: upheld, the case is checked anew; dismissed, its publicity goes on."""
    found = await Objection.filter(id=objection_id).values_list("notice__case_id", flat=True)
    if not found:
        refuse(ErrorCode.NOT_FOUND, "objectionId")
    file = await open_case(actor, UUID(str(found[0])), version, field="objectionId")
    if not actor.holds(DECIDES, file.acting_path):
        refuse(ErrorCode.NOT_ALLOWED, "objectionId", payload=file.payload)
    await working.check_not_concerned(file, actor)
    finding = words.line(finding, "finding", most=2000, least=2)
    if upheld and CaseStatus(file.case.status) is CaseStatus.ACCEPTED:
        await working.return_to_review(file, actor, CaseAction.RESOLVE_OBJECTION, finding)
        await tell_applicant(file, "CASE_RECHECK")
    else:
        await change(file, actor, CaseAction.RESOLVE_OBJECTION, remark=finding)
    await publicity.resolve(objection_id, upheld, finding)
    return on_record(file)


@query("cases.own_objections", ACCOUNT)
async def objections_by_id(actor: Actor, ids: list[UUID]) -> dict[UUID, Row]:
    """The caller's own objections."""
    rows = await Objection.filter(id__in=ids, account_id=actor.account_id).values("id", "status", "at")
    return {row["id"]: row for row in rows}

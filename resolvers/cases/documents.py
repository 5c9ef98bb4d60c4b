"""What applicants do with the documents of their cases."""

from typing import Any
from uuid import UUID

from models.cases import gathering, life
from models.cases.life import File
from models.cases.status import CaseStatus
from models.cases.tables import CaseDocument
from models.files import claims
from models.kit.actor import Actor
from models.kit.codes import ErrorCode
from models.kit.errors import refuse
from resolvers.cases.common import on_record, open_case, tell_applicant, tell_staff
from resolvers.cases.working import TOLD
from resolvers.kit.action import command
from resolvers.kit.guard import MEMBER

Row = dict[str, Any]


async def _open_own(actor: Actor, id: UUID) -> File:
    """The actor's own case, which nobody else changes meanwhile: an app attaches several files at once."""
    if actor.member_id is None or not await life.hold(id, actor.member_id):
        refuse(ErrorCode.NOT_FOUND, "id")
    return await open_case(actor, id, own=True)


@command("cases.attach_document", MEMBER)
async def attach_document(actor: Actor, *, id: UUID, upload_id: UUID, kind: str) -> Row:
    """Give an uploaded file for a document of a case, instead of the one that was given before."""
    assert actor.member_id
    file = await _open_own(actor, id)
    status = file.case.status
    document_id = await gathering.give(file, actor, kind)
    await claims.detach(document_id)
    await claims.take(upload_id, actor.member_id, document_id)
    if file.case.status != status:
        await tell_applicant(file, TOLD[CaseStatus(file.case.status)])
        await tell_staff(file)
    return on_record(file)


@command("cases.remove_document", MEMBER)
async def remove_document(actor: Actor, *, id: UUID) -> Row:
    """Take the file of a document back."""
    found = await CaseDocument.filter(id=id).values_list("case_id", flat=True)
    if not found:
        refuse(ErrorCode.NOT_FOUND, "id")
    file = await _open_own(actor, UUID(str(found[0])))
    await gathering.take_back(file, actor, id)
    await claims.detach(id)
    return on_record(file)

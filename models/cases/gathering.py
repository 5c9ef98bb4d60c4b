"""The applicant's documents: given and taken back as files, as long as the case gathers them."""

from uuid import UUID

from models.cases import documents, working
from models.cases.life import File, change
from models.cases.status import GATHERING, CaseAction, CaseStatus
from models.kit.actor import SYSTEM, Actor
from models.kit.codes import ErrorCode
from models.kit.errors import refuse

S = CaseStatus


async def give(file: File, actor: Actor, kind: str) -> UUID:
    """Give a file for a document, which stands on the timeline: the id of the document.

    With the last one that is missing, a pending acceptance is whole (domain facts, section 0).
    """
    _check(file)
    await documents.require(file.case, file.terms)
    document_id = await documents.of_kind(file.case.id, kind)
    if document_id is None:
        refuse(ErrorCode.INVALID, "kind", payload=file.payload)
    if not await documents.attach(document_id):
        refuse(ErrorCode.MOVE_NOT_ALLOWED, "kind", payload=file.payload)
    await change(file, actor, CaseAction.ATTACH_DOCUMENT, quiet=True)
    if S(file.case.status) is S.ACCEPTED_PENDING_DOCUMENTS and await documents.complete(file.case.id):
        await working.accept(file, SYSTEM, CaseAction.ACCEPT, None)
    return document_id


async def take_back(file: File, actor: Actor, document_id: UUID) -> None:
    """Take the file of a document back, unless staff vouch that they have seen it."""
    _check(file)
    if not await documents.detach(document_id):
        refuse(ErrorCode.MOVE_NOT_ALLOWED, "id", payload=file.payload)
    await change(file, actor, CaseAction.REMOVE_DOCUMENT, quiet=True)


def _check(file: File) -> None:
    if S(file.case.status) not in GATHERING:
        refuse(ErrorCode.MOVE_NOT_ALLOWED, "id", payload=file.payload)

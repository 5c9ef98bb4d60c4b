"""What every command on a case begins and ends with."""

from typing import Any
from uuid import UUID

from models.cases import life, reading
from models.cases.life import File
from models.kit import outbox
from models.kit.actor import Actor
from models.kit.codes import ErrorCode
from models.kit.errors import refuse
from resolvers.kit.action import about

Row = dict[str, Any]


async def open_case(
    actor: Actor, id: UUID, version: int | None = None, *, own: bool = False, field: str = "id"
) -> File:
    """The case under change, as the actor may see it; hidden and unknown ones are NOT_FOUND alike, at `field`."""
    case = await reading.visible_to(actor).filter(id=id).first()
    if case is None or (own and case.applicant_id != actor.member_id):
        refuse(ErrorCode.NOT_FOUND, field)
    file = await life.open_file(case)
    life.check_version(file, version)
    return file


def on_record(file: File) -> Row:
    """Say in the audit log which case it was; the command's answer. What was said about the person stays with the
    case, sealed: whoever keeps the record need not be among those who may read the file."""
    case = file.case
    about("Case", case.id, subject_id=case.applicant_id, organisation_path=file.path)
    return {"case_id": case.id}


async def tell_applicant(file: File, kind: str) -> None:
    """Notify the applicant once the change is committed."""
    await outbox.send(
        "notify",
        member_id=file.case.applicant_id,
        kind=kind,
        target_type="Case",
        target_id=file.case.id,
        params={"number": file.case.number},
    )


async def tell_staff(file: File) -> None:
    """Let the worker notify whoever's turn it is."""
    await outbox.send("cases.arrived", case_id=file.case.id, version=file.case.version)

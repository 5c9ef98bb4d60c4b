"""Publicity (公示): a notice with masked name, unit and category; an upheld objection sends the case back."""

from datetime import date
from uuid import UUID

from tortoise.exceptions import IntegrityError
from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from models.cases.life import File
from models.cases.tables import Objection, PublicNotice
from models.kit import clock, db
from models.kit.codes import ErrorCode
from models.kit.errors import refuse
from models.kit.fields import Secret
from models.kit.masking import mask_name
from models.members import Member, Organisation

OPEN, UPHELD, DISMISSED = "OPEN", "UPHELD", "DISMISSED"


async def publish(file: File, closes_on: date) -> None:
    """Put a case on public notice until the end of a day."""
    case = file.case
    applicant = await Member.get(id=case.applicant_id).only("id", "name")
    unit = await Organisation.get(id=case.organisation_id).only("id", "name", "division_code")
    await PublicNotice.create(
        case_id=case.id,
        round=case.round,
        masked_name=mask_name(applicant.name),
        unit=unit.name,
        category=await file.type.category(case),
        programme_id=case.programme_id,
        division_code=unit.division_code,
        opens_on=clock.today(),
        closes_on=closes_on,
    )


def open_notices() -> QuerySet[PublicNotice]:
    """Notices that run today: public."""
    return PublicNotice.filter(ended_at=None, closes_on__gte=clock.today())


async def object_to(notice_id: UUID, account_id: UUID, grounds: str) -> tuple[UUID, UUID]:
    """Lodge an objection while a notice runs; the ids of the objection and its case."""
    # The write comes first: a notice that ends meanwhile takes no objection.
    held = await open_notices().filter(id=notice_id).update(ended_at=None)
    if not held:
        refuse(ErrorCode.NOT_FOUND, "noticeId")
    notice = await PublicNotice.get(id=notice_id).only("id", "case_id")
    try:
        async with db.transaction():
            made = await Objection.create(
                notice_id=notice_id,
                account_id=account_id,
                grounds=Secret(grounds),
                status=OPEN,
                at=clock.now(),
            )
    except IntegrityError:
        refuse(ErrorCode.ALREADY_CLAIMED, "noticeId")
    return made.id, notice.case_id


async def resolve(objection_id: UUID, upheld: bool, finding: str) -> None:
    """Decide an objection, once."""
    status = UPHELD if upheld else DISMISSED
    changed = await Objection.filter(id=objection_id, status=OPEN).update(status=status, resolved_at=clock.now())
    if not changed:
        refuse(ErrorCode.MOVE_NOT_ALLOWED, "objectionId")
    made = await Objection.get(id=objection_id)
    made.finding = Secret(finding)
    await made.save(update_fields=["finding"])


async def end(case_id: UUID, round: int) -> None:
    """End the notice of a case."""
    await PublicNotice.filter(case_id=case_id, round=round, ended_at=None).update(ended_at=clock.now())


async def check_over(case_id: UUID, round: int) -> None:
    """PUBLICITY_OPEN before the last day has passed, OBJECTION_OPEN while an objection is undecided."""
    notice = await PublicNotice.get(case_id=case_id, round=round)
    if clock.today() <= notice.closes_on:
        refuse(ErrorCode.PUBLICITY_OPEN, payload={"case_id": case_id})
    if await Objection.filter(notice_id=notice.id, status=OPEN).exists():
        refuse(ErrorCode.OBJECTION_OPEN, payload={"case_id": case_id})


def due_to_end() -> QuerySet[PublicNotice]:
    """Notices whose last day has passed and that have no open objection."""
    waiting = Objection.filter(status=OPEN).values("notice_id")
    return PublicNotice.filter(~Q(id__in=Subquery(waiting)), ended_at=None, closes_on__lt=clock.today())

"""Applying for money aid, and filing for hardship."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from models.accounts import ConsentPurpose, consents, throttle
from models.aid import hardship, money, reading
from models.cases import filing
from models.cases.life import File
from models.kit.actor import Actor
from models.kit.codes import ErrorCode
from models.kit.errors import refuse
from models.members import current_membership
from models.programmes.catalogue import Terms
from models.programmes.tables import CaseKind
from resolvers.cases.common import on_record
from resolvers.cases.filing import hand_in
from resolvers.kit.action import command, query
from resolvers.kit.export import exports
from resolvers.kit.guard import ACCOUNT, MEMBER
from resolvers.programmes import application_terms, application_terms_of

Row = dict[str, Any]
HARDSHIP = "hardship"  # the code of the one programme that files households


@command("aid.apply", MEMBER)
async def apply_for_aid(
    actor: Actor,
    *,
    programme_id: UUID,
    amount_requested: int | None = None,
    answers: Row | None = None,
    payee: Row | None = None,
    student_name: str | None = None,
    submit: bool = True,
) -> Row:
    """Apply for money aid in the actor's own union; with `submit` false it stays a draft."""
    programme, terms = await application_terms(programme_id)
    if programme["kind"] != CaseKind.AID:
        refuse(ErrorCode.NOT_FOUND, "programmeId")
    file = await _draft(actor, programme, terms, answers=answers, requested=amount_requested)
    await money.write(file.case.id, {"payee": payee, "student_name": student_name})
    return await _handed_in(file, actor, submit)


@command("aid.file_for_hardship", MEMBER, tries=throttle.CLAIMS)
async def file_for_hardship(
    actor: Actor, *, consent: Sequence[ConsentPurpose] | None = None, submit: bool = True, **details: Any
) -> Row:
    """File the actor's household; `details` are its parts (see `models.aid.household.write`)."""
    assert actor.account_id
    file = await _draft(actor, *await application_terms_of(HARDSHIP))
    await hardship.write(file.case, {name: value for name, value in details.items() if value is not None})
    for purpose in consent or ():
        await consents.give(actor.account_id, purpose, consents.notices()[purpose]["version"])
    return await _handed_in(file, actor, submit)


async def _draft(
    actor: Actor, programme: Row, terms: Terms, answers: Row | None = None, requested: int | None = None
) -> File:
    assert actor.member_id
    held = await current_membership(actor.member_id) or refuse(ErrorCode.NOT_A_MEMBER)
    applicant = {"id": actor.member_id}
    return await filing.create(
        actor, programme, terms, applicant, held.organisation_id, answers=answers, requested=requested
    )


async def _handed_in(file: File, actor: Actor, submit: bool) -> Row:
    if submit:
        await hand_in(file, actor, file.answers())
    return on_record(file)


@query("aid.parts", ACCOUNT)
async def aid_parts(actor: Actor, cases: Sequence[Row]) -> dict[UUID, Row]:
    """The typed parts of aid applications that were read for the actor."""
    return await reading.aid_parts([case["id"] for case in cases])


@query("aid.hardship_parts", ACCOUNT)
async def hardship_parts(actor: Actor, cases: Sequence[Row]) -> dict[UUID, Row]:
    """The typed parts of hardship files that were read for the actor."""
    return await reading.hardship_parts(actor, cases)


@exports("aid")
async def export(member_id: UUID | None, account_id: UUID) -> Row | None:
    """Aid applications and hardship files."""
    return await reading.whole_file(member_id) if member_id else None

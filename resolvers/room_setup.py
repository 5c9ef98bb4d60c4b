"""Applying to set a mothers' room up."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from models.cases import filing
from models.kit.actor import Actor
from models.kit.codes import ErrorCode
from models.kit.errors import Checks, refuse
from models.members import Organisation, current_membership
from models.programmes.tables import CaseKind
from models.rooms import setup
from resolvers.cases.common import on_record
from resolvers.cases.filing import hand_in
from resolvers.kit.action import command, query
from resolvers.kit.export import exports
from resolvers.kit.guard import ACCOUNT, MEMBER
from resolvers.programmes import application_terms, application_terms_of

Row = dict[str, Any]
PROGRAMME = "mothers-room"


@command("rooms.apply", MEMBER)
async def apply_for_mothers_room(
    actor: Actor,
    *,
    programme_id: UUID | None = None,
    answers: Row | None = None,
    submit: bool = True,
    **given: Any,
) -> Row:
    """Apply for the workplace of the actor's own union; with `submit` false it stays a draft."""
    assert actor.member_id
    held = await current_membership(actor.member_id) or refuse(ErrorCode.NOT_A_MEMBER)
    checks = Checks()
    site = await setup.check_site(checks, given)
    if submit:
        setup.check_standard(checks, given)
    checks.done()
    programme, terms = await (application_terms(programme_id) if programme_id else application_terms_of(PROGRAMME))
    if programme["kind"] != CaseKind.MOTHERS_ROOM:
        refuse(ErrorCode.NOT_FOUND, "programmeId")
    applicant = {"id": actor.member_id}
    file = await filing.create(
        actor, programme, terms, applicant, held.organisation_id, answers=answers, requested=None
    )
    site.setdefault("division_code", (await Organisation.get(id=held.organisation_id)).division_code)
    await setup.begin(file.case.id, site)
    if submit:
        await hand_in(file, actor, file.answers())
    return on_record(file)


@query("rooms.sites", ACCOUNT)
async def sites(actor: Actor, case_ids: Sequence[UUID]) -> dict[UUID, Row]:
    """What is stated in cases that were read for the actor."""
    return await setup.sites(case_ids)


@exports("mothersRoomApplications")
async def export(member_id: UUID | None, account_id: UUID) -> list[Row]:
    """What a member stated in applications to set a room up."""
    return await setup.held_about(member_id) if member_id else []

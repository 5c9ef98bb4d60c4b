"""Joining a union and moving to another one."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from models import joining, members
from models.accounts import holders, throttle
from models.cases import filing
from models.kit.actor import Actor
from models.kit.codes import ErrorCode
from models.kit.errors import Checks
from resolvers.cases.common import on_record
from resolvers.cases.filing import hand_in
from resolvers.kit.action import command, query
from resolvers.kit.export import exports
from resolvers.kit.guard import ACCOUNT, MEMBER
from resolvers.programmes import application_terms_of

Row = dict[str, Any]


@command("joining.join", ACCOUNT, tries=throttle.CLAIMS)
async def join_union(
    actor: Actor,
    *,
    organisation_id: UUID,
    phone: str | None = None,
    answers: Row | None = None,
    submit: bool = True,
    **given: Any,
) -> Row:
    """Apply to join a union; an account without a member becomes that person's. With `submit` false it stays a
    draft."""
    assert actor.account_id
    checks = Checks()
    applicant = joining.check_applicant(checks, given, phone or await holders.phone_of(actor.account_id))
    await joining.check_target(checks, organisation_id)
    if actor.member_id and await members.current_membership(actor.member_id):
        checks.fail(ErrorCode.ALREADY_MEMBER, "idNumber")
    checks.done()
    assert applicant
    member_id = actor.member_id or await joining.become_person(actor.account_id, applicant)
    if actor.member_id:
        await joining.correct_person(actor.member_id, applicant)
    applying = replace(actor, member_id=member_id, name=applicant.name)
    made = await _file(applying, joining.JOIN, organisation_id, answers, submit)
    return {**made, "member_id": member_id}


@command("joining.transfer", MEMBER)
async def transfer_membership(
    actor: Actor, *, organisation_id: UUID, answers: Row | None = None, submit: bool = True, **given: Any
) -> Row:
    """Apply to move to another union: the present one releases the member, then the new one accepts them."""
    assert actor.member_id
    checks = Checks()
    details = members.checked_details(checks, given)
    await joining.check_target(checks, organisation_id)
    checks.done()
    leaves = await joining.check_union_of(actor.member_id, organisation_id)
    await members.correct(actor.member_id, details)
    return await _file(actor, joining.TRANSFER, organisation_id, answers, submit, leaves)


async def _file(
    applicant: Actor, code: str, organisation_id: UUID, answers: Row | None, submit: bool, leaves: UUID | None = None
) -> Row:
    assert applicant.member_id
    await joining.check_none_runs(applicant.member_id)
    programme, terms = await application_terms_of(code)
    person = {"id": applicant.member_id}
    file = await filing.create(applicant, programme, terms, person, organisation_id, answers=answers, requested=None)
    await joining.begin(file.case.id, leaves)
    if submit:
        await hand_in(file, applicant, file.answers())
    return on_record(file)


@query("joining.former_unions", ACCOUNT)
async def former_unions(actor: Actor, case_ids: Sequence[UUID]) -> dict[UUID, Row]:
    """The unions that members leave, for cases that were read for the actor; none for who joins."""
    return await joining.former_unions(case_ids)


@exports("membershipApplications")
async def export(member_id: UUID | None, account_id: UUID) -> list[Row]:
    """A person's applications for membership."""
    return await joining.held_about(member_id) if member_id else []

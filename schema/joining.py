"""Joining a union and moving to another one, as clients see it."""

from dataclasses import replace
from typing import Any

import strawberry

from models.members import Education, Employment, HouseholdType, NewFormGroup, PoliticalStatus, SkillLevel
from resolvers import joining
from schema.cases.filing import CasePayload
from schema.cases.interface import Case, case_of
from schema.kit.build import batch, change, input_type, output
from schema.kit.context import Info, Rows
from schema.kit.inputs import given, id_of
from schema.kit.nodes import node_id
from schema.kit.scalars import JSON
from schema.members import Organisation, organisation_by

KEY = "Repeats with the same key have one effect."


async def _moves_from(rows: Rows, info: Info) -> list[Any]:
    found = await joining.former_unions(info.context.actor, [row["id"] for row in rows])
    return [found.get(row["id"]) for row in rows]


@output
class MembershipApplication(Case):
    """An application to join a union, or to move to another one."""

    id: strawberry.ID = node_id("Case")
    target: Organisation | None = batch(organisation_by("organisation_id"), "The union applied to.")
    moves_from: Organisation | None = batch(_moves_from, "The union that the member leaves; null for who joins.")


@input_type
class MembershipDetailsInput:
    """What to change in an application for membership; whatever is left out stays."""

    organisation_id: strawberry.ID | None = id_of("Organisation", "Another union; drafts only.", default=None)
    name: str | None = given("The name, of who never was a member.", default=None)
    id_number: str | None = given("The resident ID number, of who never was a member.", default=None)
    ethnicity: str | None = given("Ethnicity.", default=None)
    education: Education | None = given("The highest education finished.", default=None)
    political_status: PoliticalStatus | None = given("Party or league.", default=None)
    employer_uscc: str | None = given("The employer's unified social credit code.", default=None)
    post: str | None = given("The post held.", default=None)
    employment: Employment | None = given("The form of employment.", default=None)
    skill_level: SkillLevel | None = given("The vocational skill grade.", default=None)
    household_type: HouseholdType | None = given("What the household register says.", default=None)
    new_form_group: NewFormGroup | None = given("The trade, in a new form of employment.", default=None)


@input_type
class JoinUnionInput:
    """Who wants to join which union."""

    organisation_id: strawberry.ID = id_of(
        "Organisation", "The union of the employer; without one the territorial union above."
    )
    name: str = given("The name, as on the identity card.")
    id_number: str = given("The resident ID number.")
    phone: str | None = given("The mobile; the account's by default, which follows another one.", default=None)
    ethnicity: str | None = given("Ethnicity.", default=None)
    education: Education | None = given("The highest education finished.", default=None)
    political_status: PoliticalStatus | None = given("Party or league.", default=None)
    employer_uscc: str | None = given("The employer's unified social credit code.", default=None)
    post: str | None = given("The post held.", default=None)
    employment: Employment | None = given("The form of employment.", default=None)
    skill_level: SkillLevel | None = given("The vocational skill grade.", default=None)
    household_type: HouseholdType | None = given("What the household register says.", default=None)
    new_form_group: NewFormGroup | None = given("The trade, in a new form of employment.", default=None)
    answers: JSON | None = given("The answers to the programme's own questions.", default=None)
    submit: bool = given("False keeps it as a draft.", default=True)
    idempotency_key: str | None = given(KEY, default=None)


@input_type
class TransferMembershipInput:
    """To which union a member wants to move."""

    organisation_id: strawberry.ID = id_of("Organisation", "The union of the new employer.")
    employer_uscc: str | None = given("The new employer's unified social credit code.", default=None)
    post: str | None = given("The new post.", default=None)
    employment: Employment | None = given("The new form of employment.", default=None)
    new_form_group: NewFormGroup | None = given("The trade, in a new form of employment.", default=None)
    answers: JSON | None = given("The answers to the programme's own questions.", default=None)
    submit: bool = given("False keeps it as a draft.", default=True)
    idempotency_key: str | None = given(KEY, default=None)


async def _own_case(rows: Rows, info: Info) -> list[Any]:
    """The case, read as the person that the account has become by it."""
    if member_id := rows[0].get("member_id"):
        info.context.actor = replace(info.context.actor, member_id=member_id)
    return await case_of(rows, info)


@output
class JoinUnionPayload(CasePayload):
    """The outcome of joinUnion."""

    case: Case | None = batch(_own_case, "The application; null where there is none to show.")


@output
class TransferMembershipPayload(CasePayload):
    """The outcome of transferMembership."""


@output
class JoiningMutations:
    """Joining and moving."""

    join_union: JoinUnionPayload | None = change(
        joining.join_union, JoinUnionInput, "Apply to join a union; an account without a member becomes that person's."
    )
    transfer_membership: TransferMembershipPayload | None = change(
        joining.transfer_membership,
        TransferMembershipInput,
        "Apply to move to another union: the present one releases the member, the new one accepts them.",
    )

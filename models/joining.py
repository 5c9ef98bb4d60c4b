"""Joining a union and moving to another one, as cases: their typed part and their life (domain facts, section 1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from models import members
from models.accounts import holders
from models.cases.kinds import CaseType, register
from models.cases.status import CaseStatus
from models.cases.tables import Case
from models.kit import clock, identity
from models.kit.codes import ErrorCode
from models.kit.errors import Checks, checked, refuse
from models.kit.fields import key
from models.kit.identity import ResidentId
from models.members import Member, Organisation
from models.programmes import entitlement
from models.programmes.catalogue import Step, Terms
from models.programmes.facts import Facts
from models.programmes.tables import CaseKind, EntitlementClaim

Row = dict[str, Any]
JOIN, TRANSFER = "join-union", "transfer-membership"
# Held by the one application of a person that runs (a unique row); both programmes name it.
RUNNING = "membership.application"
FORMER = "FORMER"


class MembershipApplication(Model):
    """The typed part of an application for membership; the union applied to is the case's own."""

    id = key()
    case_id: UUID
    moves_from_id: UUID | None
    case: Any = fields.OneToOneField("models.Case", on_delete=fields.RESTRICT, related_name="joining")
    # The union that the member leaves; null for who joins.
    moves_from: Any = fields.ForeignKeyField("models.Organisation", null=True, on_delete=fields.RESTRICT)

    class Meta:
        table = "membership_application"


@dataclass(frozen=True)
class Applicant:
    """Who wants to join, checked."""

    name: str
    person: ResidentId
    phone: str
    details: Row


def check_applicant(checks: Checks, given: Row, phone: str | None) -> Applicant | None:
    """The person described by `given`; None, with everything that is wrong noted, when it does not hold."""
    name = checks.attempt(checked, identity.person_name, given["name"], "name")
    person = checks.attempt(checked, identity.resident_id, given["id_number"], "idNumber")
    checks.require(phone, ErrorCode.REQUIRED, "phone")
    number = checks.attempt(checked, identity.mobile, phone, "phone") if phone else None
    details = members.checked_details(checks, given)
    return Applicant(name, person, number, details) if name and person and number else None


async def check_target(checks: Checks, organisation_id: UUID, field: str = "organisationId") -> None:
    """Note NOT_FOUND for no union, ORGANISATION_CLOSED for one that is gone or takes no members."""
    if not await Organisation.exists(id=organisation_id):
        checks.fail(ErrorCode.NOT_FOUND, field)
    elif not await members.organisations_open().filter(id=organisation_id, accepts_members=True).exists():
        checks.fail(ErrorCode.ORGANISATION_CLOSED, field)


async def check_none_runs(member_id: UUID, but: UUID | None = None) -> None:
    """ALREADY_CLAIMED while another application of the person runs."""
    held = await EntitlementClaim.filter(entitlement=RUNNING, subject=str(member_id)).values_list("case_id", flat=True)
    if set(held) - {but}:
        refuse(ErrorCode.ALREADY_CLAIMED)


async def become_person(account_id: UUID, applicant: Applicant) -> UUID:
    """Put an account's person on record, or find them there, and link the two; the member's id.

    Refuses as `register_person` does, PERSON_MISMATCH for a person whom another account belongs to, ALREADY_MEMBER.
    """
    own_phone = await holders.phone_of(account_id)
    held = applicant.phone == own_phone
    person = await members.register_person(
        applicant.name, applicant.person, applicant.phone, held=held, **applicant.details
    )
    await holders.link(account_id, person.id)
    if await members.current_membership(person.id):
        refuse(ErrorCode.ALREADY_MEMBER, "idNumber")
    await members.correct(person.id, applicant.details)
    if not held:
        await holders.follow(person.id, applicant.phone)
    return person.id


async def correct_person(member_id: UUID, applicant: Applicant) -> None:
    """Bring the record of a person who applies again in line with what they state now."""
    await members.identify(member_id, applicant.name, applicant.person)
    if "phone" in await members.correct(member_id, applicant.details, applicant.phone):
        await holders.follow(member_id, applicant.phone)


async def check_union_of(member_id: UUID, target_id: UUID) -> UUID:
    """The union that a member would leave; NOT_A_MEMBER without one, ALREADY_MEMBER when it is the target."""
    held = await members.current_membership(member_id) or refuse(ErrorCode.NOT_A_MEMBER)
    if held.organisation_id == target_id:
        refuse(ErrorCode.ALREADY_MEMBER, "organisationId")
    return held.organisation_id


class Joining(CaseType):
    """Approved, the person is a member from that day on, of the union they applied to."""

    part = "membership"
    final = True

    async def union_at(self, case: Case, step: Step) -> UUID:
        """A transfer is first the turn of the union that the member leaves."""
        former = (await MembershipApplication.get(case_id=case.id)).moves_from_id
        return former if former and step.union == FORMER else case.organisation_id

    async def unions(self, case: Case) -> list[UUID]:
        """A transfer shows at both unions."""
        former = (await MembershipApplication.get(case_id=case.id)).moves_from_id
        return [case.organisation_id, former] if former else [case.organisation_id]

    async def amend(self, case: Case, details: Row) -> None:
        """Change the union of a draft, the details of the person, and name and ID of who never was a member."""
        given, checks = details.get("membership") or {}, Checks()
        changed = members.checked_details(checks, given, "membership.")
        target = given.get("organisation_id")
        if target:
            await _check_new_target(case, target, checks)
        checks.done()
        await check_none_runs(case.applicant_id, but=case.id)
        if given.get("name") or given.get("id_number"):
            await _rename(case.applicant_id, given)
        await members.correct(case.applicant_id, changed)
        if target:
            await _aim_at(case, target)

    async def check(self, case: Case, terms: Terms, facts: Facts, checks: Checks) -> None:
        """The union still takes members; a member who has moved meanwhile leaves the union where they are now."""
        await check_target(checks, case.organisation_id)
        moving = MembershipApplication.filter(case_id=case.id, moves_from_id__isnull=False)
        if facts.membership and await moving.exists():
            await moving.update(moves_from_id=await check_union_of(case.applicant_id, case.organisation_id))

    async def approved(self, case: Case, terms: Terms, facts: Facts, amount: int | None, payers: list[Any]) -> None:
        """Begin the membership, or move it; the person may then apply again."""
        moving = (await MembershipApplication.get(case_id=case.id)).moves_from_id
        begin = members.move if moving else members.admit
        await begin(case.applicant_id, case.organisation_id, clock.today(), case.id)
        await entitlement.release(case.id)


async def _check_new_target(case: Case, target_id: UUID, checks: Checks) -> None:
    if case.status != CaseStatus.DRAFT:
        checks.fail(ErrorCode.MOVE_NOT_ALLOWED, "membership.organisationId")
    await check_target(checks, target_id, "membership.organisationId")


async def _rename(member_id: UUID, given: Row) -> None:
    record, checks = await Member.get(id=member_id), Checks()
    name, number = given.get("name") or record.name, given.get("id_number") or record.id_number.open(member_id)
    name = checks.attempt(checked, identity.person_name, name, "membership.name")
    person = checks.attempt(checked, identity.resident_id, number, "membership.idNumber")
    checks.done()
    assert name
    assert person
    await members.identify(member_id, name, person, "membership.idNumber")


async def _aim_at(case: Case, target_id: UUID) -> None:
    case.organisation_id = case.acting_organisation_id = target_id
    await case.save(update_fields=["organisation_id", "acting_organisation_id"])


async def begin(case_id: UUID, leaves: UUID | None) -> None:
    """Write the typed part of a new application; `leaves` is the union that a member moves from."""
    await MembershipApplication.create(case_id=case_id, moves_from_id=leaves)


async def former_unions(case_ids: Sequence[UUID]) -> dict[UUID, Row]:
    """By case, the union that the member leaves; cases of who joins are not in it."""
    moving = await MembershipApplication.filter(case_id__in=list(case_ids), moves_from_id__isnull=False).values(
        "case_id", "moves_from_id"
    )
    unions = await Organisation.filter(id__in=[row["moves_from_id"] for row in moving]).values(
        *members.ORGANISATION_COLUMNS
    )
    by_id = {union["id"]: union for union in unions}
    return {row["case_id"]: by_id[row["moves_from_id"]] for row in moving}


async def held_about(member_id: UUID) -> list[Row]:
    """A person's applications for membership."""
    found = MembershipApplication.filter(case__applicant_id=member_id).order_by("id")
    return await found.values(
        number="case__number", status="case__status", target="case__organisation__name", moves_from="moves_from__name"
    )


register(CaseKind.MEMBERSHIP, Joining())

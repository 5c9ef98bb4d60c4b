"""What the rules of programmes look at: everything known of a member, read in a fixed number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from tortoise.expressions import Q

from models import members
from models.accounts import Consent
from models.kit import clock
from models.programmes.catalogue import reference_amounts
from models.programmes.tables import EntitlementClaim, EntitlementUse, Standing

Row = dict[str, Any]


@dataclass(frozen=True)
class Facts:
    """A member on a day."""

    today: date
    member: Row
    membership: Row | None
    standings: dict[str, Row]
    consents: frozenset[str]
    amounts: dict[str, int]
    taken: dict[tuple[str, str, str], int] = field(default_factory=dict)
    claimed: frozenset[tuple[str, str, str]] = frozenset()
    answers: Row | None = None
    # The members of the filed household, the person among them.
    household: tuple[UUID, ...] = ()


async def facts_of(member_id: UUID, *, answers: Row | None = None, day: date | None = None) -> Facts | None:
    """Read the facts of a member; None when there is no such member."""
    today = day or clock.today()
    found = await members.Member.filter(id=member_id).values(
        "id", "name", "sex", "born_on", "education", "employment", "skill_level", "phone_masked"
    )
    if not found:
        return None
    standings = await _standings(member_id, today)
    consents = await Consent.filter(account__member_id=member_id, withdrawn_at=None).values_list("purpose", flat=True)
    facts = Facts(
        today=today,
        member=found[0],
        membership=await _membership(member_id),
        standings=standings,
        consents=frozenset(map(str, consents)),
        amounts=await reference_amounts(today),
        answers=answers,
        household=await _household(member_id, standings),
    )
    return await with_uses(facts, [str(id) for id in facts.household])


async def with_uses(facts: Facts, subjects: Sequence[str]) -> Facts:
    """The same facts with what the subjects were granted before."""
    uses = await EntitlementUse.filter(subject__in=list(subjects)).values(
        "entitlement", "subject", "period", "taken_fen"
    )
    claims = await EntitlementClaim.filter(subject__in=list(subjects)).values("entitlement", "subject", "period")
    taken = {(u["entitlement"], u["subject"], u["period"]): u["taken_fen"] for u in uses}
    claimed = frozenset((c["entitlement"], c["subject"], c["period"]) for c in claims)
    return replace(facts, taken=taken, claimed=claimed)


async def _standings(member_id: UUID, today: date) -> dict[str, Row]:
    rows = (
        await Standing.filter(Q(valid_to=None) | Q(valid_to__gte=today), member_id=member_id, valid_from__lte=today)
        .order_by("valid_from", "id")
        .values("code", "value", "household_id", "valid_from", "valid_to")
    )
    return {row["code"]: row for row in rows}


async def _household(member_id: UUID, standings: dict[str, Row]) -> tuple[UUID, ...]:
    filed = {row["household_id"] for row in standings.values() if row["household_id"]}
    if not filed:
        return (member_id,)
    found = await Standing.filter(household_id__in=list(filed)).values_list("member_id", flat=True)
    return tuple(sorted({member_id, *(UUID(str(id)) for id in found)}))


async def _membership(member_id: UUID) -> Row | None:
    rows = await members.Membership.filter(member_id=member_id, ended_on=None).values(
        "status", "member_since", "organisation_id", path="organisation__path", level="organisation__level"
    )
    return rows[0] if rows else None

"""Entitlements: ceilings and counts per person, household or student and period, claimed in one statement."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from tortoise.exceptions import IntegrityError

from models.kit import crypto, db
from models.kit.codes import ErrorCode
from models.kit.errors import refuse
from models.kit.ids import uuid7
from models.kit.money import format_yuan
from models.programmes.catalogue import Terms
from models.programmes.facts import Facts
from models.programmes.tables import EntitlementClaim, Period, Scope

Row = dict[str, Any]


@dataclass(frozen=True)
class Entitlement:
    """One entitlement of one subject in one period. `ceiling` and `used` in fen; a ceiling of None is open."""

    code: str
    subject: str
    period: Period
    period_key: str
    countable: bool
    ceiling: int | None
    per_time: int | None
    used: int
    claimed: bool
    resets_on: date | None

    @property
    def remaining(self) -> int | None:
        """What may still be granted, in fen; None without a ceiling."""
        return None if self.ceiling is None else max(self.ceiling - self.used, 0)

    @property
    def at_most(self) -> int | None:
        """The most that one application may be granted now, in fen; None where nothing bounds it."""
        bounds = [bound for bound in (self.remaining, self.per_time) if bound is not None]
        return min(bounds) if bounds else None

    @property
    def used_up(self) -> bool:
        """True when this period has nothing left."""
        return self.claimed if self.countable else self.remaining == 0


def entitlements(terms: Terms, facts: Facts) -> list[Entitlement]:
    """The entitlements of a version for a member."""
    return [_entitlement(item, facts) for item in terms.entitlements]


def _entitlement(item: Row, facts: Facts) -> Entitlement:
    subject, period = subject_of(item, facts), Period(item["period"])
    period_key = str(facts.today.year) if period is Period.YEAR else "ever"
    place = (item["code"], subject, period_key)
    return Entitlement(
        code=item["code"],
        subject=subject,
        period=period,
        period_key=period_key,
        countable=bool(item.get("countable")),
        ceiling=_fen(item.get("ceiling"), facts),
        per_time=_fen(item.get("per_time"), facts),
        used=facts.taken.get(place, 0),
        claimed=place in facts.claimed,
        resets_on=date(facts.today.year + 1, 1, 1) if period is Period.YEAR else None,
    )


def subject_of(item: Row, facts: Facts) -> str:
    """What an entitlement is counted by."""
    scope = Scope(item["scope"])
    if scope is Scope.HOUSEHOLD:
        return facts.household
    if scope is Scope.STUDENT:
        number = str((facts.answers or {}).get(item["question"], ""))
        return crypto.blind_index(number.upper(), "student") if number else ""
    return str(facts.member["id"])


def _fen(bound: Any, facts: Facts) -> int | None:
    """A bound as data: fen, a multiple of a reference amount, an amount by answer, or an answer itself (yuan)."""
    if bound is None or isinstance(bound, int):
        return bound
    if "times" in bound:
        return facts.amounts[bound["of"]] * int(bound["times"])
    answer = (facts.answers or {}).get(bound["question"])
    if "by_value" in bound:
        standing = "standing" if bound.get("standing") in facts.standings else "without"
        values = bound["by_value"][standing] if bound.get("standing") else bound["by_value"]
        return int(values[answer]) if answer in values else max(map(int, values.values()))
    return round(float(answer) * 100) if answer is not None else None


async def claim(found: list[Entitlement], case_id: UUID) -> None:
    """Hold every countable entitlement for a case; ALREADY_CLAIMED when another case holds one."""
    for item in found:
        if not item.countable:
            continue
        try:
            async with db.transaction():
                await EntitlementClaim.create(
                    entitlement=item.code, subject=item.subject, period=item.period_key, case_id=case_id
                )
        except IntegrityError:
            refuse(ErrorCode.ALREADY_CLAIMED, "programmeId")


async def release(case_id: UUID) -> None:
    """Give back what a case held, when it ends without success."""
    await EntitlementClaim.filter(case_id=case_id).delete()


async def take(found: list[Entitlement], amount: int) -> None:
    """Count a granted amount against every ceiling, in one statement each; OVER_CEILING beyond one."""
    for item in found:
        bound = item.at_most
        if bound is None:
            continue
        ceiling = item.ceiling if item.ceiling is not None else bound
        if amount > bound or not await _add(item, amount, ceiling):
            refuse(ErrorCode.OVER_CEILING, "amount", ceiling=format_yuan(bound))


async def _add(item: Entitlement, amount: int, ceiling: int) -> int:
    if item.ceiling is None:
        return 1  # bounded per application only: nothing adds up
    return await db.execute(
        """INSERT INTO entitlement_use (id, entitlement, subject, period, taken_fen) VALUES (:1, :2, :3, :4, :5)
        ON CONFLICT (entitlement, subject, period) DO UPDATE SET taken_fen = entitlement_use.taken_fen + :5
        WHERE entitlement_use.taken_fen + :5 <= :6""",
        uuid7(), item.code, item.subject, item.period_key, amount, ceiling,
    )  # fmt: skip

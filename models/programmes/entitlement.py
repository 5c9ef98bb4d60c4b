"""Entitlements: ceilings and counts per person, household or student and period, claimed in one statement."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from tortoise.exceptions import IntegrityError
from tortoise.expressions import F

from models.kit import crypto, db, identity
from models.kit.codes import ErrorCode
from models.kit.errors import refuse, valid
from models.kit.ids import uuid7
from models.programmes.catalogue import Terms
from models.programmes.facts import Facts, with_uses
from models.programmes.tables import EntitlementClaim, EntitlementTake, EntitlementUse, Period, Scope

Row = dict[str, Any]
# Adds what is granted unless it would go beyond the ceiling. (The first grant of a period is compared before.)
_ADD = """INSERT INTO entitlement_use (id, entitlement, subject, period, taken_fen) VALUES (:1, :2, :3, :4, :5)
    ON CONFLICT (entitlement, subject, period) DO UPDATE SET taken_fen = entitlement_use.taken_fen + :5
    WHERE entitlement_use.taken_fen + :5 <= :6"""


@dataclass(frozen=True)
class Entitlement:
    """One entitlement in one period. `ceiling` and `used` in fen; a ceiling of None is open.

    A household's is counted for each of its members, so that nobody takes it anew in another file.
    """

    code: str
    subjects: tuple[str, ...]
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
    subjects, period = _subjects(item, facts), Period(item["period"])
    period_key = str(facts.today.year) if period is Period.YEAR else "ever"
    places = [(item["code"], subject, period_key) for subject in subjects]
    return Entitlement(
        code=item["code"],
        subjects=subjects,
        period=period,
        period_key=period_key,
        countable=bool(item.get("countable")),
        ceiling=_fen(item.get("ceiling"), facts),
        per_time=_fen(item.get("per_time"), facts),
        used=max((facts.taken.get(place, 0) for place in places), default=0),
        claimed=not facts.claimed.isdisjoint(places),
        resets_on=date(facts.today.year + 1, 1, 1) if period is Period.YEAR else None,
    )


async def counted(terms: Terms, facts: Facts) -> list[Entitlement]:
    """The same with what every subject had before, the student of the answers among them."""
    subjects = {subject for item in terms.entitlements for subject in _subjects(item, facts)}
    return entitlements(terms, await with_uses(facts, sorted(subjects)))


def _subjects(item: Row, facts: Facts) -> tuple[str, ...]:
    """What an entitlement is counted by; nothing while the student is not known."""
    scope = Scope(item["scope"])
    if scope is Scope.HOUSEHOLD:
        return tuple(str(id) for id in facts.household)
    if scope is Scope.STUDENT:
        student = valid(identity.resident_id, str((facts.answers or {}).get(item["question"])))
        return (crypto.blind_index(student.number, "student"),) if student else ()
    return (str(facts.member["id"]),)


def _fen(bound: Any, facts: Facts) -> int | None:
    """A bound as data: fen, a multiple of a reference amount, an amount by answer or from an answered number on,
    or an answer itself (yuan)."""
    if bound is None or isinstance(bound, int):
        return bound
    if "times" in bound:
        return facts.amounts[bound["of"]] * int(bound["times"])
    answer = (facts.answers or {}).get(bound["question"])
    if "from" in bound:
        return max(int(fen) for least, fen in bound["from"] if answer is None or answer >= least)
    if "by_value" in bound:
        standing = "standing" if bound.get("standing") in facts.standings else "without"
        values = bound["by_value"][standing] if bound.get("standing") else bound["by_value"]
        return int(values[answer]) if answer in values else max(map(int, values.values()))
    return int(Decimal(str(answer)) * 100) if answer is not None else None


async def claim(found: list[Entitlement], case_id: UUID) -> None:
    """Hold every countable entitlement for a case; ALREADY_CLAIMED when another case holds one."""
    rows = [
        EntitlementClaim(entitlement=item.code, subject=subject, period=item.period_key, case_id=case_id)
        for item in found
        if item.countable
        for subject in item.subjects
    ]
    try:
        async with db.transaction():
            await EntitlementClaim.bulk_create(rows)
    except IntegrityError:
        refuse(ErrorCode.ALREADY_CLAIMED, "programmeId")


async def release(case_id: UUID) -> None:
    """Give back everything that a case held or was granted, when it ends without success."""
    await EntitlementClaim.filter(case_id=case_id).delete()
    for place in await EntitlementTake.filter(case_id=case_id).values("entitlement", "subject", "period", "fen"):
        fen = place.pop("fen")
        await EntitlementUse.filter(**place).update(taken_fen=F("taken_fen") - fen)
    await EntitlementTake.filter(case_id=case_id).delete()


async def take(found: list[Entitlement], amount: int, case_id: UUID) -> None:
    """Count a granted amount against every ceiling, in one statement each; OVER_CEILING beyond one."""
    for item in found:
        if item.at_most is not None and amount > item.at_most:
            refuse(ErrorCode.OVER_CEILING, "amount", ceiling_fen=item.at_most)
        for subject in item.subjects if item.ceiling is not None else ():
            if not await _add(item, subject, amount):
                refuse(ErrorCode.OVER_CEILING, "amount", ceiling_fen=item.ceiling)
            await EntitlementTake.create(
                case_id=case_id, entitlement=item.code, subject=subject, period=item.period_key, fen=amount
            )


async def _add(item: Entitlement, subject: str, amount: int) -> int:
    return await db.execute(_ADD, uuid7(), item.code, subject, item.period_key, amount, item.ceiling)

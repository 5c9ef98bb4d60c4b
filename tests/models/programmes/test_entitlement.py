"""Ceilings and counts: never beyond, whatever is granted, taken back, or granted at the same moment."""

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from models.kit import db
from models.kit.errors import DomainError
from models.kit.settings import Settings
from models.programmes import entitlement
from models.programmes.entitlement import Entitlement
from models.programmes.tables import EntitlementClaim, EntitlementUse, Period
from tests.machines import Machine, check

CEILING, PER_TIME = 600_000, 300_000
HOUSEHOLDS = (("a",), ("a", "b"), ("b", "c"))


def winter_warmth(*subjects: str, used: int = 0, countable: bool = False) -> Entitlement:
    """Winter warmth as somebody sees it who knows nothing of what others grant meanwhile."""
    return Entitlement(
        "winter-warmth.person", subjects, Period.YEAR, "2026", countable, CEILING, PER_TIME, used, False, None
    )


async def grant(amount: int, *subjects: str, case_id: UUID | None = None) -> bool:
    """Grant an amount in a transaction of its own; False when it is beyond the ceiling."""
    try:
        async with db.transaction():
            await entitlement.take([winter_warmth(*subjects)], amount, case_id or uuid4())
    except DomainError:
        return False
    return True


async def take_back(case_id: UUID) -> None:
    """Give back what a case was granted."""
    async with db.transaction():
        await entitlement.release(case_id)


async def forget() -> None:
    """Begin with nothing granted."""
    await EntitlementUse.filter(period="2026").delete()


async def taken() -> dict[str, int]:
    """What each subject has been granted."""
    rows = await EntitlementUse.filter(period="2026").values("subject", "taken_fen")
    return {row["subject"]: row["taken_fen"] for row in rows}


class Ceilings(Machine):
    """Grants to overlapping households, on a real database, beside plain sums."""

    def __init__(self) -> None:
        super().__init__()
        self.run(forget())
        self.sums: Counter[str] = Counter()
        self.granted: list[tuple[UUID, tuple[str, ...], int]] = []

    @rule(subjects=st.sampled_from(HOUSEHOLDS), amount=st.integers(1, PER_TIME + 50_000))
    def grant(self, subjects: tuple[str, ...], amount: int) -> None:
        fits = amount <= PER_TIME and all(self.sums[subject] + amount <= CEILING for subject in subjects)
        case_id = uuid4()
        assert self.run(grant(amount, *subjects, case_id=case_id)) is fits
        if fits:
            self.sums.update(dict.fromkeys(subjects, amount))
            self.granted.append((case_id, subjects, amount))

    @precondition(lambda self: self.granted)
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        case_id, subjects, amount = self.granted.pop(data.draw(st.integers(0, len(self.granted) - 1)))
        for _ in range(2):  # the second time there is nothing left to give back
            self.run(take_back(case_id))
        self.sums.subtract(dict.fromkeys(subjects, amount))

    @invariant()
    def the_sums_are_kept_and_within_the_ceiling(self) -> None:
        found = self.run(taken())
        assert {name: fen for name, fen in found.items() if fen} == {n: fen for n, fen in self.sums.items() if fen}
        assert all(0 <= fen <= CEILING for fen in found.values())


def test_no_order_of_grants_goes_beyond_a_ceiling(settings: Settings) -> None:
    check(Ceilings, settings)


async def test_grants_at_the_same_moment_stay_within_the_ceiling(database: None) -> None:
    assert await grant(1, "王小明")
    found = await asyncio.gather(*(grant(200_000, "王小明") for _ in range(8)))
    assert Counter(found) == {True: 2, False: 6}
    assert await taken() == {"王小明": 400_001}


async def test_without_the_condition_in_the_statement_they_do_not(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entitlement, "_ADD", entitlement._ADD.replace("WHERE entitlement_use.taken_fen + :5 <= :6", ""))
    monkeypatch.setattr(entitlement, "_ADD", entitlement._ADD.replace("+ :5", "+ :5 + 0 * :6"))
    found = await asyncio.gather(*(grant(200_000, "王小明") for _ in range(8)))
    assert (Counter(found), await taken()) == ({True: 8}, {"王小明": 1_600_000})


async def test_of_claims_at_the_same_moment_one_is_held(database: None) -> None:
    async def claim(*subjects: str) -> bool:
        try:
            async with db.transaction():
                await entitlement.claim([winter_warmth(*subjects, countable=True)], uuid4())
        except DomainError:
            return False
        return True

    found: list[Any] = await asyncio.gather(*(claim(*subjects) for subjects in HOUSEHOLDS[:2] * 4))
    assert Counter(found) == {True: 1, False: 7}
    assert len(set(await EntitlementClaim.all().values_list("case_id", flat=True))) == 1
    assert await claim("c")

"""Budgets: reserve on approval, consume on payment, give back otherwise; never below zero."""

from typing import Any
from uuid import UUID

from tortoise.expressions import F

from models.kit import clock, db
from models.kit.codes import ErrorCode
from models.kit.errors import refuse
from models.kit.ids import as_uuid, uuid7
from models.programmes.tables import Budget, BudgetEntry


async def reserve(programme_id: UUID, organisation_ids: list[UUID], year: int, amount: int, case_id: UUID) -> UUID:
    """Set an amount aside in the nearest organisation's budget that exists; BUDGET_EXHAUSTED when it does not
    cover it or there is none. The budget's id."""
    found = await Budget.filter(programme_id=programme_id, organisation_id__in=organisation_ids, year=year).values(
        "id", "organisation_id"
    )
    by_organisation: dict[Any, UUID] = {row["organisation_id"]: row["id"] for row in found}
    budget_id = next((by_organisation[id] for id in organisation_ids if id in by_organisation), None)
    if budget_id is None:
        refuse(ErrorCode.BUDGET_EXHAUSTED, "amount")
    covered = await Budget.filter(id=budget_id, allotted_fen__gte=F("reserved_fen") + (F("paid_fen") + amount)).update(
        reserved_fen=F("reserved_fen") + amount
    )
    if not covered:
        refuse(ErrorCode.BUDGET_EXHAUSTED, "amount")
    await _enter(budget_id, "RESERVE", amount, case_id)
    return budget_id


async def consume(budget_id: UUID, amount: int, case_id: UUID) -> None:
    """Turn a reserved amount into a paid one."""
    moved = await Budget.filter(id=budget_id, reserved_fen__gte=amount).update(
        reserved_fen=F("reserved_fen") - amount, paid_fen=F("paid_fen") + amount
    )
    if not moved:
        refuse(ErrorCode.BUDGET_EXHAUSTED, "amount")
    await _enter(budget_id, "CONSUME", amount, case_id)


async def give_back(budget_id: UUID, amount: int, case_id: UUID) -> None:
    """Return a reserved amount that will not be paid."""
    moved = await Budget.filter(id=budget_id, reserved_fen__gte=amount).update(reserved_fen=F("reserved_fen") - amount)
    if not moved:
        refuse(ErrorCode.CONFLICT)
    await _enter(budget_id, "RELEASE", amount, case_id)


async def _enter(budget_id: UUID, kind: str, amount: int, case_id: UUID) -> None:
    await BudgetEntry.create(budget_id=budget_id, at=clock.now(), kind=kind, amount_fen=amount, case_id=case_id)


async def allot(programme_id: UUID, organisation_id: UUID, year: int, amount: int) -> UUID:
    """Set what may be spent; INVALID below what is reserved and paid. The budget's id."""
    if amount < 0:
        refuse(ErrorCode.INVALID, "amount")
    rows = await db.returning(
        """INSERT INTO budget (id, programme_id, organisation_id, year, allotted_fen, reserved_fen, paid_fen)
        VALUES (:1, :2, :3, :4, :5, 0, 0)
        ON CONFLICT (programme_id, organisation_id, year) DO UPDATE SET allotted_fen = :5
        WHERE budget.reserved_fen + budget.paid_fen <= :5 RETURNING id""",
        uuid7(), programme_id, organisation_id, year, amount,
    )  # fmt: skip
    if not rows:
        refuse(ErrorCode.INVALID, "amount")
    budget_id = as_uuid(rows[0]["id"])
    await BudgetEntry.create(budget_id=budget_id, at=clock.now(), kind="ALLOT", amount_fen=amount)
    return budget_id

"""What differs between kinds of case: each kind's domain registers its own part of the common life."""

from __future__ import annotations

from typing import Any

from models.cases.tables import Case
from models.programmes import budgets, entitlement
from models.programmes.catalogue import Terms
from models.programmes.facts import Facts, facts_of, with_uses
from models.programmes.tables import CaseKind

Row = dict[str, Any]


class CaseType:
    """The life of a kind of case; override what differs. Every hook runs inside the transaction of the change."""

    money = False

    async def facts(self, case: Case, answers: Row | None) -> Facts:
        """The facts that the rules look at, the answers among them."""
        facts = await facts_of(case.applicant_id, answers=answers)
        if facts is None:
            raise LookupError("a case without its applicant")
        return facts

    async def persons(self, case: Case) -> list[str]:
        """ID-number indexes of the persons concerned besides the applicant: none of them may decide."""
        return []

    async def amend(self, case: Case, details: Row) -> None:
        """Change the typed part of a draft; a kind without one ignores it."""

    async def filed(self, case: Case, terms: Terms, facts: Facts) -> None:
        """The case is handed in: check what is particular to the kind, claim what it needs."""

    async def approved(self, case: Case, terms: Terms, facts: Facts, amount: int | None, payers: list[Any]) -> None:
        """The case is approved: count and reserve the money, make what was asked for."""

    async def fulfilled(self, case: Case, terms: Terms) -> None:
        """What was approved has been given."""

    async def ended(self, case: Case) -> None:
        """The case ended without success: give back what it held."""
        await entitlement.release(case.id)
        if case.budget_id and case.approved_fen:
            await budgets.give_back(case.budget_id, case.approved_fen, case.id)

    async def category(self, case: Case) -> str:
        """The category that a publicity notice shows."""
        return case.kind

    async def payee(self, case: Case) -> Row:
        """To whom the money of the case goes: `payee_name`, `account_masked`."""
        return {"payee_name": None, "account_masked": None}


class MoneyCase(CaseType):
    """A kind that pays out: ceilings are counted and the budget reserved on approval."""

    money = True

    async def approved(self, case: Case, terms: Terms, facts: Facts, amount: int | None, payers: list[Any]) -> None:
        """Count the amount against every ceiling and reserve it."""
        if amount is None:
            return
        found = entitlement.entitlements(terms, facts)
        facts = await with_uses(facts, [item.subject for item in found])
        await entitlement.take(entitlement.entitlements(terms, facts), amount)
        case.budget_id = await budgets.reserve(case.programme_id, payers, facts.today.year, amount, case.id)


_types: dict[str, CaseType] = {}


def register(kind: CaseKind, case_type: CaseType) -> None:
    """Register how a kind of case lives."""
    _types[kind] = case_type


def type_of(kind: str) -> CaseType:
    """How a kind of case lives."""
    return _types[kind]

"""What differs between kinds of case: each kind's domain registers its own part of the common life."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from models.cases.status import CaseStatus
from models.cases.tables import Case
from models.kit.errors import Checks
from models.programmes import budgets, entitlement
from models.programmes.catalogue import Step, Terms
from models.programmes.facts import Facts, facts_of
from models.programmes.tables import CaseKind

Row = dict[str, Any]
F = TypeVar("F", bound=Callable[..., Any])


def hook(function: F) -> F:
    """Marks what a kind may add to the common life; by default there is nothing to add."""
    return function


class CaseType:
    """The life of a kind of case; override what differs. Every hook runs inside the transaction of the change."""

    # The name of the kind's typed part in what clients send.
    part: str | None = None
    money = False
    # A money case may be approved without granting an amount.
    amount_optional = False
    # Approval itself gives for good what was asked for: afterwards the application cannot be taken back.
    final = False

    async def union_at(self, case: Case, step: Step) -> UUID:
        """The union from which the level of a step is looked up: the applicant's, unless the kind knows another."""
        return case.organisation_id

    async def unions(self, case: Case) -> list[UUID]:
        """The unions in whose queues the case stands to its end, whoever's turn it is."""
        return [case.organisation_id]

    async def facts(self, case: Case, terms: Terms, answers: Row | None) -> Facts:
        """The facts that the rules look at, the answers among them."""
        facts = await facts_of(case.applicant_id, answers=answers)
        if facts is None:
            raise LookupError("a case without its applicant")
        return facts

    async def persons(self, case: Case) -> list[str]:
        """ID-number indexes of the persons concerned besides the applicant: none of them may decide."""
        return []

    @hook
    async def amend(self, case: Case, details: Row) -> None:
        """Change the typed part of a draft; a kind without one ignores it."""

    @hook
    async def check(self, case: Case, terms: Terms, facts: Facts, checks: Checks) -> None:
        """The case is about to be handed in: note what is wrong with or missing from its typed part."""

    @hook
    async def filed(self, case: Case, terms: Terms, facts: Facts) -> None:
        """The case is handed in, or a correction answered: claim what it needs."""

    @hook
    async def approved(self, case: Case, terms: Terms, facts: Facts, amount: int | None, payers: list[Any]) -> None:
        """The case is approved: count and reserve the money, make what was asked for."""

    @hook
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
        await entitlement.take(await entitlement.counted(terms, facts), amount, case.id)
        case.budget_id = await budgets.reserve(case.programme_id, payers, facts.today.year, amount, case.id)


_types: dict[str, CaseType] = {}


def register(kind: CaseKind, case_type: CaseType) -> None:
    """Register how a kind of case lives."""
    _types[kind] = case_type


def type_of(kind: str) -> CaseType:
    """How a kind of case lives."""
    return _types[kind]


def may_withdraw(kind: str, status: CaseStatus) -> bool:
    """False once an approval has given for good what was asked for."""
    return status is not CaseStatus.APPROVED or not type_of(kind).final

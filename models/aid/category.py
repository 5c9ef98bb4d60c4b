"""The hardship category: what a rule version makes of a household's income, spending and causes.

x = (yearly income - rigid spending) / 12 / persons, compared with multiples of a reference amount. The tiers of a
version are tried in their order; bounds and operators are its data.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any

from models.aid.tables import Cause, HardshipCategory

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


@dataclass(frozen=True)
class Figures:
    """A household in numbers: income and rigid spending of a year, in fen."""

    income: int
    spending: int
    size: int
    primary_cause: Cause | None

    @property
    def per_head(self) -> Fraction:
        """What is left for each person and month, in fen; below zero when spending exceeds income."""
        return Fraction(self.income - self.spending, 12 * self.size)

    @property
    def per_head_fen(self) -> int:
        """The same in whole fen, as it is shown; categories are judged by the exact value."""
        return floor(self.per_head)


def category_of(figures: Figures, tiers: Sequence[Mapping[str, Any]], reference_fen: int) -> HardshipCategory | None:
    """The first tier that holds; None beyond all of them."""
    found = (tier for tier in tiers if _holds(tier, figures, reference_fen))
    tier = next(found, None)
    return HardshipCategory(tier["category"]) if tier else None


def _holds(tier: Mapping[str, Any], figures: Figures, reference_fen: int) -> bool:
    if bound := tier.get("income"):
        return OPERATORS[bound["operator"]](figures.per_head, Fraction(bound["times"]) * reference_fen)
    if bound := tier.get("spending"):
        return OPERATORS[bound["operator"]](figures.spending, Fraction(bound["share"]) * figures.income)
    return figures.primary_cause in tier["causes"]

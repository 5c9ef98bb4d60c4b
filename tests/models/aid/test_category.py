"""The hardship category, at its bounds and for every household (domain facts, section 3)."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.aid.category import OPERATORS, Figures, category_of
from models.aid.tables import Cause
from models.seed.catalogue import FOLDER, read_programme

D = 106_200  # fen a month: the example of the domain facts
VERSIONS = {
    version["number"]: version for version in read_programme(FOLDER / "programmes" / "hardship.json")["versions"]
}
TIERS: list[dict[str, Any]] = VERSIONS[2]["limits"]["household"]["tiers"]

money = st.integers(0, 10**12)
sizes = st.integers(1, 20)
causes = st.sampled_from([None, *Cause])


def a_month(per_head: int, size: int = 3, cause: Cause | None = Cause.UNEMPLOYED) -> Figures:
    """A household that has so many fen left for each person and month."""
    return Figures(per_head * 12 * size, 0, size, cause)


@pytest.mark.parametrize(
    ("per_head", "category"),
    [
        (0, "DEEP"), (D - 1, "DEEP"), (D, "RELATIVE"), (2 * D - 1, "RELATIVE"), (2 * D, "BORDERLINE"),
        (220 * D // 100 - 1, "BORDERLINE"), (220 * D // 100, None),
    ],
)  # fmt: skip
def test_below_d_is_deep_from_d_on_relative_and_from_twice_d_on_neither(per_head: int, category: str | None) -> None:
    assert category_of(a_month(per_head), TIERS, D) == category


def test_one_fen_of_yearly_income_decides_at_the_bound() -> None:
    below, at = (Figures(D * 36 - missing, 0, 3, None) for missing in (1, 0))
    assert below.per_head_fen == D - 1
    assert (category_of(below, TIERS, D), category_of(at, TIERS, D)) == ("DEEP", "RELATIVE")


def test_spending_is_taken_off_before_anything_is_compared() -> None:
    figures = Figures(income=10 * D * 12, spending=9 * D * 12, size=2, primary_cause=None)
    assert figures.per_head == Fraction(D, 2)
    assert category_of(figures, TIERS, D) == "DEEP"


@pytest.mark.parametrize("cause", [Cause.NATURAL_DISASTER, Cause.ACCIDENT])
def test_a_household_hit_by_a_misfortune_is_in_accidental_hardship(cause: Cause) -> None:
    assert category_of(a_month(5 * D, cause=cause), TIERS, D) == "ACCIDENTAL"


@pytest.mark.parametrize(("spending", "category"), [(80, None), (81, "ACCIDENTAL")])
def test_costs_above_four_fifths_of_the_income_are_accidental_hardship(spending: int, category: str | None) -> None:
    income = 1000 * D * 12
    figures = Figures(income, income * spending // 100, 1, Cause.MAJOR_ILLNESS)
    assert category_of(figures, TIERS, D) == category


def test_the_older_version_has_its_own_bounds_and_operators() -> None:
    tiers = VERSIONS[1]["limits"]["household"]["tiers"]
    found = [category_of(a_month(x), tiers, D) for x in (D, D + 1, 3 * D // 2, 3 * D // 2 + 1)]
    assert found == ["DEEP", "RELATIVE", "RELATIVE", "BORDERLINE"]
    assert VERSIONS[1]["effective_to"] == date(2024, 12, 31)
    assert VERSIONS[2]["effective_from"] == date(2025, 1, 1)


@given(money, money, sizes, causes)
def test_the_category_says_what_the_formula_says(income: int, spending: int, size: int, cause: Cause | None) -> None:
    figures = Figures(income, spending, size, cause)
    left, found = income - spending, category_of(figures, TIERS, D)
    assert (found == "DEEP") == (left < D * 12 * size)
    assert (found == "RELATIVE") == (D * 12 * size <= left < 2 * D * 12 * size)
    struck = cause in (Cause.NATURAL_DISASTER, Cause.ACCIDENT) or 5 * spending > 4 * income
    assert (found == "ACCIDENTAL") == (left >= 2 * D * 12 * size and struck)


@given(money, money, st.integers(1, 10**9), sizes)
def test_more_income_never_makes_the_hardship_deeper(income: int, spending: int, more: int, size: int) -> None:
    order = ["DEEP", "RELATIVE", "BORDERLINE", None]
    poorer, richer = (
        category_of(Figures(i, spending, size, None), [t for t in TIERS if "income" in t], D)
        for i in (income, income + more)
    )
    assert order.index(poorer) <= order.index(richer)


@given(money, money, sizes)
def test_what_is_shown_is_never_more_than_what_is_left(income: int, spending: int, size: int) -> None:
    figures = Figures(income, spending, size, None)
    assert figures.per_head_fen <= figures.per_head < figures.per_head_fen + 1


def test_every_operator_of_the_catalogue_is_known() -> None:
    bounds = [
        tier.get("income") or tier.get("spending")
        for v in VERSIONS.values()
        for tier in v["limits"]["household"]["tiers"]
    ]
    assert {bound["operator"] for bound in bounds if bound} <= set(OPERATORS)

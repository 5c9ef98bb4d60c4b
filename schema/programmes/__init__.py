"""The catalogue, benefits and budgets as clients see them."""

from schema.programmes.benefits import ProgrammeViewer
from schema.programmes.budgets import BudgetQueries, ProgrammeMutations

__all__ = ["BudgetQueries", "ProgrammeMutations", "ProgrammeViewer"]

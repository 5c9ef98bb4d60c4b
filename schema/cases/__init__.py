"""Cases as clients see them."""

from schema.cases.documents import DocumentMutations
from schema.cases.filing import CaseViewer, FilingMutations
from schema.cases.following import CaseSubscriptions
from schema.cases.publicity import PublicityMutations, PublicityQueries
from schema.cases.working import DeskMutations, DeskQueries, DeskViewer

__all__ = [
    "CaseSubscriptions",
    "CaseViewer",
    "DeskMutations",
    "DeskQueries",
    "DeskViewer",
    "DocumentMutations",
    "FilingMutations",
    "PublicityMutations",
    "PublicityQueries",
]

"""What rules come to for a person: from «yes» to «no», each with reasons."""

from collections.abc import Iterable
from enum import StrEnum


class Outcome(StrEnum):
    """Whether a person can get something now, from good to bad."""

    ELIGIBLE = "ELIGIBLE"
    NEEDS_INFORMATION = "NEEDS_INFORMATION"
    USED_UP = "USED_UP"
    NOT_OPEN = "NOT_OPEN"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """What several rules come to together; ELIGIBLE when there are none."""
    return max(outcomes, key=list(Outcome).index, default=Outcome.ELIGIBLE)

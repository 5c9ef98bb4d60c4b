"""The life of a case as a picture, drawn from the tables of its moves."""

from collections import defaultdict
from collections.abc import Iterator

from models.cases.status import APPLICANT_MOVES, FINISHED, STAFF_MOVES, SYSTEM_MOVES, CaseStatus

LIFE = """\
## The life of a case

Every application goes through these statuses, whatever it is for; between `ACCEPTED` and `APPROVED` lie the steps of
its programme (`Case.step`). `allowedActions` of a case says which of these moves its viewer can make now.
"""
MOVERS = {"applicant": APPLICANT_MOVES, "staff": STAFF_MOVES, "system": SYSTEM_MOVES}


def life() -> Iterator[str]:
    """The section with the picture."""
    arrows: dict[tuple[CaseStatus, CaseStatus], list[str]] = defaultdict(list)
    for mover, moves in MOVERS.items():
        for arrow, move in moves.items():
            arrows[arrow].append(f"{move.action} ({mover})")
    left = {source for source, _ in arrows}
    yield from (LIFE, "```mermaid", "stateDiagram-v2", "    direction TB", f"    [*] --> {CaseStatus.DRAFT}")
    yield from (f"    {source} --> {target}: {', '.join(labels)}" for (source, target), labels in arrows.items())
    yield from (f"    {status} --> [*]" for status in CaseStatus if status in FINISHED - left)
    yield "```"

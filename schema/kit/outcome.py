"""Outcomes and their reasons as clients see them: what stands in the way, in words, and what to do next."""

from typing import Any

from models.kit.ids import as_uuid
from models.kit.outcome import Outcome
from models.kit.texts import text
from schema.kit.build import batch, column, computed, enum, output, read_row
from schema.kit.context import Info, Row
from schema.kit.nodes import Node, targets

enum(
    Outcome,
    ELIGIBLE="Nothing stands in the way.",
    NEEDS_INFORMATION="Something has to be known first.",
    USED_UP="What there is for this person was had already.",
    NOT_OPEN="Not at this time.",
    NOT_ELIGIBLE="The conditions are not met.",
)


def _label(row: Row, info: Info) -> str:
    return text(info.context.locale, f"next.{row['action']}")


@output
class NextStep:
    """What somebody can do about a reason."""

    action: str = column("What to do, as a stable code.")
    label: str = computed(_label, "The same for people, in the reader's language.")
    target: Node | None = batch(targets, "What to do it with; null where there is no such object.")


def _message(row: Any, info: Info) -> str:
    return text(info.context.locale, f"reason.{read_row(row, 'code')}", read_row(row, "params"))


def _next_step(row: Any, info: Info) -> Row | None:
    step = read_row(row, "next_step")
    if not step:
        return None
    target = step.get("target_id")
    return {
        "action": step["action"],
        "target_type": step.get("target_type"),
        "target_id": as_uuid(target) if target else None,
    }


@output
class Reason:
    """Why an outcome is what it is."""

    code: str = column("A stable code.")
    message: str = computed(_message, "The same for people, in the reader's language.")
    next_step: NextStep | None = computed(_next_step, "What to do about it; null when there is nothing.")

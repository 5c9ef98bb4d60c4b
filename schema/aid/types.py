"""Aid applications and hardship files: the typed parts beside what every case has."""

from typing import Any

import strawberry

from resolvers import aid
from schema.aid.enums import Cause, HardshipCategory, HealthState, Relation
from schema.cases.interface import Case
from schema.kit.build import batch, column, computed, output, part
from schema.kit.context import Info, Rows
from schema.kit.nodes import node_id
from schema.kit.scalars import Money


async def _aid(rows: Rows, info: Info) -> list[Any]:
    found = await aid.aid_parts(info.context.actor, rows)
    return [found.get(row["id"], {"payee": None, "student_name": None}) for row in rows]


async def _hardship(rows: Rows, info: Info) -> list[Any]:
    found = await aid.hardship_parts(info.context.actor, rows)
    return [found[row["id"]] for row in rows]


@output
class Payee:
    """To whom money goes."""

    name: str = computed(lambda row, info: row["payee_name"], "The name, as the bank has it.")
    account_masked: str = column("The account, but for its last four digits.")


@output
class AidApplication(Case):
    """An application for money: living, medical, temporary or tuition aid, winter warmth."""

    id: strawberry.ID = node_id("Case")
    payee: Payee | None = part(_aid, "payee", "To whom the money goes; null until it is said.")
    student_name: str | None = part(_aid, "student_name", "The student, for tuition aid.")


@output
class HouseholdMember:
    """A person of a household."""

    name: str = column("The name.")
    relation: Relation = column("What they are to the applicant.")
    health: HealthState | None = column("For the applicant and the staff who work the case; null for others.")
    income: Money | None = computed(
        lambda row, info: row["income_fen"],
        "In yuan a year; for the applicant and the staff who work the case, null for others.",
    )


@output
class Household:
    """A household in numbers; amounts in yuan a year."""

    size: int = column("How many persons, the applicant included.")
    income: Money | None = computed(lambda row, info: row["income_fen"], "The income of all; null until it is said.")
    rigid_spending: Money | None = computed(
        lambda row, info: row["spending_fen"], "What has to be spent on illness, school and the like."
    )
    members: list[HouseholdMember] = computed(lambda row, info: row["persons"], "The persons, the applicant first.")


@output
class HardshipCause:
    """Why a household is in hardship."""

    cause: Cause = column("The cause.")
    primary: bool = computed(lambda row, info: row["is_primary"], "True for the one that the others come after.")


@output
class HardshipFiling(Case):
    """A household's hardship file."""

    id: strawberry.ID = node_id("Case")
    category: HardshipCategory | None = part(
        _hardship, "category", "What the rules make of it; null beyond all bounds and while it is incomplete."
    )
    per_head_income: Money | None = part(
        _hardship, "per_head_fen", "What is left for each person and month, in yuan; below zero where nothing is."
    )
    household: Household = batch(_hardship, "The household.")
    causes: list[HardshipCause] = part(_hardship, "causes", "Why, the primary cause first.")
    account_masked: str | None = part(_hardship, "account_masked", "The account, but for its last four digits.")

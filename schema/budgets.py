"""Budgets and changes of the catalogue, for staff."""

from datetime import date, datetime
from typing import Annotated, Any

import strawberry

from resolvers import programmes
from resolvers.cases.reading import cases_by_id
from schema.cases.interface import Case
from schema.cases.rows import typed
from schema.kit.build import batch, change, column, computed, described, input_type, output
from schema.kit.context import Info, Row, Rows
from schema.kit.errors import Payload
from schema.kit.inputs import given, id_of, row_id
from schema.kit.pagination import After, Connection, First, connection
from schema.kit.scalars import JSON, Money
from schema.programmes import Programme, programme_of


def _fen(name: str) -> Any:
    return lambda row, info: row[f"{name}_fen"]


async def _case_of(rows: Rows, info: Info) -> list[Any]:
    found = await cases_by_id(info.context.actor, [row["case_id"] for row in rows if row["case_id"]])
    return [typed(found.get(row["case_id"])) for row in rows]


@output
class BudgetEntry:
    """A movement of a budget."""

    at: datetime = column("When.")
    kind: str = column("ALLOT, RESERVE, CONSUME or RELEASE.")
    amount: Money = computed(_fen("amount"), "How much, in yuan.")
    case: Case | None = batch(_case_of, "The case it belongs to; null where the viewer may not see it.")


@output
class Budget:
    """What an organisation may spend on a programme in a year."""

    allotted: Money = computed(_fen("allotted"), "What there is, in yuan.")
    reserved: Money = computed(_fen("reserved"), "Approved and not paid yet, in yuan.")
    paid: Money = computed(_fen("paid"), "Paid, in yuan.")
    available: Money = computed(_fen("available"), "What may still be approved, in yuan.")

    @described(description="Its movements, newest first.")
    async def entries(self, info: Info, first: First = 20, after: After = None) -> Connection[BudgetEntry]:
        row: Row = self  # type: ignore[assignment]
        found = await programmes.budget_entries(info.context.actor, row["id"], first, after)
        return connection(found, after)  # type: ignore[no-any-return]


@output
class BudgetQueries:
    """Reading budgets."""

    @described(description="A budget; null when there is none for that year.")
    async def budget(
        self,
        info: Info,
        programme_id: Annotated[strawberry.ID, strawberry.argument(description="The programme.")],
        organisation_id: Annotated[strawberry.ID, strawberry.argument(description="The union whose budget it is.")],
        year: Annotated[int, strawberry.argument(description="The calendar year.")],
    ) -> Budget | None:
        return await programmes.budget(  # type: ignore[return-value]
            info.context.actor,
            row_id(programme_id, "Programme", "programmeId"),
            row_id(organisation_id, "Organisation", "organisationId"),
            year,
        )


@input_type
class LocalisedText:
    """A text in both languages."""

    zh: str = given("In Chinese.")
    en: str = given("In English.")


@input_type
class ChangeProgrammeInput:
    """What to change of a programme; whatever is left out stays. A changed form or promise becomes a new version."""

    id: strawberry.ID = id_of("Programme", "The programme.")
    opens_at: datetime | None = given("When applications open.", default=None)
    closes_at: datetime | None = given("When applications close.", default=None)
    name: LocalisedText | None = given("Its name.", default=None)
    summary: LocalisedText | None = given("What it is, for whom.", default=None)
    effective_from: date | None = given("From when the new version holds; tomorrow by default.", default=None)
    form: JSON | None = given("New questions, as JSON Schema (2020-12).", default=None)
    promised_days: int | None = given("The promised number of days, 1 to 365.", default=None)
    idempotency_key: str | None = given("Repeats with the same key have one effect.", default=None)


@input_type
class AllotBudgetInput:
    """What an organisation may spend on a programme in a year."""

    programme_id: strawberry.ID = id_of("Programme", "The programme.")
    organisation_id: strawberry.ID = id_of("Organisation", "The union whose budget it is.")
    year: int = given("The calendar year.")
    amount: Money = given("The whole amount, in yuan; never below what is reserved and paid.")
    idempotency_key: str | None = given("Repeats with the same key have one effect.", default=None)


async def _programme(rows: Rows, info: Info) -> list[Any]:
    return await programme_of(rows, info) if rows[0].get("programme_id") else [None] * len(rows)


async def _budget(rows: Rows, info: Info) -> list[Any]:
    found = await programmes.budgets_by_id(info.context.actor, [row["budget_id"] for row in rows if "budget_id" in row])
    return [found.get(row.get("budget_id")) for row in rows]  # type: ignore[arg-type]


@output
class ChangeProgrammePayload(Payload):
    """The outcome of changeProgramme."""

    programme: Programme | None = batch(_programme, "The programme as it is now.")


@output
class AllotBudgetPayload(Payload):
    """The outcome of allotBudget."""

    budget: Budget | None = batch(_budget, "The budget as it is now.")


@output
class ProgrammeMutations:
    """Changing the catalogue and its budgets."""

    change_programme: ChangeProgrammePayload | None = change(
        programmes.change_programme,
        ChangeProgrammeInput,
        "Change a programme's window or words, or add a version of its terms (administrators of the city).",
    )
    allot_budget: AllotBudgetPayload | None = change(
        programmes.allot_budget, AllotBudgetInput, "Set a budget (finance staff of that union or one above)."
    )

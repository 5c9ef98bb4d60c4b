"""The catalogue as clients see it."""

from datetime import datetime
from typing import Any

import strawberry

from models.cases.status import StepActor
from models.kit.calendar import Counts
from models.kit.texts import localised, text
from models.programmes.tables import CaseKind, Season
from resolvers import programmes
from schema.kit.build import column, computed, enum, output
from schema.kit.context import Info, Row, Rows
from schema.kit.nodes import Node, node_id, reads
from schema.kit.scalars import JSON, Money

enum(
    CaseKind,
    AID="Money aid: living, medical, temporary, tuition, winter warmth.",
    HARDSHIP="A hardship filing.",
    MOTHERS_ROOM="Setting up a mothers' room.",
    MEMBERSHIP="Joining a union or moving to another.",
    INSURANCE_CLAIM="A claim under mutual medical aid.",
    LEGAL_AID="Legal aid.",
)
enum(Counts, WORKING="Working days, make-up days included.", CALENDAR="Every day; a last day off rolls forward.")
enum(
    Season,
    SPRING="Spring: jobs.",
    SUMMER="Summer: cooling.",
    AUTUMN="Autumn: tuition.",
    WINTER="Winter: warmth.",
    ALL_YEAR="At any time of the year.",
)
enum(
    StepActor,
    APPLICANT="The applicant.",
    UNIT="The applicant's own union.",
    COUNTY="The county's, district's or industry's federation.",
    CITY="The city's federation.",
    AGENCY="A public agency, asked by the county's federation.",
)


def localised_column(name: str, description: str) -> Any:
    """A field that shows one language of a text kept as data."""

    def read(row: Row, info: Info) -> Any:
        return localised(row[name], info.context.locale)

    return computed(read, description)


@output
class Limit:
    """A number of days and how they are counted."""

    days: int = column("How many days.")
    counts: Counts = column("Which days count.")


def _step_row(step: Any) -> Row:
    return {**vars(step), "limit": {"days": step.days, "counts": step.counts}}


@output
class ProgrammeRule:
    """A condition of a programme."""

    code: str = column("The reason code it gives when it does not hold.")
    description: str = computed(
        lambda row, info: text(info.context.locale, f"rule.{row['code']}", row.get("params")), "The condition in words."
    )


@output
class ProgrammeDocument:
    """A document that an application needs."""

    kind: str = column("A stable code.")
    name: str = localised_column("name", "What it is.")
    description: str | None = computed(
        lambda row, info: localised(row.get("description"), info.context.locale), "What it has to show."
    )
    deferrable: bool = column("True when it may follow after acceptance (容缺).")


@output
class Form:
    """Questions as JSON Schema (2020-12)."""

    version: int = column("The version that answers are filed under.")
    schema: JSON = column("The schema of the answers.")


@output
class AmountLine:
    """An amount and what it is for."""

    label: str = localised_column("label", "What it is for.")
    amount: Money = column("In yuan.")


def _terms(part: str) -> Any:
    return lambda row, info: getattr(row["terms"], part) if row["terms"] else []


def _steps(row: Row, info: Info) -> Any:
    return [_step_row(step) for step in row["terms"].steps] if row["terms"] else []


def _form(row: Row, info: Info) -> Any:
    return {"version": row["terms"].form_version, "schema": row["terms"].form} if row["terms"] else None


def _promised(row: Row, info: Info) -> Any:
    return row["terms"].limits["promised"] if row["terms"] else None


@output
class ProgrammeStep:
    """One step that an application takes."""

    code: str = column("A stable code.")
    name: str = localised_column("name", "What is done.")
    actor: StepActor = column("Whose turn it is.")
    limit: Limit = column("How long it takes at most.")
    signatures: int = column("How many people must sign.")


@output
class Programme(Node):
    """Something members can get, with its service guide."""

    id: strawberry.ID = node_id("Programme")
    code: str = column("A stable code.")
    name: str = localised_column("name", "Its name.")
    summary: str = localised_column("summary", "What it is, for whom.")
    basis: str = localised_column("basis", "The rules it rests on.")
    appeal_route: str = localised_column("appeal_route", "Where to turn against a decision.")
    season: Season = column("The season it belongs to.")
    kind: CaseKind = column("The kind of case that an application opens.")
    opens_at: datetime | None = column("When applications open, or opened; null when always open.")
    closes_at: datetime | None = column("When applications close; null when always open.")
    promised: Limit | None = computed(_promised, "How long a decision takes at most.")
    rules: list[ProgrammeRule] = computed(_terms("rules"), "The conditions.")
    steps: list[ProgrammeStep] = computed(_steps, "The steps an application takes, in order.")
    documents: list[ProgrammeDocument] = computed(_terms("documents"), "The documents it needs.")
    form: Form | None = computed(_form, "The programme's own questions.")
    amounts: list[AmountLine] = computed(_terms("amounts"), "What it pays.")


reads("Programme", programmes.programmes_by_id)


async def programme_of(rows: Rows, info: Info) -> list[Any]:
    """The programmes of rows with a `programme_id`."""
    found = await programmes.programmes_by_id(info.context.actor, [row["programme_id"] for row in rows])
    return [found.get(row["programme_id"]) for row in rows]

"""Benefits as clients see them: what the viewer can get, and why or why not."""

from datetime import date
from typing import Annotated, Any

import strawberry

from models.kit.outcome import Outcome
from models.programmes.tables import CaseKind, Period, Season
from resolvers import programmes
from resolvers.cases.reading import cases_by_id
from schema.cases.interface import Case
from schema.cases.rows import typed
from schema.kit.build import batch, column, described, enum, input_type, output
from schema.kit.context import Info, Rows
from schema.kit.inputs import given, values
from schema.kit.outcome import Reason
from schema.kit.price import Price
from schema.kit.scalars import Money
from schema.programmes import Programme

enum(Period, YEAR="Begins anew every calendar year.", ONCE="Once and for all.")


@output
class Entitlement:
    """How much there is for this member, and what is left of it."""

    ceiling: Money | None = column("The most in a period; null where only the number of times is bounded.")
    used: Money | None = column("Granted so far in this period; null without a ceiling.")
    remaining: Money | None = column("What may still be granted in this period; null without a ceiling.")
    at_most: Money | None = column("The most that one application may be granted now; null where nothing bounds it.")
    period: Period = column("When it begins anew.")
    resets_on: date | None = column("The day it begins anew; null when it does not.")


async def _case_by(rows: Rows, info: Info) -> list[Any]:
    found = await cases_by_id(info.context.actor, [row["open_case_id"] for row in rows if row["open_case_id"]])
    return [typed(found.get(row["open_case_id"])) for row in rows]


@output
class Benefit:
    """What one programme means for the viewer: can I get it, how much, until when, and if not, why not."""

    programme: Programme = column("The programme.")
    outcome: Outcome = column("Whether the viewer can get it now, as far as the rules can tell: staff decide.")
    reasons: list[Reason] = column("What stands in the way; empty when nothing does.")
    entitlement: Entitlement | None = column("How much there is; null where nothing is counted.")
    open_case: Case | None = batch(_case_by, "The viewer's running case; null when there is none.")


@input_type
class BenefitFilter:
    """Which benefits to list; all conditions hold together."""

    season: Season | None = given("Of this season.", default=None)
    kind: CaseKind | None = given("That open this kind of case.", default=None)
    outcome: Outcome | None = given("With this outcome for the viewer.", default=None)


@output
class BenefitViewer:
    """The viewer's benefits."""

    @described(
        description="What the viewer can get and why or why not; empty without a member.",
        price=Price(points=12, size=30),
    )
    async def benefits(
        self,
        info: Info,
        filter: Annotated[BenefitFilter | None, strawberry.argument(description="Which to list.")] = None,
    ) -> list[Benefit]:
        return await programmes.benefits(info.context.actor, **(values(filter) if filter else {}))  # type: ignore[return-value]

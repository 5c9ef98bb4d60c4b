"""What the unions of the demo may spend on each programme of money aid, last year, this year and next."""

from collections.abc import Iterator
from uuid import UUID

from models.kit import clock
from models.kit.ids import uuid7
from models.members import Level
from models.programmes.tables import Budget, BudgetEntry, Programme
from models.seed.demo.unions import Unions, all_unions

# A year's allotment of a county in yuan; the city has ten times as much. Smaller counties have less.
_ALLOTTED = {
    "living-aid": 300_000,
    "medical-aid": 400_000,
    "mothers-room": 60_000,
    "temporary-aid": 200_000,
    "tuition-aid": 250_000,
    "winter-warmth": 350_000,
}
_CITY_HAS = 10
_SMALL = frozenset({"dongtou", "wencheng", "taishun"})
_KIND = "ALLOT"


async def allot(unions: Unions, year: int) -> None:
    """Allot the budgets of three years around `year`."""
    programmes = dict(await Programme.filter(code__in=list(_ALLOTTED)).values_list("code", "id"))
    budgets = [
        Budget(id=uuid7(), programme_id=programmes[code], organisation_id=union_id, year=each, allotted_fen=fen)
        for each in (year - 1, year, year + 1)
        for union_id, code, fen in _amounts(unions)
    ]
    await Budget.bulk_create(budgets)
    await BudgetEntry.bulk_create(
        [BudgetEntry(budget_id=b.id, at=clock.now(), kind=_KIND, amount_fen=b.allotted_fen) for b in budgets]
    )


def _amounts(unions: Unions) -> Iterator[tuple[UUID, str, int]]:
    for union in all_unions():
        if union.level not in (Level.CITY, Level.COUNTY, Level.INDUSTRY):
            continue
        for code, yuan in _ALLOTTED.items():
            whole = yuan * _CITY_HAS if union.level is Level.CITY else yuan // (1 + (union.key in _SMALL))
            yield unions[union.key].id, code, whole * 100

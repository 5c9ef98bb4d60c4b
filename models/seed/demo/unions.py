"""The union tree of the demo: the city, its counties and districts, towns, enterprises and joint unions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.members import Level, Organisation, found_union, place
from models.seed.demo import numbers, read

Node = dict[str, Any]
Unions = dict[str, Organisation]


@dataclass(frozen=True)
class Union:
    """A union as the file has it, with what it takes over from those above."""

    key: str
    above: str | None
    division: str
    number: int
    node: Node

    @property
    def founded(self) -> date:
        """The day it was founded."""
        return date.fromisoformat(self.node["founded"])

    @property
    def level(self) -> Level:
        """Where in the tree it stands."""
        return Level(self.node.get("level", Level.UNIT))

    @property
    def employer_code(self) -> str | None:
        """The social credit code of the employer whose union it is."""
        return numbers.employer_code(self.number) if self.node.get("employer") else None


def all_unions() -> list[Union]:
    """Every union, those above first."""
    return list(_below(read("unions"), None, "", iter(range(1, 1000))))


def _below(node: Node, above: str | None, division: str, numbers: Iterator[int]) -> Iterator[Union]:
    union = Union(node["key"], above, node.get("division", division), next(numbers), node)
    yield union
    for child in node.get("below", ()):
        yield from _below(child, union.key, union.division, numbers)


async def found() -> Unions:
    """Found every union, and close and move those that were."""
    made: Unions = {}
    for union in all_unions():
        made[union.key] = await found_union(
            union.node["name"],
            union.level,
            made[union.above].id if union.above else None,
            union.founded,
            division_code=union.division,
            accepts_members=union.level is not Level.GROUP,
            uscc=numbers.union_code(union.number) if union.level is not Level.GROUP else None,
            employer_uscc=union.employer_code,
        )
    for union in all_unions():
        await _go_on(union, made)
    return {key: await Organisation.get(id=union.id) for key, union in made.items()}


async def _go_on(union: Union, made: Unions) -> None:
    """What happened to a union after it was founded."""
    held = Organisation.filter(id=made[union.key].id)
    if closed := union.node.get("closed"):
        await held.update(valid_to=date.fromisoformat(closed))
    if moved := union.node.get("moved"):
        await place(made[union.key].id, made[moved["to"]].id, date.fromisoformat(moved["on"]))
        await held.update(division_code=moved["division"])

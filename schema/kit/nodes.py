"""Global ids and `node`: each type says how its rows are read for an actor."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import strawberry

from models.kit.actor import Actor
from models.kit.identity import InvalidValue
from models.kit.ids import global_id, parse_global_id
from schema.kit.build import computed, interface
from schema.kit.context import BatchFunction, Info, Row, Rows

Reader = Callable[[Actor, Sequence[UUID]], Awaitable[dict[UUID, Row]]]
_readers: dict[str, Reader] = {}


def reads(type_name: str, reader: Reader) -> None:
    """Register how rows of a type are read: `reader(actor, ids)` leaves out what the actor may not see."""
    _readers[type_name] = reader


REFETCHABLE = "An opaque global id, stable for ever; give it to `node`."


def node_id(type_name: str, description: str = REFETCHABLE) -> Any:
    """The `id` field of a type."""

    def encode(row: Row, info: Info) -> strawberry.ID:
        return strawberry.ID(global_id(type_name, row["id"]))

    return computed(encode, description)


@interface
class Node:
    """Anything with a global id."""

    id: strawberry.ID = strawberry.field(description=REFETCHABLE)

    @classmethod
    def resolve_type(cls, row: Row, info: Any, abstract: Any) -> str:
        """Rows read for an interface say of which type they are."""
        return str(row["type_name"])


async def find(actor: Actor, references: Sequence[tuple[str, UUID] | None]) -> list[Row | None]:
    """The rows behind typed ids, in their order; one read per type."""
    wanted: dict[str, set[UUID]] = defaultdict(set)
    for reference in references:
        if reference and reference[0] in _readers:
            wanted[reference[0]].add(reference[1])
    found = {name: await _readers[name](actor, list(ids)) for name, ids in wanted.items()}
    return [_typed(found, reference) for reference in references]


def _typed(found: dict[str, dict[UUID, Row]], reference: tuple[str, UUID] | None) -> Row | None:
    if reference is None:
        return None
    row = found.get(reference[0], {}).get(reference[1])
    return {"type_name": reference[0], **row} if row else None


async def by_global_ids(actor: Actor, ids: Sequence[str]) -> list[Row | None]:
    """The rows behind global ids; malformed, unknown and hidden ones are null alike."""
    return await find(actor, [_parsed(id) for id in ids])


def _parsed(id: str) -> tuple[str, UUID] | None:
    try:
        return parse_global_id(id)
    except InvalidValue:
        return None


async def targets(rows: Rows, info: Info) -> list[Any]:
    """For rows with `target_type` and `target_id`: the objects they point at, where the viewer may see them."""
    references = [(row["target_type"], row["target_id"]) if row["target_id"] else None for row in rows]
    return list(await find(info.context.actor, references))


def behind(name: str, reader: Reader) -> BatchFunction:
    """For `batch`: the object whose row id is in the column `name`, where there is one the viewer may see."""

    async def read(rows: Rows, info: Info) -> list[Any]:
        ids = {row[name] for row in rows if row.get(name)}
        found = await reader(info.context.actor, list(ids)) if ids else {}
        return [found.get(row[name]) if row.get(name) else None for row in rows]

    return read

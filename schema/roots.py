"""The roots of the API, put together from the domains."""

import strawberry
from strawberry.schema.config import StrawberryConfig

from schema.kit.build import output, read_row
from schema.kit.context import Info
from schema.kit.nodes import Node, by_global_ids
from schema.kit.scalars import SCALARS
from schema.members import MemberQueries, MemberViewer

SEEN = "At most {max} at once."


@output
class Viewer(MemberViewer):
    """The signed-in account and everything that is its own."""


@output
class Query(MemberQueries):
    """What can be read."""

    @strawberry.field(description="The signed-in account; null when signed out.")
    async def viewer(self, info: Info) -> Viewer | None:
        actor = info.context.actor
        return {"id": actor.account_id, "member_id": actor.member_id} if actor.account_id else None  # type: ignore[return-value]

    @strawberry.field(
        description="Any object by its global id; null when it does not exist or may not be seen."
    )
    async def node(self, info: Info, id: strawberry.ID) -> Node | None:
        return (await by_global_ids(info.context.actor, [id]))[0]  # type: ignore[return-value]


def build() -> strawberry.Schema:
    """The schema."""
    return strawberry.Schema(Query, config=StrawberryConfig(default_resolver=read_row, scalar_map=SCALARS))

"""The roots of the API, put together from the domains."""

import strawberry
from strawberry.schema.config import StrawberryConfig

from schema.accounts import AccountMutations, AccountQueries, AccountViewer
from schema.events import EventMutations, EventQueries, EventViewer
from schema.kit.build import output, read_row
from schema.kit.context import Info
from schema.kit.nodes import Node, by_global_ids
from schema.kit.scalars import SCALARS
from schema.members import MemberMutations, MemberQueries, MemberViewer
from schema.notifications import NotificationMutations, NotificationViewer
from schema.record import RecordMutations, RecordQueries, RecordViewer
from schema.rooms import RoomMutations, RoomQueries, RoomViewer

SEEN = "At most {max} at once."


@output
class Viewer(AccountViewer, EventViewer, MemberViewer, NotificationViewer, RecordViewer, RoomViewer):
    """The signed-in account and everything that is its own."""


@output
class Query(AccountQueries, EventQueries, MemberQueries, RecordQueries, RoomQueries):
    """What can be read."""

    @strawberry.field(description="The signed-in account; null when signed out.")
    async def viewer(self, info: Info) -> Viewer | None:
        actor = info.context.actor
        return {"id": actor.account_id, "member_id": actor.member_id} if actor.account_id else None  # type: ignore[return-value]

    @strawberry.field(description="Any object by its global id; null when it does not exist or may not be seen.")
    async def node(self, info: Info, id: strawberry.ID) -> Node | None:
        return (await by_global_ids(info.context.actor, [id]))[0]  # type: ignore[return-value]


@output
class Mutation(
    AccountMutations, EventMutations, MemberMutations, NotificationMutations, RecordMutations, RoomMutations
):
    """What can be changed."""


def build() -> strawberry.Schema:
    """The schema."""
    config = StrawberryConfig(default_resolver=read_row, scalar_map=SCALARS)
    return strawberry.Schema(Query, Mutation, config=config)

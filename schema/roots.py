"""The roots of the API, put together from the domains."""

from typing import Annotated

import strawberry
from strawberry.schema.config import StrawberryConfig

from models.kit.codes import ErrorCode
from models.kit.errors import refuse
from models.kit.paging import MAX_FIRST
from schema.accounts import AccountMutations, AccountQueries, AccountViewer
from schema.aid import AidApplication, AidMutations, HardshipFiling
from schema.benefits import BenefitViewer
from schema.budgets import BudgetQueries, ProgrammeMutations
from schema.cases import (
    CaseSubscriptions,
    CaseViewer,
    DeskMutations,
    DeskQueries,
    DeskViewer,
    DocumentMutations,
    FilingMutations,
    PublicityMutations,
    PublicityQueries,
)
from schema.events import EventMutations, EventQueries, EventViewer
from schema.joining import JoiningMutations, MembershipApplication
from schema.kit.build import described, output, read_row
from schema.kit.context import Info
from schema.kit.nodes import Node, by_global_ids
from schema.kit.price import SEVERAL, Price
from schema.kit.scalars import SCALARS
from schema.legal_aid import LegalAidCase
from schema.members import MemberMutations, MemberQueries, MemberViewer
from schema.mutual_aid import InsuranceClaim
from schema.notifications import NotificationMutations, NotificationSubscriptions, NotificationViewer
from schema.record import RecordMutations, RecordQueries, RecordViewer
from schema.rooms import MothersRoomApplication, RoomMutations, RoomQueries, RoomSetupMutations, RoomViewer

CASE_TYPES = (
    AidApplication, HardshipFiling, InsuranceClaim, LegalAidCase, MembershipApplication, MothersRoomApplication,
)  # fmt: skip
GlobalId = Annotated[strawberry.ID, strawberry.argument(description="A global id.")]
GlobalIds = Annotated[list[strawberry.ID], strawberry.argument(description="Up to 100 global ids.")]


@output
class Viewer(
    AccountViewer,
    BenefitViewer,
    CaseViewer,
    DeskViewer,
    EventViewer,
    MemberViewer,
    NotificationViewer,
    RecordViewer,
    RoomViewer,
):
    """The signed-in account and everything that is its own."""


@output
class Query(
    AccountQueries,
    BudgetQueries,
    DeskQueries,
    EventQueries,
    MemberQueries,
    PublicityQueries,
    RecordQueries,
    RoomQueries,
):
    """What can be read."""

    @described(description="The signed-in account; null when signed out.")
    async def viewer(self, info: Info) -> Viewer | None:
        actor = info.context.actor
        return {"id": actor.account_id, "member_id": actor.member_id} if actor.account_id else None  # type: ignore[return-value]

    @described(
        description="Any object by its global id; null when it does not exist or may not be seen.", price=SEVERAL
    )
    async def node(self, info: Info, id: GlobalId) -> Node | None:
        return (await by_global_ids(info.context.actor, [id]))[0]  # type: ignore[return-value]

    @described(
        description="Objects by their global ids, in their order; null for each that may not be seen.",
        price=Price(points=10, by="ids"),
    )
    async def nodes(self, info: Info, ids: GlobalIds) -> list[Node | None]:
        if len(ids) > MAX_FIRST:
            refuse(ErrorCode.TOO_MANY, "ids", max=MAX_FIRST)
        return await by_global_ids(info.context.actor, ids)  # type: ignore[return-value]


@output
class Mutation(
    AccountMutations,
    AidMutations,
    DeskMutations,
    DocumentMutations,
    EventMutations,
    FilingMutations,
    JoiningMutations,
    MemberMutations,
    NotificationMutations,
    ProgrammeMutations,
    PublicityMutations,
    RecordMutations,
    RoomMutations,
    RoomSetupMutations,
):
    """What can be changed."""


@output
class Subscription(CaseSubscriptions, NotificationSubscriptions):
    """What can be followed over a socket, as it changes."""


def build() -> strawberry.Schema:
    """The schema."""
    config = StrawberryConfig(default_resolver=read_row, scalar_map=SCALARS)
    return strawberry.Schema(Query, Mutation, Subscription, types=CASE_TYPES, config=config)

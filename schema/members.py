"""People, unions and membership as clients see them."""

from typing import Annotated

import strawberry

from models.members import Level
from resolvers import members
from schema.kit.build import batch, column, enum, output
from schema.kit.context import Info, Rows
from schema.kit.nodes import Node, node_id, reads

enum(
    Level,
    CITY="The city's federation.",
    COUNTY="A county's or district's federation.",
    INDUSTRY="An industry's union.",
    TOWN="A town's or street's union.",
    UNIT="The union of an employer, or a joint union of several.",
    GROUP="A group within a union.",
)


@output
class Member(Node):
    """A person."""

    id: strawberry.ID = node_id("Member")
    name: str = column("The person's name.")
    id_number: str = column("The resident ID number, masked.", name="idNumber")


reads("Member", members.members_by_id)


async def _member_of(rows: Rows, info: Info) -> list[Member | None]:
    found = await members.members_by_id(
        info.context.actor, [row["member_id"] for row in rows if row["member_id"]]
    )
    return [found.get(row["member_id"]) for row in rows]  # type: ignore[misc]


@output
class MemberViewer:
    """The viewer as a member."""

    member: Member | None = batch(_member_of, "The member behind the account; null when there is none.")


@output
class MemberQueries:
    """Reading members and unions."""

    @strawberry.field(description="x")
    def hello(self, a: Annotated[int, strawberry.argument(description="y")]) -> str:
        return "x"

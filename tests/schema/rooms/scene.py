"""A room, whoever wants it, and whoever runs it."""

from dataclasses import dataclass
from uuid import UUID

from models.accounts import Account
from models.members import Member, Organisation
from resolvers.kit import jobs
from tests.api import Api
from tests.factories import people

TODAY = "2026-03-05"  # a Thursday
TOMORROW = "2026-03-06"
NINE = f"{TOMORROW}T09:00:00+08:00"
TEN = f"{TOMORROW}T10:00:00+08:00"


@dataclass
class Scene:
    """A room of two partitions in a unit, a member of it, and the clerk who runs the room, at eight in the morning."""

    unions: dict[str, Organisation]
    room_id: UUID
    room: str
    member: Member
    account: Account
    as_member: Api
    as_clerk: Api

    async def later(self) -> Api:
        """The member with a fresh token: theirs has run out when the clock has moved."""
        return self.as_member.as_(await people.token(self.account))


async def booked(scene: Scene, starts_at: str = NINE) -> str:
    """The id of the member's new booking."""
    answer = await scene.as_member("BookRoom", roomId=scene.room, startsAt=starts_at)
    assert answer["userErrors"] == []
    return str(answer["booking"]["id"])


async def status(scene: Scene, booking: str) -> str:
    """How a booking of the member stands."""
    reader = await scene.later()
    node = await reader("query($id: ID!) { node(id: $id) { ... on RoomBooking { status } } }", id=booking)
    return str(node["status"])


async def free(api: Api, room: str, starts_at: str = NINE) -> int | None:
    """The places left in a slot; None when there is no such slot."""
    node = await api("RoomDay", id=room, date=starts_at[:10])
    return next((slot["free"] for slot in node["slots"] if slot["startsAt"] == starts_at), None)


async def told(scene: Scene) -> list[tuple[str, str, str]]:
    """What the member was told: of which kind, of which booking, in which words."""
    for _ in range(2):  # the change's message, and the notifications that come of it
        await jobs.work_once()
    nodes = [edge["node"] for edge in (await (await scene.later())("Notifications", first=9))["notifications"]["edges"]]
    return [(node["kind"], node["target"]["id"], node["body"]) for node in nodes]

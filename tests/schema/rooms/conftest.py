"""What tests of rooms begin with."""

from collections.abc import AsyncIterator

import pytest_asyncio

from models.kit import clock
from models.kit.ids import global_id
from tests.api import Api
from tests.factories import people, rooms
from tests.factories.rooms import moment
from tests.schema.rooms.scene import TODAY, Scene


@pytest_asyncio.fixture
async def scene(api: Api) -> AsyncIterator[Scene]:
    """The scene, with the clock held."""
    with clock.at(moment(f"{TODAY} 08:00")):
        unions = await people.tree()
        room_id = await rooms.room(unions["unit"])
        member = await people.member(unions["unit"])
        account = await people.account(member)
        as_member = api.as_(await people.token(account))
        as_clerk = api.as_(await people.signed_in(clerk=unions["town"]))
        yield Scene(unions, room_id, global_id("MothersRoom", room_id), member, account, as_member, as_clerk)

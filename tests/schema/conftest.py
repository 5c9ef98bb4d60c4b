"""What tests of the API may ask for."""

import pytest_asyncio

from models.kit.ids import global_id
from tests.api import Api
from tests.factories import cases, people
from tests.factories.scene import Scene


@pytest_asyncio.fixture
async def scene(api: Api) -> Scene:
    unions = await people.tree()
    await cases.funded(unions["county"])
    programme = await cases.programme_id("temporary-aid")
    person = await people.member(unions["unit"])
    return Scene(
        api.as_(await people.signed_in(person)),
        api.as_(await people.signed_in(None, clerk=unions["unit"])),
        api.as_(await people.signed_in(None, reviewer=unions["county"])),
        api.as_(await people.signed_in(None, approver=unions["county"])),
        api.as_(await people.signed_in(None, finance=unions["county"])),
        unions,
        global_id("Programme", programme),
    )

"""What the tests of joining and moving share."""

import pytest_asyncio

from models.members import Organisation
from models.seed.catalogue import load_catalogue
from tests.api import Api
from tests.factories import people
from tests.schema.joining.scene import Scene


@pytest_asyncio.fixture
async def scene(api: Api) -> Scene:
    """The city, its catalogue loaded."""
    await load_catalogue()
    unions = await people.tree()

    async def staff(**roles: Organisation) -> Api:
        return api.as_(await people.signed_in(None, **roles))

    return Scene(
        unions,
        await staff(clerk=unions["unit"]),
        await staff(approver=unions["unit"]),
        await staff(clerk=unions["other_unit"]),
        await staff(approver=unions["other_unit"]),
    )

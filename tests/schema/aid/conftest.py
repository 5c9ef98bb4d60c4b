"""A member of a unit who needs help, and the staff who work such cases."""

from dataclasses import dataclass

import pytest_asyncio

from models.members import Member, Organisation
from tests.api import Api
from tests.factories import aid, people


@dataclass
class Scene:
    """The catalogue with money behind it, a member, and staff of their unit and county."""

    api: Api
    programmes: dict[str, str]
    unions: dict[str, Organisation]
    person: Member
    member: Api
    clerk: Api
    reviewer: Api
    approver: Api
    finance: Api

    async def another(self, union: str = "unit", name: str = "林小芳") -> tuple[Member, Api]:
        """Another member, who has consented to everything."""
        person = await people.member(self.unions[union], name=name)
        account = await people.account(person)
        await aid.consent(account.id)
        return person, self.api.as_(await people.token(account))


@pytest_asyncio.fixture
async def scene(api: Api) -> Scene:
    return await set_up(api)


async def set_up(api: Api) -> Scene:
    """Everybody, signed in now."""
    unions = await people.tree()
    programmes = await aid.catalogue(unions["county"])
    person = await people.member(unions["unit"])
    account = await people.account(person)
    await aid.consent(account.id)

    async def staff(**roles: Organisation) -> Api:
        return api.as_(await people.signed_in(**roles))

    return Scene(
        api,
        programmes,
        unions,
        person,
        api.as_(await people.token(account)),
        await staff(clerk=unions["county"]),
        await staff(reviewer=unions["county"]),
        await staff(approver=unions["county"]),
        await staff(finance=unions["county"]),
    )

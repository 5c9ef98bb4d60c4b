"""What a member and others see of a person."""

from tests.api import Api
from tests.factories import people


async def test_a_signed_out_visitor_has_no_viewer(api: Api) -> None:
    assert await api("{ viewer { member { id } } }") is None


async def test_a_member_sees_themself(api: Api) -> None:
    home = await people.tree()
    person = await people.member(home["unit"])
    viewer = await api.as_(await people.signed_in(person))("{ viewer { member { id name } } }")
    assert viewer["member"]["name"] == person.name

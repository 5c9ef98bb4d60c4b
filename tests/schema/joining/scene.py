"""A city whose unions take members, and what those who join or move do there."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from models.accounts import Account
from models.kit.ids import global_id
from models.members import Member, Organisation
from tests.api import Api
from tests.factories import people
from tests.factories.desk import Case

CARD = (
    "{ viewer { member { name membership { status cardNumber memberSince organisation { id } history { kind } } } } }"
)


@dataclass
class Scene:
    """A city with its unions, the catalogue, and staff of two units in two counties."""

    unions: dict[str, Organisation]
    clerk: Api
    approver: Api
    new_clerk: Api
    new_approver: Api

    def id(self, name: str) -> str:
        """The global id of a union."""
        return global_id("Organisation", self.unions[name].id)


def form(scene: Scene, **more: Any) -> dict[str, Any]:
    """What somebody fills in to join."""
    return {"organisationId": scene.id("unit"), "name": "李建国", "idNumber": people.id_number(), **more}


async def applied(api: Api, scene: Scene, operation: str = "JoinUnion", **more: Any) -> Case:
    """An application that was taken in."""
    given = form(scene, **more) if operation == "JoinUnion" else more
    answer = await api(operation, input=given)
    assert answer["userErrors"] == []
    return Case(answer["case"])


async def refused(api: Api, operation: str, given: dict[str, Any]) -> list[tuple[str, str | None]]:
    """The codes and fields of a refusal."""
    answer = await api(operation, input=given)
    assert answer["case"] is None
    return [(error["code"], error["field"]) for error in answer["userErrors"]]


async def membership(api: Api) -> Any:
    """The membership that somebody sees as theirs."""
    member = (await api(CARD))["member"]
    return member and member["membership"]


async def newcomer(api: Api) -> tuple[Api, Account]:
    """Somebody who signed in and is in no union."""
    account = await people.account()
    return api.as_(await people.token(account)), account


async def linked(account: Account) -> UUID | None:
    """The member behind an account."""
    found = await Account.filter(id=account.id).values("member_id")
    return found[0]["member_id"]  # type: ignore[no-any-return]


async def a_member(api: Api, union: Organisation) -> tuple[Api, Member]:
    """A member who signed in."""
    person = await people.member(union)
    return api.as_(await people.signed_in(person)), person

"""A member who applies for temporary aid, and the staff who work the case, at their clients."""

from dataclasses import dataclass
from typing import Any

from models.accounts import ConsentPurpose, consents
from models.members import Organisation
from tests.api import Api
from tests.factories import cases

Case = dict[str, Any]


@dataclass
class Scene:
    """A member of a unit, and staff who know each other."""

    member: Api
    clerk: Api
    reviewer: Api
    approver: Api
    finance: Api
    unions: dict[str, Organisation]
    programme: str


async def consent(member: Api) -> None:
    """The member agrees that their bank account is used."""
    version = consents.notices()[ConsentPurpose.BANK_ACCOUNT]["version"]
    assert await member.codes("GiveConsent", purpose="BANK_ACCOUNT", version=version) == []


async def apply(scene: Scene, **changes: Any) -> Case:
    """The member applies for temporary aid."""
    given = {
        "programmeId": scene.programme,
        "amountRequested": "1000.00",
        "answers": cases.ANSWERS["temporary-aid"],
        "payee": {"name": "王小明", "account": "6222021234567890128"},
        "submit": True,
    }
    await consent(scene.member)
    answer = await scene.member("ApplyForAid", input={**given, **changes})
    assert answer["userErrors"] == []
    return dict(answer["case"])


async def moved(staff: Api, case: Case, **change: Any) -> Case:
    """Staff change the status of a case."""
    answer = await staff("ChangeCaseStatus", input={"id": case["id"], "version": case["version"], **change})
    assert answer["userErrors"] == []
    return dict(answer["case"])

"""The life of a case, whoever acts on it."""

from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from models.cases import filing, timeline, working
from models.cases.life import File
from models.cases.status import CaseStatus
from models.cases.tables import Case, CaseEvent, Payment, QueueEntry
from models.kit import db
from models.kit.actor import Actor
from models.kit.codes import ErrorCode
from models.kit.errors import DomainError
from models.members import Organisation
from models.programmes.tables import Budget, EntitlementClaim
from tests.factories import cases, people

S = CaseStatus


@dataclass
class Scene:
    """A member and the staff of a unit and its county, with money in the county's budget."""

    unions: dict[str, Organisation]
    member: Actor
    clerk: Actor
    approver: Actor
    finance: Actor


@pytest_asyncio.fixture
async def scene(database: None) -> Scene:
    unions = await people.tree()
    await cases.funded(unions["county"])
    person = await people.member(unions["unit"])

    async def staff(**roles: Organisation) -> Actor:
        return cases.actor_of(await people.account(None, **roles), **roles)

    return Scene(
        unions,
        cases.actor_of(await people.account(person), person),
        await staff(clerk=unions["unit"]),
        await staff(approver=unions["county"]),
        await staff(finance=unions["county"]),
    )


def codes(refusal: pytest.ExceptionInfo[DomainError]) -> list[ErrorCode]:
    return [problem.code for problem in refusal.value.problems]


async def change_status(file: File, actor: Actor, to: CaseStatus, **values: Any) -> None:
    """Move a case, as a command does."""
    async with db.transaction():
        await working.change_status(file, actor, to, **values)


async def test_temporary_aid_goes_from_draft_to_payment(scene: Scene) -> None:
    file = await cases.at_decision(scene.member, scene.unions["unit"], scene.clerk)
    await change_status(file, scene.approver, S.APPROVED, reason="同意", amount=80_000)
    budget = await Budget.get(organisation_id=scene.unions["county"].id)
    assert (budget.reserved_fen, budget.paid_fen) == (80_000, 0)
    await change_status(file, scene.finance, S.FULFILLED, reason=None, amount=None)
    budget = await Budget.get(organisation_id=scene.unions["county"].id)
    assert (budget.reserved_fen, budget.paid_fen) == (0, 80_000)
    assert [payment.amount_fen for payment in await Payment.all()] == [80_000]
    await change_status(file, scene.clerk, S.CLOSED, reason=None, amount=None)
    assert (await timeline.verify())["broken"] is None


async def test_a_household_applies_once_a_year(scene: Scene) -> None:
    await cases.submitted(scene.member, scene.unions["unit"])
    with pytest.raises(DomainError) as refusal:
        await cases.submitted(scene.member, scene.unions["unit"])
    assert codes(refusal) == [ErrorCode.ALREADY_CLAIMED]


async def test_a_withdrawn_application_leaves_room_for_another(scene: Scene) -> None:
    file = await cases.submitted(scene.member, scene.unions["unit"])
    async with db.transaction():
        await filing.withdraw(file, scene.member, "填错了")
    assert not await EntitlementClaim.exists()
    again = await cases.submitted(scene.member, scene.unions["unit"])
    assert again.case.status == S.SUBMITTED


async def test_nobody_approves_beyond_the_budget(scene: Scene) -> None:
    await Budget.filter(paid_fen=0).update(allotted_fen=50_000)
    file = await cases.at_decision(scene.member, scene.unions["unit"], scene.clerk)
    with pytest.raises(DomainError) as refusal:
        await change_status(file, scene.approver, S.APPROVED, reason="同意", amount=50_001)
    assert codes(refusal) == [ErrorCode.BUDGET_EXHAUSTED]


async def test_the_queue_of_every_union_above_holds_the_case(scene: Scene) -> None:
    file = await cases.submitted(scene.member, scene.unions["unit"])
    held = set(await QueueEntry.filter(case_id=file.case.id).values_list("organisation_id", flat=True))
    assert held == {scene.unions[name].id for name in ("city", "county", "town", "unit")}


async def test_a_changed_deleted_or_reordered_entry_is_named(scene: Scene) -> None:
    file = await cases.submitted(scene.member, scene.unions["unit"])
    await CaseEvent.filter(case_id=file.case.id, number=2).update(by_name="别人")
    found = await timeline.verify()
    assert found["broken"] == {"case": file.case.number, "entry": 2}
    assert await Case.all().count() == 1

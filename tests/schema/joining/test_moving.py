"""Moving to another union, through the frontends' documents."""

import pytest

from models import members
from models.kit import clock
from models.kit.outbox import OutboxMessage
from models.members import Member
from resolvers.kit import jobs
from tests.api import Api
from tests.factories.desk import queue
from tests.schema.joining.scene import Scene, a_member, applied, membership, refused


async def test_a_transfer_is_released_by_the_old_union_and_accepted_by_the_new_one(api: Api, scene: Scene) -> None:
    member, person = await a_member(api, scene.unions["unit"])
    card = (await membership(member))["cardNumber"]
    case = await applied(member, scene, "TransferMembership", organisationId=scene.id("other_unit"), post="班长")
    assert case.id in await queue(scene.clerk, scene.id("unit"))
    assert case.id in await queue(scene.new_clerk, scene.id("other_unit"))
    seen = await case.look(scene.new_clerk)
    assert (seen["target"]["id"], seen["movesFrom"]["id"]) == (scene.id("other_unit"), scene.id("unit"))
    assert scene.unions["unit"].name in seen["waitingFor"]

    assert await case.move(scene.new_clerk, "ACCEPTED") == ["NOT_ALLOWED"]
    assert await case.move(scene.clerk, "ACCEPTED") == []
    assert case.step == "release"
    assert await case.sign(scene.new_approver) == ["NOT_ALLOWED"]
    assert "REJECT" in await case.actions(scene.approver)
    assert await case.sign(scene.approver) == []
    assert case.step == "decision"
    assert case.id in await queue(scene.clerk, scene.id("unit"))
    assert await case.move(scene.approver, "APPROVED") == ["NOT_ALLOWED"]
    assert await case.move(scene.new_approver, "APPROVED") == []

    held = await membership(member)
    assert (held["organisation"]["id"], held["cardNumber"]) == (scene.id("other_unit"), card)
    assert held["memberSince"] == "2020-05-01"
    assert [event["kind"] for event in held["history"]] == ["JOINED", "MOVED_OUT", "MOVED_IN"]
    assert (await Member.get(id=person.id)).post == "班长"
    back = await applied(member, scene, "TransferMembership", organisationId=scene.id("unit"))
    assert back.id != case.id


@pytest.mark.parametrize("by", ["signature", "status"])
async def test_an_old_union_that_does_not_release_rejects_with_a_reason(api: Api, scene: Scene, by: str) -> None:
    member, _ = await a_member(api, scene.unions["unit"])
    case = await applied(member, scene, "TransferMembership", organisationId=scene.id("other_unit"))
    await case.move(scene.clerk, "ACCEPTED")
    if by == "signature":
        assert await case.sign(scene.approver, "DISAGREE") == ["REQUIRED"]
        assert await case.sign(scene.approver, "DISAGREE", opinion="会费未结清") == []
    else:
        assert await case.move(scene.approver, "REJECTED") == ["REQUIRED"]
        assert await case.move(scene.approver, "REJECTED", reason="会费未结清") == []
    seen = await case.look(member)
    assert (case.status, seen["decision"]["reason"]) == ("REJECTED", "会费未结清")
    assert (await membership(member))["organisation"]["id"] == scene.id("unit")
    assert await member.codes("TransferMembership", input={"organisationId": scene.id("unit2")}) == []


async def test_a_transfer_needs_a_membership_and_another_union(api: Api, scene: Scene) -> None:
    former, person = await a_member(api, scene.unions["unit"])
    assert await refused(former, "TransferMembership", {"organisationId": scene.id("unit")}) == [
        ("ALREADY_MEMBER", "organisationId")
    ]
    await members.end(person.id, clock.today())
    assert await refused(former, "TransferMembership", {"organisationId": scene.id("unit2")}) == [
        ("NOT_A_MEMBER", None)
    ]


async def test_both_unions_and_the_member_are_told(api: Api, scene: Scene) -> None:
    member, person = await a_member(api, scene.unions["unit"])
    case = await applied(member, scene, "TransferMembership", organisationId=scene.id("other_unit"))
    await case.move(scene.clerk, "ACCEPTED")
    await case.sign(scene.approver)
    await jobs.work_once()
    told = [m["payload"] for m in await OutboxMessage.filter(topic="notify").order_by("id").values("payload")]
    assert [row["kind"] for row in told if row.get("member_id") == str(person.id)] == ["CASE_ACCEPTED", "CASE_STEP"]

"""Who hears what, and when no longer."""

from datetime import timedelta

from models.accounts import RoleAssignment
from models.cases import life
from models.cases.status import CaseAction
from models.cases.tables import Case as CaseRow
from models.kit import clock, db
from models.kit.actor import SYSTEM
from models.kit.ids import global_id, parse_global_id
from models.notifications import Notification
from resolvers.kit import jobs
from tests.factories import people
from tests.factories.desk import Case
from tests.factories.scene import Scene, apply
from tests.sockets import client


async def take_roles() -> None:
    """Every role is taken back, behind the backs of those who are signed in."""
    await RoleAssignment.filter(revoked_at=None).update(revoked_at=clock.now())


async def test_an_applicant_hears_of_each_change_of_their_case(scene: Scene, url: str) -> None:
    case = Case(await apply(scene))
    async with client(url, scene.member.token) as member:
        id = await member.follow("CaseChanged", id=case.id)
        assert await case.move(scene.clerk, "ACCEPTED") == []
        heard = await member.next(id)
        assert (heard["id"], heard["status"], heard["version"]) == (case.id, "ACCEPTED", case.version)
        assert await case.sign(scene.clerk) == []
        assert (await member.next(id))["version"] == case.version
        assert await member.silent()


async def test_the_staff_of_every_union_above_hear_of_a_new_case(scene: Scene, url: str) -> None:
    async with client(url, scene.clerk.token) as clerk, client(url, scene.reviewer.token) as reviewer:
        unit = await clerk.follow("QueueChanged", organisationId=global_id("Organisation", scene.unions["unit"].id))
        county = await reviewer.follow(
            "QueueChanged", organisationId=global_id("Organisation", scene.unions["county"].id)
        )
        case = await apply(scene)
        assert (await clerk.next(unit))["id"] == (await reviewer.next(county))["id"] == case["id"]


async def test_staff_of_another_union_hear_nothing(scene: Scene, url: str) -> None:
    case = await apply(scene)
    async with client(url, await people.signed_in(None, clerk=scene.unions["other_unit"])) as stranger:
        unit = global_id("Organisation", scene.unions["unit"].id)
        assert await stranger.codes(await stranger.begin("QueueChanged", organisationId=unit)) == ["NOT_FOUND"]
        assert await stranger.codes(await stranger.begin("CaseChanged", id=case["id"])) == ["NOT_FOUND"]
        own = global_id("Organisation", scene.unions["other_unit"].id)
        await stranger.follow("QueueChanged", organisationId=own)
        assert await Case(case).move(scene.clerk, "ACCEPTED") == []
        assert await stranger.silent()


async def test_a_case_of_somebody_else_looks_like_one_that_does_not_exist(scene: Scene, url: str) -> None:
    case = await apply(scene)
    relative = await people.member(scene.unions["unit"])
    async with client(url, await people.signed_in(relative)) as other:
        hidden = await other.begin("CaseChanged", id=case["id"])
        answers = [await other.receive()]
        missing = await other.begin("CaseChanged", id=global_id("Case", relative.id))
        answers.append(await other.receive())
        assert [answer["id"] for answer in answers] == [hidden, missing]
        assert answers[0]["payload"] == answers[1]["payload"]
        queue = await other.begin("QueueChanged", organisationId=global_id("Organisation", scene.unions["unit"].id))
        assert await other.codes(queue) == ["FORBIDDEN"]


async def test_of_a_note_among_staff_the_applicant_hears_nothing(scene: Scene, url: str) -> None:
    case = await apply(scene)
    async with client(url, scene.member.token) as member, client(url, scene.reviewer.token) as reviewer:
        await member.follow("CaseChanged", id=case["id"])
        staff = await reviewer.follow("CaseChanged", id=case["id"])
        assert await scene.clerk.codes("AddNote", id=case["id"], text="家中情况属实") == []
        assert (await reviewer.next(staff))["id"] == case["id"]
        assert await member.silent()


async def test_a_revoked_role_ends_what_it_let_one_follow(scene: Scene, url: str) -> None:
    case = Case(await apply(scene))
    async with client(url, scene.reviewer.token) as reviewer:
        unit = global_id("Organisation", scene.unions["unit"].id)
        ids = {
            await reviewer.follow("CaseChanged", id=case.id),
            await reviewer.follow("QueueChanged", organisationId=unit),
        }
        await take_roles()
        answer = await scene.member("WithdrawCase", id=case.id, version=case.version, reason="填错了")
        assert answer["userErrors"] == []
        ended = [await reviewer.receive() for _ in ids]
        assert {(message["type"], message["id"]) for message in ended} == {("complete", id) for id in ids}
        assert await reviewer.silent()


async def test_a_member_hears_of_their_notifications_and_nobody_else_does(scene: Scene, url: str) -> None:
    async with client(url, scene.member.token, "en") as member, client(url, scene.approver.token) as other:
        id = await member.follow("NotificationAdded")
        await other.follow("NotificationAdded")
        assert await Case(await apply(scene)).move(scene.clerk, "ACCEPTED") == []
        while await jobs.work_once():
            pass
        count = await Notification.filter(account__member_id__isnull=False).count()
        told = [await member.next(id) for _ in range(count)]
        assert "CASE_ACCEPTED" in {notification["kind"] for notification in told}
        assert all(notification["title"].isascii() for notification in told)
        assert await member.silent()
        assert await other.silent()


async def test_of_a_change_that_was_refused_nobody_hears(scene: Scene, url: str) -> None:
    case = Case(await apply(scene))
    async with client(url, scene.member.token) as member:
        await member.follow("CaseChanged", id=case.id)
        assert await case.move(scene.clerk, "APPROVED") != []
        assert await member.silent()


async def test_many_changes_at_once_come_as_one_with_the_newest_state(scene: Scene, url: str) -> None:
    case = Case(await apply(scene))
    async with client(url, scene.member.token) as member:
        id = await member.follow("CaseChanged", id=case.id)
        async with db.transaction():  # of a service elsewhere: three changes are told with one commit
            file = await life.open_file(await CaseRow.get(id=parse_global_id(case.id)[1]))
            for days in (1, 2, 3):
                await life.change(file, SYSTEM, CaseAction.EDIT, promised_on=clock.today() + timedelta(days))
        assert (await member.next(id))["version"] == case.version + 3
        assert await member.silent()

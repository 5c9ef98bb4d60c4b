"""Setting a mothers' room up: from the application to a room that can be booked, through the frontends' documents."""

from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio

from models.accounts import Account
from models.cases.tables import Payment
from models.kit import clock
from models.kit.ids import global_id
from models.members import Organisation
from models.programmes import budgets, catalogue
from models.programmes.tables import Budget
from models.rooms.rules import Equipment
from models.rooms.tables import MothersRoom
from models.seed.catalogue import load_catalogue
from resolvers.kit import export, jobs
from tests.api import Api
from tests.factories import people
from tests.factories.desk import Case
from tests.factories.rooms import moment
from tests.statements import counted

MONDAY = "2026-03-02"
LATER = "2026-03-11"  # a Wednesday, after seven days of publicity
NEXT_DAY = "2026-03-12"
BASIC = [
    "NON_SLIP_FLOOR", "CHANGING_TABLE", "HOT_WATER", "SOAP", "BASIN", "CRIB", "CHAIR", "TABLE", "SOCKET", "BIN",
    "LOCKABLE_DOOR",
]  # fmt: skip
ROOM = """query($id: ID!) { node(id: $id) { ... on MothersRoomApplication {
    room { id name openingHours { opens } } } } }"""
VISIT = {"visitedOn": MONDAY, "visitors": ["周红", "林芳"], "findings": "设施齐全"}


@dataclass
class Scene:
    """A member of a unit, the staff whose turn comes, and the clock held at a Monday morning."""

    api: Api
    unions: dict[str, Organisation]
    accounts: dict[str, Account]
    clocks: ExitStack
    member: Api = field(init=False)
    unit: Api = field(init=False)
    county: Api = field(init=False)
    women: Api = field(init=False)
    approver: Api = field(init=False)
    city_clerk: Api = field(init=False)

    async def at(self, text: str) -> None:
        """Move the clock, and sign everybody in anew."""
        self.clocks.enter_context(clock.at(moment(text)))
        for name, account in self.accounts.items():
            setattr(self, name, self.api.as_(await people.token(account)))


@pytest_asyncio.fixture
async def scene(api: Api) -> AsyncIterator[Scene]:
    with ExitStack() as clocks:
        clocks.enter_context(clock.at(moment(f"{MONDAY} 09:00")))
        await load_catalogue()
        unions = await people.tree()
        accounts = {
            "member": await people.account(await people.member(unions["unit"])),
            "unit": await people.account(clerk=unions["unit"]),
            "county": await people.account(reviewer=unions["county"]),
            "women": await people.account(reviewer=unions["city"]),
            "approver": await people.account(approver=unions["city"]),
            "city_clerk": await people.account(clerk=unions["city"]),
        }
        made = Scene(api, unions, accounts, clocks)
        await made.at(f"{MONDAY} 09:00")
        yield made


def form(**more: Any) -> dict[str, Any]:
    """What a workplace fills in."""
    return {
        "siteName": "瓯江鞋业",
        "siteType": "ENTERPRISE",
        "address": "鹿城区市府路1号",
        "area": 12,
        "equipment": BASIC,
        "femaleStaff": 120,
        "partitions": 2,
        "managerName": "郑洁",
        "managerPhone": "13812345678",
        "budget": "20000.00",
        "latitude": 28.01,
        "longitude": 120.67,
        **more,
    }


async def applied(scene: Scene, **more: Any) -> Case:
    """An application that was handed in."""
    answer = await scene.member("ApplyForMothersRoom", input=form(**more))
    assert answer["userErrors"] == []
    return Case(answer["case"])


async def refused(scene: Scene, **more: Any) -> list[tuple[str, str | None]]:
    """The codes and fields of a refusal."""
    answer = await scene.member("ApplyForMothersRoom", input=form(**more))
    assert answer["case"] is None
    return [(error["code"], error["field"]) for error in answer["userErrors"]]


async def in_publicity(scene: Scene, **more: Any) -> Case:
    """An application on public notice."""
    case = await applied(scene, **more)
    assert await case.move(scene.unit, "ACCEPTED") == []
    await review(scene, case)
    return case


async def review(scene: Scene, case: Case) -> None:
    """Recommendation and site visit."""
    assert case.step == "county_recommendation"
    assert await case.sign(scene.county) == []
    assert case.step == "site_visit"
    assert await case.sign(scene.women, visit=VISIT) == []
    assert case.step == "publicity"


async def notices(scene: Scene) -> list[Any]:
    """What everybody sees on public notice."""
    return list((await scene.api("PublicNotices", first=10, divisionCode="330302"))["nodes"])


async def rooms(scene: Scene) -> list[Any]:
    """The rooms that everybody finds."""
    return list((await scene.api("MothersRooms", date=NEXT_DAY, first=10))["nodes"])


async def fund(scene: Scene, yuan: int) -> None:
    """Give the city a budget for subsidies."""
    programme = await catalogue.programme_by_code("mothers-room")
    assert programme
    await budgets.allot(programme["id"], scene.unions["city"].id, 2026, yuan * 100)


async def test_from_the_application_to_a_room_that_can_be_booked(scene: Scene) -> None:
    answer = await scene.member("ApplyForMothersRoom", input=form(equipment=[*BASIC, "PRIVACY", "VENTILATION"]))
    assert answer["case"]["starLevel"] == 3
    case = Case(answer["case"])
    seen = await case.look(scene.unit)
    assert (seen["siteName"], seen["managerName"], seen["femaleStaff"]) == ("瓯江鞋业", "郑洁", 120)

    assert await case.move(scene.unit, "ACCEPTED") == []
    await review(scene, case)
    (notice,) = await notices(scene)
    assert (notice["maskedName"], notice["unit"]) == ("王**", scene.unions["unit"].name)
    assert (notice["opensOn"], notice["closesOn"]) == (MONDAY, "2026-03-09")
    assert await case.sign(scene.women) == ["PUBLICITY_OPEN"]
    assert await rooms(scene) == []

    await scene.at(f"{LATER} 09:00")
    await jobs.work_once()
    await case.look(scene.approver)
    assert case.step == "decision"
    assert await case.move(scene.approver, "APPROVED", reason="同意授牌") == []
    assert case.step == "plaque"
    assert await rooms(scene) == []
    assert await MothersRoom.all().count() == 1
    made = await scene.member(ROOM, id=case.id)
    assert (made["room"]["name"], made["room"]["openingHours"]) == ("瓯江鞋业", [])
    booking = {"roomId": made["room"]["id"], "startsAt": f"{NEXT_DAY}T09:00:00+08:00"}
    assert await scene.member.codes("BookRoom", **booking) == ["NOT_FOUND"]

    assert await case.move(scene.city_clerk, "FULFILLED") == []
    near = {"near": {"latitude": 28.0, "longitude": 120.67, "km": 2}}
    (room,) = (await scene.api("MothersRooms", date=NEXT_DAY, first=10, filter=near))["nodes"]
    assert (room["name"], room["starLevel"]) == ("瓯江鞋业", 3)
    assert "PLAQUE" in room["equipment"]
    assert [hours["weekday"] for hours in room["openingHours"]] == [
        "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY",
    ]  # fmt: skip
    assert {(hours["opens"], hours["closes"]) for hours in room["openingHours"]} == {("09:00", "17:00")}
    assert room["slots"][0]["capacity"] == 2
    assert await scene.member.codes("BookRoom", **booking) == []
    assert await Payment.all().count() == 0


async def test_a_subsidy_is_reserved_and_paid_once_within_the_ceiling_of_its_area(scene: Scene) -> None:
    await fund(scene, 10_000)
    case = await in_publicity(scene, area=9)
    await scene.at(f"{LATER} 09:00")
    await jobs.work_once()
    await case.look(scene.approver)
    assert await case.move(scene.approver, "APPROVED", amount="3000.01") == ["OVER_CEILING"]
    assert await MothersRoom.all().count() == 0
    assert await case.move(scene.approver, "APPROVED", amount="3000.00") == []
    budget = await Budget.get(organisation_id=scene.unions["city"].id)
    assert (budget.reserved_fen, budget.paid_fen) == (300_000, 0)
    assert await case.move(scene.city_clerk, "FULFILLED") == []
    budget = await Budget.get(organisation_id=scene.unions["city"].id)
    assert (budget.reserved_fen, budget.paid_fen) == (0, 300_000)
    payment = await Payment.get()
    assert (payment.amount_fen, payment.payee_name) == (300_000, "瓯江鞋业")
    money = (await case.look(scene.member))["money"]
    assert (money["requested"], money["approved"], money["paid"]) == (None, "3000.00", "3000.00")


async def test_a_room_that_is_given_up_after_approval_never_opens(scene: Scene) -> None:
    await fund(scene, 10_000)
    case = await in_publicity(scene)
    await scene.at(f"{LATER} 09:00")
    await jobs.work_once()
    await case.look(scene.approver)
    assert await case.move(scene.approver, "APPROVED", amount="5000.00") == []
    assert await scene.member.codes("WithdrawCase", id=case.id, version=case.version) == []
    assert (await Budget.get(organisation_id=scene.unions["city"].id)).reserved_fen == 0
    assert await case.move(scene.city_clerk, "FULFILLED") == ["CONFLICT"]
    assert await rooms(scene) == []


async def test_an_upheld_objection_sends_it_back_to_review_and_onto_a_second_notice(scene: Scene) -> None:
    case = await in_publicity(scene)
    (notice,) = await notices(scene)
    neighbour = scene.api.as_(await people.signed_in())
    lodged = await neighbour("ObjectToPublicity", noticeId=notice["id"], grounds="该处并无独立房间")
    assert lodged["userErrors"] == []
    await scene.at(f"{LATER} 09:00")
    await jobs.work_once()
    seen = await case.look(scene.women)
    assert case.step == "publicity"
    assert await case.sign(scene.women) == ["OBJECTION_OPEN"]

    objection = {"objectionId": lodged["objection"]["id"], "upheld": True, "finding": "现场核查属实"}
    answer = await scene.women("ResolveObjection", input=objection)
    assert answer["userErrors"] == []
    await case.look(scene.county)
    assert (case.status, case.step) == ("ACCEPTED", "county_recommendation")
    assert await notices(scene) == []
    await review(scene, case)
    (second,) = await notices(scene)
    assert second["id"] != notice["id"]
    assert (await case.look(scene.member))["number"] == seen["number"]


async def test_a_dismissed_objection_lets_the_notice_run_out(scene: Scene) -> None:
    case = await in_publicity(scene)
    (notice,) = await notices(scene)
    lodged = await scene.api.as_(await people.signed_in())(
        "ObjectToPublicity", noticeId=notice["id"], grounds="我不同意公示"
    )
    objection = {"objectionId": lodged["objection"]["id"], "upheld": False, "finding": "理由不成立"}
    assert await scene.women.codes("ResolveObjection", input=objection) == []
    await scene.at(f"{LATER} 09:00")
    await jobs.work_once()
    await case.look(scene.approver)
    assert case.step == "decision"


async def test_who_visited_the_site_does_not_decide(scene: Scene) -> None:
    both = await people.account(reviewer=scene.unions["city"], approver=scene.unions["city"])
    scene.accounts["women"] = both
    await scene.at(f"{MONDAY} 09:00")
    case = await in_publicity(scene)
    await scene.at(f"{LATER} 09:00")
    await jobs.work_once()
    await case.look(scene.women)
    assert await case.move(scene.women, "APPROVED") == ["SEPARATION_OF_DUTIES"]
    assert await case.move(scene.approver, "APPROVED") == []


async def test_staff_do_not_work_their_own_application(scene: Scene) -> None:
    person = await people.member(scene.unions["unit"])
    scene.accounts["member"] = await people.account(person, clerk=scene.unions["city"], reviewer=scene.unions["city"])
    await scene.at(f"{MONDAY} 09:00")
    case = await applied(scene)
    assert await case.move(scene.member, "ACCEPTED") == ["OWN_CASE"]
    assert await case.move(scene.unit, "ACCEPTED") == []
    assert await case.sign(scene.member) == ["OWN_CASE"]


# --- what is stated


async def test_missing_basic_equipment_is_named(scene: Scene) -> None:
    answer = await scene.member("ApplyForMothersRoom", input=form(equipment=BASIC[2:]))
    (error,) = answer["userErrors"]
    assert (error["code"], error["field"]) == ("EQUIPMENT_MISSING", "equipment")
    assert error["message"] == "基本设备不全，缺少：防滑地面、带安全带的尿布台。"
    english = scene.api.as_(await people.token(scene.accounts["member"]), locale="en")
    answer = await english("ApplyForMothersRoom", input=form(equipment=BASIC[1:]))
    assert answer["userErrors"][0]["message"] == "Basic equipment is missing: a floor that is not slippery."


@pytest.mark.parametrize(
    ("place", "fits"),
    [
        ({"siteType": "PUBLIC", "visitorsPerDay": 10_001, "area": 9.9}, False),
        ({"siteType": "PUBLIC", "siteArea": 10_001, "area": 9.9}, False),
        ({"siteType": "PUBLIC", "visitorsPerDay": 10_001, "area": 10}, True),
        ({"siteType": "PUBLIC", "visitorsPerDay": 10_000, "siteArea": 10_000, "area": 6}, True),
        ({"siteType": "ENTERPRISE", "visitorsPerDay": 20_000, "area": 6}, True),
    ],
)
async def test_a_busy_public_place_needs_a_room_of_ten_square_metres(
    scene: Scene, place: dict[str, Any], fits: bool
) -> None:
    answer = await scene.member("ApplyForMothersRoom", input=form(**place))
    assert [error["code"] for error in answer["userErrors"]] == ([] if fits else ["AREA_TOO_SMALL"])


async def test_everything_that_is_wrong_is_said_at_once(scene: Scene) -> None:
    wrong = {
        "siteName": " ",
        "area": 0,
        "partitions": 0,
        "femaleStaff": -1,
        "managerName": "·",
        "managerPhone": "123",
        "divisionCode": "999999",
        "latitude": 91,
        "equipment": [],
    }
    assert sorted(await refused(scene, **wrong)) == [
        ("EQUIPMENT_MISSING", "equipment"),
        ("INVALID", "area"),
        ("INVALID", "divisionCode"),
        ("INVALID", "femaleStaff"),
        ("INVALID", "latitude"),
        ("INVALID", "partitions"),
        ("MOBILE_INVALID", "managerPhone"),
        ("NAME_INVALID", "managerName"),
        ("REQUIRED", "siteName"),
    ]


async def test_a_draft_may_lack_equipment_until_it_is_handed_in(scene: Scene) -> None:
    case = await applied(scene, equipment=[], submit=False)
    assert await scene.member.codes("SubmitCase", id=case.id, version=case.version) == ["EQUIPMENT_MISSING"]
    everything = [item.value for item in Equipment]
    given = {"id": case.id, "version": case.version, "mothersRoom": {"equipment": everything, "area": 8}}
    assert await scene.member.codes("UpdateCase", input={**given, "mothersRoom": {"area": -1}}) == ["INVALID"]
    assert await scene.member.codes("UpdateCase", input=given) == []
    seen = await case.look(scene.member)
    assert (seen["area"], seen["starLevel"], seen["siteName"]) == (8, 4, "瓯江鞋业")
    assert await scene.member.codes("SubmitCase", id=case.id, version=case.version) == []


async def test_a_correction_must_still_meet_the_standard(scene: Scene) -> None:
    case = await applied(scene)
    asked = {"id": case.id, "version": case.version, "items": [{"field": "area", "problem": "INCORRECT"}]}
    assert await scene.unit.codes("RequestCorrection", input=asked) == []
    await case.look(scene.member)
    given = {"id": case.id, "version": case.version}
    worse = {**given, "mothersRoom": {"equipment": BASIC[1:]}}
    assert await scene.member.codes("AnswerCorrection", input=worse) == ["EQUIPMENT_MISSING"]
    assert (await case.look(scene.member))["equipment"] == BASIC
    assert await scene.member.codes("AnswerCorrection", input={**given, "mothersRoom": {"area": 11}}) == []


async def test_only_a_member_applies_for_their_workplace(scene: Scene) -> None:
    person = scene.api.as_(await people.signed_in(await people.member()))
    assert await person.codes("ApplyForMothersRoom", input=form()) == ["NOT_A_MEMBER"]
    other = await catalogue.programme_by_code("join-union")
    assert other
    assert await refused(scene, programmeId=global_id("Programme", other["id"])) == [("NOT_FOUND", "programmeId")]


async def test_a_copy_of_everything_held_has_the_application(scene: Scene) -> None:
    await applied(scene)
    account = await Account.get(id=scene.accounts["member"].id).select_related("member")
    (row,) = (await export.everything(account.member.id, account.id))["mothersRoomApplications"]
    assert (row["siteName"], row["managerPhone"]) == ("瓯江鞋业", "13812345678")


async def test_many_applications_are_read_in_as_many_statements_as_one(scene: Scene) -> None:
    listing = """query { viewer { cases(first: 50) { nodes { id ... on MothersRoomApplication {
        siteName siteType address area equipment femaleStaff managerName starLevel room { id } } } } } }"""
    counts = []
    for _ in range(3):
        await applied(scene)
        with counted() as meter:
            await scene.member(listing)
        counts.append(meter.statements)
    assert counts[0] == counts[1] == counts[2]

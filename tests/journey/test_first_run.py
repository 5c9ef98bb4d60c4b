"""A newcomer starts the service, signs in as demo people and carries three applications to their ends."""

import asyncio
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from models.kit import clock
from tests.api import Api
from tests.factories import aid
from tests.journey import desk
from tests.journey.trial import Trial
from tests.postgres import Server

Row = dict[str, Any]
LATER = timedelta(days=20)
ROLES = ("CLERK", "REVIEWER", "APPROVER", "FINANCE")


@pytest.fixture(params=["sqlite", "postgres"])
def trial(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Trial]:
    """An installation: nothing but the defaults, or PostgreSQL with two workers."""
    plain = {"DATA_DIR": str(tmp_path)}
    if request.param == "sqlite":
        yield Trial(plain, tmp_path)
        return
    server: Server = request.getfixturevalue("postgres")
    server.create("first_run")
    yield Trial({**plain, "DATABASE_URL": server.url("first_run"), "WORKERS": "2"}, tmp_path)
    server.drop("first_run")


async def test_three_applications_go_from_the_first_command_to_their_ends(trial: Trial) -> None:
    with trial.serving() as service:
        async with service.client() as http:
            member, staff = await people(trial, Api(http))
            aided = await apply_for_aid(member)
            filed, room = await file_for_hardship(member), await apply_for_a_room(member)
            today = clock.today().isoformat()
            paid = await desk.work(staff, aided, today)
            assert paid["status"] == "CLOSED"
            assert [payment["status"] for payment in paid["money"]["payments"]] == ["PAID"]
            for case_id in (filed, room):
                seen = await desk.work(staff, case_id, today)
                assert (seen["status"], seen["step"]["code"]) == ("ACCEPTED", "publicity")
            await told(member, aided)
            await use_a_room_and_an_event(member)
    later = str(int(LATER.total_seconds()))
    with trial.serving(CLOCK_OFFSET=later) as service:
        async with service.client() as http:
            member, staff = await people(trial, Api(http), CLOCK_OFFSET=later)
            for case_id in (filed, room):
                await publicity_over(member, case_id)
                seen = await desk.work(staff, case_id, (clock.today() + LATER).isoformat())
                assert seen["status"] == "CLOSED", seen["allowedActions"]
                await told(member, case_id)
            assert trial.command("check", CLOCK_OFFSET=later).count("hold") == 2


async def people(trial: Trial, api: Api, **changes: str) -> tuple[Api, list[Api]]:
    """The ordinary member of the demo, and the staff of the unions above them."""
    accounts = trial.accounts()
    ordinary = next(row for row in accounts if row["role"] == "MEMBER")
    member = api.as_(trial.command("token", "--phone", ordinary["phone"], **changes).strip())
    home = await member("Home")
    unions = {union["name"] for union in home["member"]["membership"]["unionPath"]}
    staff = [row for row in accounts if row["role"] in ROLES and row["organisation"] in unions]
    return member, [await sign_in(api, row) for row in staff]


async def sign_in(api: Api, account: Row) -> Api:
    """A member of staff at their desk."""
    answer = await api("SignInWithPassword", phone=account["phone"], password=account["password"])
    return api.as_(answer["session"]["accessToken"])


async def guide(member: Api, code: str) -> Row:
    """The service guide of a programme, found among the benefits."""
    found = await member("MyBenefits")
    id = next(row["programme"]["id"] for row in found["benefits"] if row["programme"]["code"] == code)
    return dict(await member("ProgrammeGuide", id=id))


async def made(member: Api, operation: str, **given: Any) -> str:
    """What an application answers, without any complaint; the id of its case."""
    answer = await member(operation, input={**given, "submit": True})
    assert answer["userErrors"] == [], answer["userErrors"]
    return str(answer["case"]["id"])


async def apply_for_aid(member: Api) -> str:
    """Temporary aid."""
    programme = await guide(member, "temporary-aid")
    assert "publicity" not in [step["code"] for step in programme["steps"]]
    name = (await member("Home"))["member"]["name"]
    answers = {"event": "ILLNESS", "occurredOn": clock.today().isoformat(), "reason": "突发疾病住院"}
    return await made(
        member, "ApplyForAid", programmeId=programme["id"], amountRequested="1000.00", answers=answers,
        payee={"name": name, "account": aid.ACCOUNT}, idempotencyKey="first run",
    )  # fmt: skip


async def file_for_hardship(member: Api) -> str:
    """A household in need."""
    return await made(member, "FileForHardship", **aid.household())


async def apply_for_a_room(member: Api) -> str:
    """A mothers' room at work."""
    equipment = [
        "NON_SLIP_FLOOR", "CHANGING_TABLE", "HOT_WATER", "SOAP", "BASIN", "CRIB", "CHAIR", "TABLE", "SOCKET", "BIN",
        "LOCKABLE_DOOR",
    ]  # fmt: skip
    return await made(
        member, "ApplyForMothersRoom", siteName="职工之家暖心小屋", address="车站大道100号", siteType="ENTERPRISE",
        area=12, equipment=equipment, femaleStaff=80, partitions=2, managerName="林洁", managerPhone="13900001234",
        budget="8000.00",
    )  # fmt: skip


async def use_a_room_and_an_event(member: Api) -> None:
    """Find a room and book it, find an event and sign up."""
    day = next_working_day()
    rooms = await member("MothersRooms", date=day.isoformat(), first=20)
    room, slot = next((room, slot) for room in rooms["nodes"] for slot in room["slots"] if slot["free"])
    booked = await member("BookRoom", roomId=room["id"], startsAt=slot["startsAt"])
    assert booked["userErrors"] == []
    events = await member("Events", first=50)
    event = next(
        edge["node"] for edge in events["edges"]
        if edge["node"]["viewerOutcome"]["outcome"] == "ELIGIBLE" and not edge["node"]["viewerRegistration"]
    )  # fmt: skip
    registered = await member("RegisterForEvent", eventId=event["id"])
    assert registered["userErrors"] == []


def next_working_day() -> date:
    """A coming Wednesday, when rooms are open."""
    today = clock.today()
    return today + timedelta(days=(2 - today.weekday()) % 7 or 7)


async def told(member: Api, case_id: str) -> None:
    """The member sees the case in the list and in full, and has news of it."""
    listed = await member("MyCases", first=50)
    assert case_id in [edge["node"]["id"] for edge in listed["cases"]["edges"]]
    file = await member("MyCase", id=case_id)
    assert file["timeline"][-1]["hash"]
    for _ in range(40):
        news = await member("Notifications", first=50)
        if case_id in [
            edge["node"]["target"]["id"] for edge in news["notifications"]["edges"] if edge["node"]["target"]
        ]:
            return
        await asyncio.sleep(0.5)
    pytest.fail("no news of the case")


async def publicity_over(member: Api, case_id: str) -> None:
    """The worker ends the notice once its last day has passed."""
    for _ in range(60):
        case = await member("MyCase", id=case_id)
        if case["step"] is None or case["step"]["code"] != "publicity":
            return
        await asyncio.sleep(0.5)
    pytest.fail("the notice did not end")

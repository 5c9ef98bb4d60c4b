"""Entries in people's own calendars: behind links that a calendar app fetches again and again, without signing in."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from icalendar import Calendar

from models.accounts import Account
from models.events.tables import Event
from models.kit import clock, db, links
from models.kit.ids import global_id, parse_global_id
from models.members import Organisation
from resolvers.kit import jobs
from tests import qr
from tests.api import Api
from tests.factories import events, people, rooms
from tests.factories.rooms import moment
from tests.factories.scene import Scene, apply, moved

BOOKING = "query($id: ID!) { node(id: $id) { ... on RoomBooking { calendarUrl checkInCode checkInQr } } }"
REGISTRATION = "query($id: ID!) { node(id: $id) { ... on EventRegistration { calendarUrl ticketCode ticketQr } } }"
DEADLINE = "query($id: ID!) { node(id: $id) { ... on Case { deadlineCalendarUrl } } }"


async def fetched(api: Api, url: str) -> httpx.Response:
    """What a calendar app gets: it has no token and says nothing of languages."""
    return await api._http.get(url)


async def entry(api: Api, url: str) -> dict[str, Any]:
    """The one entry behind a link, with the values of its properties."""
    answer = await fetched(api, url)
    assert answer.status_code == 200
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    return {
        "uid": str(event["UID"]),
        "sequence": int(str(event["SEQUENCE"])),
        "status": str(event["STATUS"]),
        "summary": str(event["SUMMARY"]),
        "location": str(event.get("LOCATION", "")),
        "starts": event.decoded("DTSTART"),
        "reminders": len(event.walk("VALARM")),
    }


async def answers_nothing(api: Api, url: str) -> bool:
    """True for the same 404 as for an address that never was."""
    answer, never = await fetched(api, url), await fetched(api, "/calendar/booking/x.ics")
    return answer.status_code == never.status_code == 404 and answer.json() == never.json()


@pytest_asyncio.fixture
async def unions(api: Api) -> dict[str, Organisation]:
    return await people.tree()


async def a_booking(api: Api, union: Organisation) -> tuple[Api, str]:
    """A member and their booking of nine o'clock tomorrow, at eight in the morning of 5 March."""
    room = global_id("MothersRoom", await rooms.room(union, name="春晖小屋"))
    member = api.as_(await people.signed_in(await people.member(union)))
    answer = await member("BookRoom", roomId=room, startsAt="2026-03-06T09:00:00+08:00")
    return member, str(answer["booking"]["id"])


async def test_a_booking_comes_into_the_calendar_and_is_called_off_there_too(
    api: Api, unions: dict[str, Organisation]
) -> None:
    with clock.at(moment("2026-03-05 08:00")):
        member, booking = await a_booking(api, unions["unit"])
        url = (await member(BOOKING, id=booking))["calendarUrl"]
        kept = await entry(api, url)
        assert kept["starts"] == datetime(2026, 3, 6, 1, tzinfo=UTC)
        assert (kept["status"], kept["summary"], kept["reminders"]) == ("CONFIRMED", "母婴室：春晖小屋", 1)
        assert kept["location"] == "鹿城区市府路1号"
        await member("CancelRoomBooking", id=booking)
        off = await entry(api, url)
    assert (off["uid"], off["status"], off["reminders"]) == (kept["uid"], "CANCELLED", 0)
    assert off["sequence"] > kept["sequence"]


async def test_a_calendar_is_sent_as_one_and_kept_by_nobody_on_the_way(
    api: Api, unions: dict[str, Organisation]
) -> None:
    with clock.at(moment("2026-03-05 08:00")):
        member, booking = await a_booking(api, unions["unit"])
        answer = await fetched(api, (await member(BOOKING, id=booking))["calendarUrl"])
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"].startswith("attachment")
    lines = answer.content.split(b"\r\n")
    assert (lines[0], lines[-2:]) == (b"BEGIN:VCALENDAR", [b"END:VCALENDAR", b""])
    assert max(map(len, lines)) <= 75
    assert {b"METHOD:PUBLISH", b"CLASS:PRIVATE", b"REFRESH-INTERVAL;VALUE=DURATION:PT6H"} <= set(lines)


async def test_a_calendar_speaks_the_language_in_which_its_link_was_read(
    api: Api, unions: dict[str, Organisation]
) -> None:
    with clock.at(moment("2026-03-05 08:00")):
        union = unions["unit"]
        room = global_id("MothersRoom", await rooms.room(union, name="春晖小屋"))
        member = api.as_(await people.signed_in(await people.member(union)), locale="en")
        booking = (await member("BookRoom", roomId=room, startsAt="2026-03-06T09:00:00+08:00"))["booking"]["id"]
        url = (await member(BOOKING, id=booking))["calendarUrl"]
        assert (await entry(api, url))["summary"] == "Mothers' room: 春晖小屋"


async def test_whoever_runs_the_room_gets_neither_the_code_nor_a_link(
    api: Api, unions: dict[str, Organisation]
) -> None:
    with clock.at(moment("2026-03-05 08:00")):
        member, booking = await a_booking(api, unions["unit"])
        clerk = api.as_(await people.signed_in(None, clerk=unions["unit"]))
        assert await clerk(BOOKING, id=booking) == {"calendarUrl": None, "checkInCode": None, "checkInQr": None}
        own = await member(BOOKING, id=booking)
    assert qr.read(own["checkInQr"])[0] == own["checkInCode"]


async def test_a_link_opens_nothing_else_and_nothing_for_ever(api: Api, unions: dict[str, Organisation]) -> None:
    with clock.at(moment("2026-03-05 08:00")):
        member, booking = await a_booking(api, unions["unit"])
        url = (await member(BOOKING, id=booking))["calendarUrl"]
        stranger = await people.account(await people.member(unions["unit"]))
        target = parse_global_id(booking)[1]
        forged = links.sign("calendar.booking", target, stranger.id, timedelta(days=1))
        assert not await answers_nothing(api, url)
        for other in (
            url.replace("/booking/", "/registration/"),
            url.replace("/booking/", "/case/"),
            url.replace("/booking/", "/elsewhere/"),
            url.replace(".ics", "0.ics"),
            url.replace("/booking/", "/booking/A"),
            f"/calendar/booking/{forged}.ics",
        ):
            assert await answers_nothing(api, other)
    with clock.at(moment("2027-05-01 08:00")):
        assert await answers_nothing(api, url)


async def test_a_link_closes_when_its_holder_is_not_that_member_any_more(
    api: Api, unions: dict[str, Organisation]
) -> None:
    with clock.at(moment("2026-03-05 08:00")):
        member, booking = await a_booking(api, unions["unit"])
        url = (await member(BOOKING, id=booking))["calendarUrl"]
        await nobody_is_a_member()
        assert await answers_nothing(api, url)


async def nobody_is_a_member() -> None:
    """Every account is parted from its member."""
    async with db.transaction():
        await Account.all().update(member_id=None)


async def a_registration(api: Api, union: Organisation, event: Event) -> tuple[Api, UUID, str]:
    """A member, their account, and their registration."""
    account = await people.account(await people.member(union))
    member = api.as_(await people.token(account))
    answer = await member("RegisterForEvent", eventId=global_id("Event", event.id))
    return member, account.id, str(answer["registration"]["id"])


async def test_an_event_in_the_calendar_moves_with_the_event_and_ends_with_it(
    api: Api, unions: dict[str, Organisation]
) -> None:
    event = await events.event(unions["unit"])
    member, _, registration = await a_registration(api, unions["unit"], event)
    own = await member(REGISTRATION, id=registration)
    assert qr.read(own["ticketQr"])[0] == own["ticketCode"]
    seen = [await entry(api, own["calendarUrl"])]
    clerk = api.as_(await people.signed_in(None, clerk=unions["unit"]))
    change = {"id": global_id("Event", event.id), "venue": "工人体育馆"}
    changed = "mutation($input: ChangeEventInput!) { changeEvent(input: $input) { userErrors { code } } }"
    assert await clerk.codes(changed, input=change) == []
    seen.append(await entry(api, own["calendarUrl"]))
    called_off = 'mutation($id: ID!) { cancelEvent(input: {id: $id, reason: "台风"}) { userErrors { code } } }'
    assert await clerk.codes(called_off, id=change["id"]) == []
    seen.append(await entry(api, own["calendarUrl"]))
    assert [item["location"] for item in seen] == ["市工人文化宫", "工人体育馆", "工人体育馆"]
    assert [item["status"] for item in seen] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert len({item["uid"] for item in seen}) == 1
    assert seen[0]["sequence"] < seen[1]["sequence"] < seen[2]["sequence"]


async def test_a_place_in_the_waiting_list_says_so_in_the_calendar(api: Api, unions: dict[str, Organisation]) -> None:
    event = await events.event(unions["unit"], capacity=1)
    first, _, seat = await a_registration(api, unions["unit"], event)
    second, _, place = await a_registration(api, unions["unit"], event)
    url = (await second(REGISTRATION, id=place))["calendarUrl"]
    waiting = await entry(api, url)
    assert waiting["summary"] == "工会春季联谊（候补中）"
    await first("CancelRegistration", id=seat)
    while await jobs.work_once():
        pass
    offered = await entry(api, url)
    assert offered["summary"] == "工会春季联谊（名额待确认）"
    assert offered["sequence"] > waiting["sequence"]


async def test_a_registration_is_in_nobody_elses_calendar(api: Api, unions: dict[str, Organisation]) -> None:
    event = await events.event(unions["unit"])
    _, _, registration = await a_registration(api, unions["unit"], event)
    clerk = api.as_(await people.signed_in(None, clerk=unions["unit"]))
    assert await clerk(REGISTRATION, id=registration) == {"calendarUrl": None, "ticketCode": None, "ticketQr": None}


async def url_of(reader: Api, case: dict[str, Any]) -> str | None:
    """Where the reader's calendar finds the case's deadline."""
    url: str | None = (await reader(DEADLINE, id=case["id"]))["deadlineCalendarUrl"]
    return url


async def test_the_day_that_matters_next_in_a_case_moves_through_the_calendar(scene: Scene) -> None:
    case = await apply(scene)
    url = await url_of(scene.member, case)
    assert url
    promised = await entry(scene.member, url)
    assert promised["summary"] == f"申请 {case['number']}：承诺办结日"
    assert promised["starts"] == date.fromisoformat((await scene.member("MyCase", id=case["id"]))["promisedOn"])
    items = [{"field": "answers.reason", "problem": "INCORRECT", "message": "请写明住院时间"}]
    asked = await scene.clerk("RequestCorrection", input={"id": case["id"], "version": case["version"], "items": items})
    correction = await entry(scene.member, url)
    assert correction["summary"] == f"申请 {case['number']}：补正截止"
    assert correction["sequence"] > promised["sequence"]
    answer = {"id": case["id"], "version": asked["case"]["version"], "reply": "3月1日住院"}
    case = (await scene.member("AnswerCorrection", input=answer))["case"]
    case = await moved(scene.clerk, case, to="NOT_ACCEPTED", reason="不在受理范围")
    over = await entry(scene.member, url)
    assert (over["uid"], over["status"]) == (promised["uid"], "CANCELLED")
    assert over["sequence"] > correction["sequence"]
    assert await url_of(scene.member, case) is None


async def test_staff_have_the_limit_of_the_step_and_only_of_cases_they_may_see(scene: Scene) -> None:
    case = await apply(scene)
    url = await url_of(scene.clerk, case)
    assert url
    limit = await entry(scene.clerk, url)
    assert "办理期限" in limit["summary"]
    assert "王小明" not in limit["summary"]
    assert limit["starts"] == date.fromisoformat(case["step"]["dueOn"])
    await nobody_is_a_member()
    assert await answers_nothing(scene.member, (await fetchable(scene, case)))
    assert not await answers_nothing(scene.clerk, url)


async def fetchable(scene: Scene, case: dict[str, Any]) -> str:
    """A well-signed link to the case for an account without a role or a case."""
    account = await people.account(await people.member(scene.unions["unit2"]))
    token = links.sign("calendar.case", parse_global_id(case["id"])[1], account.id, timedelta(days=1))
    return f"/calendar/case/{token}.ics"


async def test_a_draft_has_no_deadline(scene: Scene) -> None:
    case = await apply(scene, submit=False)
    assert await url_of(scene.member, case) is None


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_a_calendar_is_only_ever_read(api: Api, method: str) -> None:
    answer = await api._http.request(method, "/calendar/booking/x.ics")
    assert answer.status_code == 405

"""What members and staff do with mothers' rooms, through the frontends' documents."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from models.accounts import Account
from models.kit import clock
from models.kit.ids import global_id, uuid7
from models.kit.outbox import OutboxMessage
from models.members import Member, Organisation
from models.rooms.schedule import Hours
from resolvers.kit import export, jobs
from tests.api import Api
from tests.factories import people, rooms
from tests.factories.rooms import moment
from tests.statements import counted

TODAY = "2026-03-05"  # a Thursday
TOMORROW = "2026-03-06"
NINE = f"{TOMORROW}T09:00:00+08:00"
TEN = f"{TOMORROW}T10:00:00+08:00"


@dataclass
class Scene:
    """A room of two partitions in a unit, a member of it, and the clerk who runs the room, at eight in the morning."""

    unions: dict[str, Organisation]
    room_id: UUID
    room: str
    member: Member
    account: Account
    as_member: Api
    as_clerk: Api

    async def later(self) -> Api:
        """The member with a fresh token: theirs has run out when the clock has moved."""
        return self.as_member.as_(await people.token(self.account))


@pytest_asyncio.fixture
async def scene(api: Api) -> AsyncIterator[Scene]:
    """The scene, with the clock held."""
    with clock.at(moment(f"{TODAY} 08:00")):
        unions = await people.tree()
        room_id = await rooms.room(unions["unit"])
        member = await people.member(unions["unit"])
        account = await people.account(member)
        as_member = api.as_(await people.token(account))
        as_clerk = api.as_(await people.signed_in(clerk=unions["town"]))
        yield Scene(unions, room_id, global_id("MothersRoom", room_id), member, account, as_member, as_clerk)


async def booked(scene: Scene, starts_at: str = NINE) -> str:
    """The id of the member's new booking."""
    answer = await scene.as_member("BookRoom", roomId=scene.room, startsAt=starts_at)
    assert answer["userErrors"] == []
    return str(answer["booking"]["id"])


async def status(scene: Scene, booking: str) -> str:
    """How a booking of the member stands."""
    reader = await scene.later()
    node = await reader("query($id: ID!) { node(id: $id) { ... on RoomBooking { status } } }", id=booking)
    return str(node["status"])


async def free(api: Api, room: str, starts_at: str = NINE) -> int | None:
    """The places left in a slot; None when there is no such slot."""
    node = await api("RoomDay", id=room, date=starts_at[:10])
    return next((slot["free"] for slot in node["slots"] if slot["startsAt"] == starts_at), None)


async def told() -> list[tuple[str, str, dict[str, Any]]]:
    """Whom the worker is to tell, of what."""
    payloads = [m["payload"] for m in await OutboxMessage.filter(topic="notify").order_by("id").values("payload")]
    return [(p["member_id"], p["kind"], p["params"]) for p in payloads]


# --- finding


async def test_anybody_sees_a_room_with_its_stars_hours_and_slots(api: Api, scene: Scene) -> None:
    (room,) = (await api("MothersRooms", date=TOMORROW, first=5))["nodes"]
    assert (room["starLevel"], room["siteType"], room["distanceKm"]) == (5, "PUBLIC", None)
    assert room["openingHours"][0] == {"weekday": "MONDAY", "opens": "09:00", "closes": "17:00"}
    assert len(room["slots"]) == 16
    assert room["slots"][0] == {
        "startsAt": NINE,
        "endsAt": f"{TOMORROW}T09:30:00+08:00",
        "free": 2,
        "capacity": 2,
    }
    assert room["rating"] == {"average": None, "count": 0}


async def names(api: Api, first: int, **filter: Any) -> list[str]:
    """The names of all rooms found, page by page."""
    found: list[str] = []
    after: str | None = None
    while True:
        page = await api("MothersRooms", date=TODAY, first=first, after=after, filter=filter)
        found += [room["name"] for room in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return found


@pytest.mark.parametrize("first", [1, 2, 10])
async def test_near_a_point_the_nearest_room_comes_first_and_pages_neither_skip_nor_repeat(
    api: Api, database: None, first: int
) -> None:
    unit = (await people.tree())["unit"]
    for name, at in [
        ("三公里", (28.027, 120.66)),
        ("就在这里", (28.0, 120.66)),
        ("也在这里", (28.0, 120.66)),
        ("一公里", (28.0, 120.6702)),
        ("太远", (28.2, 120.66)),
        ("不知在哪", None),
    ]:
        await rooms.room(unit, name=name, at=at)
    near = {"latitude": 28.0, "longitude": 120.66, "km": 5}
    assert await names(api, first, near=near) == ["就在这里", "也在这里", "一公里", "三公里"]


async def test_the_distance_is_measured_along_the_earth(api: Api, scene: Scene) -> None:
    near = {"latitude": 28.0, "longitude": 120.76, "km": 20}
    (room,) = (await api("MothersRooms", date=TODAY, first=1, filter={"near": near}))["nodes"]
    assert room["distanceKm"] == pytest.approx(9.818, abs=0.005)  # a tenth of a degree at 28° north


@pytest.mark.parametrize("first", [1, 2, 10])
async def test_without_a_point_rooms_come_by_name(api: Api, database: None, first: int) -> None:
    unit = (await people.tree())["unit"]
    for name in ("c", "a", "b", "a"):
        await rooms.room(unit, name=name)
    assert await names(api, first) == ["a", "a", "b", "c"]


async def test_rooms_are_found_by_division_and_words(api: Api, database: None) -> None:
    unions = await people.tree()
    await rooms.room(unions["unit"], name="鹿城小屋")
    await rooms.room(unions["other_unit"], name="瑞安小屋")
    assert await names(api, 5, divisionCode="330302") == ["鹿城小屋"]
    assert len(await names(api, 5, divisionCode="330300")) == 2
    assert await names(api, 5, text=" 瑞安 ") == ["瑞安小屋"]
    assert await names(api, 5, text="100%") == []


async def test_a_room_that_is_shut_all_day_is_not_open_on_that_day(api: Api, scene: Scene) -> None:
    await rooms.room(scene.unions["unit"], name="周末不开", hours=(Hours(4, 540, 1020),))
    await rooms.close(scene.room_id, f"{TODAY} 08:30", f"{TODAY} 17:00")
    assert await names(api, 5, openOn=TODAY) == ["周末不开"]
    assert "周末不开" not in await names(api, 5, openOn=TOMORROW)
    assert len(await names(api, 5, openOn=TOMORROW)) == 1


@pytest.mark.parametrize(
    "bad",
    [
        {"latitude": 91, "longitude": 0, "km": 5},
        {"latitude": 28, "longitude": 181, "km": 5},
        {"latitude": 28, "longitude": 120, "km": 0},
        {"latitude": 28, "longitude": 120, "km": 1000},
    ],
)
async def test_a_point_off_the_map_is_refused(api: Api, database: None, bad: dict[str, float]) -> None:
    answer = await api.send("MothersRooms", date=TODAY, first=5, filter={"near": bad})
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize("filter", [{}, {"near": {"latitude": 28, "longitude": 120.66, "km": 9}, "openOn": TODAY}])
async def test_fifty_rooms_take_as_many_statements_as_five(api: Api, database: None, filter: dict[str, Any]) -> None:
    unit = (await people.tree())["unit"]
    counts = []
    for more in (5, 45):
        for _ in range(more):
            await rooms.close(await rooms.room(unit), f"{TODAY} 10:00", f"{TODAY} 11:00")
        with counted() as meter:
            assert len((await api("MothersRooms", date=TODAY, first=100, filter=filter))["nodes"]) in (5, 50)
        counts.append(meter.statements)
    assert counts[0] == counts[1]


# --- booking


async def test_a_member_books_and_is_shown_the_code_again(scene: Scene) -> None:
    answer = await scene.as_member("BookRoom", roomId=scene.room, startsAt=NINE)
    assert answer["userErrors"] == []
    booking = answer["booking"]
    assert (booking["status"], booking["startsAt"], booking["room"]["id"]) == ("BOOKED", NINE, scene.room)
    assert booking["checkInCode"].isdecimal()
    assert len(booking["checkInCode"]) == 6
    (mine,) = (await scene.as_member("MyRoomBookings", first=5))["roomBookings"]["nodes"]
    assert (mine["id"], mine["checkInCode"]) == (booking["id"], booking["checkInCode"])
    assert await free(scene.as_member, scene.room) == 1


async def test_the_same_key_books_once(scene: Scene) -> None:
    answers = [await scene.as_member("BookRoom", roomId=scene.room, startsAt=NINE, key="tap") for _ in range(2)]
    assert answers[0] == answers[1]
    assert await free(scene.as_member, scene.room) == 1


@pytest.mark.parametrize(
    ("starts_at", "code"),
    [
        (f"{TODAY}T07:30:00+08:00", "SLOT_PAST"),
        (f"{TOMORROW}T08:30:00+08:00", "SLOT_CLOSED"),
        (f"{TOMORROW}T17:00:00+08:00", "SLOT_CLOSED"),
        (f"{TOMORROW}T09:10:00+08:00", "SLOT_CLOSED"),
        (f"{TOMORROW}T09:00:00+09:00", "SLOT_CLOSED"),
        ("2026-03-20T09:00:00+08:00", "TOO_EARLY"),
        ("9999-12-31T23:59:59+08:00", "TOO_EARLY"),
    ],
)
async def test_only_slots_of_the_next_fourteen_days_can_be_booked(scene: Scene, starts_at: str, code: str) -> None:
    assert await scene.as_member.codes("BookRoom", roomId=scene.room, startsAt=starts_at) == [code]
    assert (await scene.as_member("MyRoomBookings", first=5))["roomBookings"]["nodes"] == []


async def test_the_fourteenth_day_can_be_booked(scene: Scene) -> None:
    assert await scene.as_member.codes("BookRoom", roomId=scene.room, startsAt="2026-03-19T16:30:00+08:00") == []


async def test_a_slot_takes_as_many_as_the_room_has_partitions(api: Api, scene: Scene) -> None:
    codes = []
    for _ in range(3):
        other = api.as_(await people.signed_in(await people.member(scene.unions["unit2"])))
        codes.append(await other.codes("BookRoom", roomId=scene.room, startsAt=NINE))
    assert codes == [[], [], ["SLOT_FULL"]]


async def test_a_member_has_one_active_booking(scene: Scene) -> None:
    first = await booked(scene)
    assert await scene.as_member.codes("BookRoom", roomId=scene.room, startsAt=TEN) == ["BOOKING_EXISTS"]
    assert await free(scene.as_member, scene.room, TEN) == 2
    await scene.as_member("CancelRoomBooking", id=first)
    assert await scene.as_member.codes("BookRoom", roomId=scene.room, startsAt=TEN) == []


async def test_nobody_books_without_a_membership_or_a_room(api: Api, scene: Scene) -> None:
    stranger = api.as_(await people.signed_in(await people.member()))
    assert await stranger.codes("BookRoom", roomId=scene.room, startsAt=NINE) == ["NOT_A_MEMBER"]
    for id in (global_id("MothersRoom", uuid7()), global_id("Member", scene.member.id), "x"):
        assert await scene.as_member.codes("BookRoom", roomId=id, startsAt=NINE) == ["NOT_FOUND"]


async def test_a_cancelled_booking_gives_its_place_back_once(scene: Scene) -> None:
    booking = await booked(scene)
    answer = await scene.as_member("CancelRoomBooking", id=booking)
    assert answer["booking"]["status"] == "CANCELLED"
    again = await scene.as_member("CancelRoomBooking", id=booking)
    assert [error["code"] for error in again["userErrors"]] == ["MOVE_NOT_ALLOWED"]
    assert again["booking"]["status"] == "CANCELLED"
    assert await free(scene.as_member, scene.room) == 2


async def test_upcoming_bookings_are_those_still_to_come(scene: Scene) -> None:
    await scene.as_member("CancelRoomBooking", id=await booked(scene, TEN))
    kept = await booked(scene)
    query = "query($u: Boolean) { viewer { roomBookings(first: 3, filter: {upcoming: $u}) { nodes { id } } } }"
    ahead = (await scene.as_member(query, u=True))["roomBookings"]["nodes"]
    assert [node["id"] for node in ahead] == [kept]
    assert len((await scene.as_member(query, u=False))["roomBookings"]["nodes"]) == 1
    with clock.at(moment(f"{TOMORROW} 09:30")):
        assert (await (await scene.later())(query, u=True))["roomBookings"]["nodes"] == []


async def test_bookings_come_the_latest_first_page_by_page(scene: Scene) -> None:
    ids = []
    for hour in (10, 9, 11):
        ids.append(await booked(scene, f"{TOMORROW}T{hour:02d}:00:00+08:00"))
        await scene.as_member("CancelRoomBooking", id=ids[-1])
    seen, after, more = [], None, True
    while more:
        page = (await scene.as_member("MyRoomBookings", first=1, after=after))["roomBookings"]
        seen.append(page["nodes"][0]["id"])
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert seen == [ids[2], ids[0], ids[1]]


# --- coming, or not


@pytest.mark.parametrize(
    ("at", "code"),
    [("08:49", "TOO_EARLY"), ("08:50", None), ("09:29", None), ("09:30", "SLOT_PAST")],
)
async def test_check_in_is_open_from_ten_minutes_before_to_the_end(scene: Scene, at: str, code: str | None) -> None:
    answer = await scene.as_member("BookRoom", roomId=scene.room, startsAt=NINE)
    booking = answer["booking"]
    with clock.at(moment(f"{TOMORROW} {at}")):
        answer = await (await scene.later())("CheckInToRoom", id=booking["id"], code=booking["checkInCode"])
    assert [error["code"] for error in answer["userErrors"]] == ([code] if code else [])
    assert await status(scene, booking["id"]) == ("BOOKED" if code else "CHECKED_IN")


async def test_a_wrong_code_does_not_check_in_and_a_right_one_does_once(scene: Scene) -> None:
    answer = await scene.as_member("BookRoom", roomId=scene.room, startsAt=NINE)
    id, code = answer["booking"]["id"], answer["booking"]["checkInCode"]
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    with clock.at(moment(f"{TOMORROW} 09:00")):
        member = await scene.later()
        assert await member.codes("CheckInToRoom", id=id, code=wrong) == ["CODE_WRONG"]
        assert await status(scene, id) == "BOOKED"
        assert await member.codes("CheckInToRoom", id=id, code=code) == []
        assert await member.codes("CheckInToRoom", id=id, code=code) == ["MOVE_NOT_ALLOWED"]
        assert await member.codes("CancelRoomBooking", id=id) == ["MOVE_NOT_ALLOWED"]
    assert await free(scene.as_member, scene.room) == 1


async def test_whoever_does_not_come_within_a_quarter_of_an_hour_loses_the_place_and_is_told(scene: Scene) -> None:
    booking = await booked(scene)
    with clock.at(moment(f"{TOMORROW} 09:14")):
        await jobs.work_once()
        assert await status(scene, booking) == "BOOKED"
    with clock.at(moment(f"{TOMORROW} 09:15")):
        await jobs.work_once()
        assert await status(scene, booking) == "NO_SHOW"
        assert await free(scene.as_member, scene.room) == 2
        assert [(who, kind) for who, kind, _ in await told()] == [(str(scene.member.id), "ROOM_NO_SHOW")]
        member = await scene.later()
        assert await member.codes("BookRoom", roomId=scene.room, startsAt=TEN) == []


# --- running a room


async def test_closing_a_room_cancels_the_bookings_in_it_and_tells_the_members(api: Api, scene: Scene) -> None:
    inside = await booked(scene)
    neighbour = api.as_(await people.signed_in(await people.member(scene.unions["unit2"])))
    assert await neighbour.codes("BookRoom", roomId=scene.room, startsAt=TEN) == []
    closing = {
        "roomId": scene.room,
        "startsAt": f"{TOMORROW}T09:20:00+08:00",
        "endsAt": TEN,
        "reason": "消毒",
    }
    answer = await scene.as_clerk("CloseRoom", input=closing)
    assert answer["userErrors"] == []
    assert (answer["closure"]["reason"], answer["closure"]["cancelledBookings"]) == ("消毒", 1)
    assert await status(scene, inside) == "CANCELLED"
    assert (await free(api, scene.room, NINE), await free(api, scene.room, TEN)) == (None, 1)
    assert await scene.as_member.codes("BookRoom", roomId=scene.room, startsAt=NINE) == ["SLOT_CLOSED"]
    await jobs.work_once()
    ((who, kind, params),) = await told()
    assert (who, kind, params["reason"]) == (str(scene.member.id), "ROOM_CLOSED", "消毒")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"endsAt": NINE}, ("INVALID", "endsAt")),
        ({"startsAt": f"{TODAY}T06:00:00+08:00", "endsAt": f"{TODAY}T07:00:00+08:00"}, ("SLOT_PAST", "endsAt")),
        ({"reason": " "}, ("REQUIRED", "reason")),
        ({"reason": "x" * 201}, ("TOO_LONG", "reason")),
    ],
)
async def test_a_closure_needs_a_time_ahead_and_a_reason(
    scene: Scene, change: dict[str, str], error: tuple[str, str]
) -> None:
    closing = {"roomId": scene.room, "startsAt": NINE, "endsAt": TEN, "reason": "消毒", **change}
    answer = await scene.as_clerk("CloseRoom", input=closing)
    assert [(e["code"], e["field"]) for e in answer["userErrors"]] == [error]
    assert await free(scene.as_clerk, scene.room) == 2


async def test_new_hours_cancel_the_bookings_that_fit_no_more(scene: Scene) -> None:
    booking = await booked(scene)
    hours = [{"weekday": "FRIDAY", "opens": "09:00", "closes": "12:00"}]
    answer = await scene.as_clerk("SetOpeningHours", roomId=scene.room, hours=hours)
    assert answer == {"room": {"id": scene.room, "openingHours": hours}, "userErrors": []}
    assert await status(scene, booking) == "BOOKED"
    hours = [{"weekday": "FRIDAY", "opens": "09:10", "closes": "24:00"}]
    await scene.as_clerk("SetOpeningHours", roomId=scene.room, hours=hours)
    assert await status(scene, booking) == "CANCELLED"
    assert await free(scene.as_clerk, scene.room, f"{TOMORROW}T09:10:00+08:00") == 2
    await jobs.work_once()
    assert [(who, kind) for who, kind, _ in await told()] == [(str(scene.member.id), "ROOM_HOURS_CHANGED")]


@pytest.mark.parametrize(
    ("hours", "fields"),
    [
        ([("MONDAY", "9:00", "17:00")], ["hours.0.opens"]),
        ([("MONDAY", "09:00", "24:01")], ["hours.0.closes"]),
        ([("MONDAY", "17:00", "09:00")], ["hours.0.closes"]),
        ([("MONDAY", "09:00", "12:00"), ("MONDAY", "11:59", "17:00")], ["hours.1"]),
        (
            [("MONDAY", "25:00", "x"), ("MONDAY", "09:00", "09:00")],
            ["hours.0.opens", "hours.0.closes", "hours.1.closes"],
        ),
    ],
)
async def test_hours_that_make_no_sense_are_refused(
    scene: Scene, hours: list[tuple[str, str, str]], fields: list[str]
) -> None:
    given = [dict(zip(("weekday", "opens", "closes"), span, strict=True)) for span in hours]
    answer = await scene.as_clerk("SetOpeningHours", roomId=scene.room, hours=given)
    assert [error["field"] for error in answer["userErrors"]] == fields
    assert await free(scene.as_clerk, scene.room) == 2


async def test_a_room_may_close_over_lunch(scene: Scene) -> None:
    spans = [("08:30", "11:40"), ("14:00", "15:00")]
    hours = [{"weekday": "FRIDAY", "opens": opens, "closes": closes} for opens, closes in spans]
    await scene.as_clerk("SetOpeningHours", roomId=scene.room, hours=hours)
    node = await scene.as_clerk("RoomDay", id=scene.room, date=TOMORROW)
    starts = [slot["startsAt"][11:16] for slot in node["slots"]]
    assert starts == ["08:30", "09:00", "09:30", "10:00", "10:30", "11:00", "14:00", "14:30"]


async def test_who_comes_is_for_the_staff_who_run_the_room(api: Api, scene: Scene) -> None:
    booking = await booked(scene)
    (row,) = (await scene.as_clerk("RoomDay", id=scene.room, date=TOMORROW))["bookings"]
    assert (row["id"], row["member"]["name"]) == (booking, scene.member.name)
    assert (await scene.as_clerk("RoomDay", id=scene.room, date=TODAY))["bookings"] == []
    code = "query($id: ID!) { node(id: $id) { ... on RoomBooking { status checkInCode } } }"
    assert await scene.as_clerk(code, id=booking) == {"status": "BOOKED", "checkInCode": None}
    others = [
        api,
        api.as_(await people.signed_in(await people.member(scene.unions["unit"]))),
        api.as_(await people.signed_in(administrator=scene.unions["other_county"])),
        api.as_(await people.signed_in(finance=scene.unions["unit"])),
    ]
    for other in others:
        assert (await other("RoomDay", id=scene.room, date=TOMORROW))["bookings"] is None
        assert await other(code, id=booking) is None


async def test_a_booking_of_somebody_else_is_as_unknown_as_none(api: Api, scene: Scene) -> None:
    booking = await booked(scene)
    other = api.as_(await people.signed_in(await people.member(scene.unions["unit"])))
    for id in (booking, global_id("RoomBooking", uuid7())):
        assert await other.codes("CancelRoomBooking", id=id) == ["NOT_FOUND"]
        assert await other.codes("CheckInToRoom", id=id, code="123456") == ["NOT_FOUND"]
    assert await status(scene, booking) == "BOOKED"


async def test_a_room_of_another_union_is_as_unknown_as_none(api: Api, scene: Scene) -> None:
    staff = api.as_(await people.signed_in(administrator=scene.unions["other_county"]))
    cleaned = "mutation($id: ID!) { recordRoomCleaning(input: {roomId: $id}) { userErrors { code } } }"
    closing = {"startsAt": NINE, "endsAt": TEN, "reason": "消毒"}
    for id in (scene.room, global_id("MothersRoom", uuid7())):
        assert await staff.codes("RecordWalkIn", roomId=id, startsAt=NINE) == ["NOT_FOUND"]
        assert await staff.codes("SetOpeningHours", roomId=id, hours=[]) == ["NOT_FOUND"]
        assert await staff.codes("CloseRoom", input={"roomId": id, **closing}) == ["NOT_FOUND"]
        assert await staff.codes(cleaned, id=id) == ["NOT_FOUND"]
    answer = await scene.as_member.send("RecordWalkIn", roomId=scene.room, startsAt=NINE)
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert await free(api, scene.room) == 2


async def test_a_walk_in_takes_a_place_of_the_slot_under_way(scene: Scene) -> None:
    with clock.at(moment(f"{TODAY} 09:20")):
        clerk = scene.as_clerk.as_(await people.signed_in(clerk=scene.unions["unit"]))
        slot = f"{TODAY}T09:00:00+08:00"
        answers = [await clerk("RecordWalkIn", roomId=scene.room, startsAt=slot) for _ in range(3)]
        assert [answer["booking"] and answer["booking"]["status"] for answer in answers] == [
            "CHECKED_IN",
            "CHECKED_IN",
            None,
        ]
        assert answers[2]["userErrors"][0]["code"] == "SLOT_FULL"
        day = await clerk("RoomDay", id=scene.room, date=TODAY)
        assert [row["member"] for row in day["bookings"]] == [None, None]
    with clock.at(moment(f"{TODAY} 09:30")):
        clerk = scene.as_clerk.as_(await people.signed_in(clerk=scene.unions["unit"]))
        assert await clerk.codes("RecordWalkIn", roomId=scene.room, startsAt=slot) == ["SLOT_PAST"]


async def test_the_cleaning_log_is_for_the_staff_who_run_the_room(scene: Scene) -> None:
    cleaned = """mutation($id: ID!) {
        recordRoomCleaning(input: {roomId: $id, note: "换了床单"}) { room { id } userErrors { code } }
    }"""
    log = """query($id: ID!, $date: Date!) {
        node(id: $id) { ... on MothersRoom { cleanings(date: $date) { note cleanedBy } } }
    }"""
    assert await scene.as_clerk(cleaned, id=scene.room) == {"room": {"id": scene.room}, "userErrors": []}
    read = await scene.as_clerk(log, id=scene.room, date=TODAY)
    assert read["cleanings"] == [{"note": "换了床单", "cleanedBy": "工作人员"}]
    assert (await scene.as_member(log, id=scene.room, date=TODAY))["cleanings"] is None


async def test_a_copy_of_everything_held_has_the_bookings(scene: Scene) -> None:
    await booked(scene)
    (row,) = (await export.everything(scene.member.id, scene.account.id))["roomBookings"]
    assert (row["startsAt"], row["status"], row["score"]) == (NINE, "BOOKED", None)

"""Booking a slot, coming or not, and seeing one's bookings."""

import pytest

from models.kit import clock
from models.kit.ids import global_id, uuid7
from resolvers.kit import jobs
from tests.api import Api
from tests.factories import people
from tests.factories.rooms import moment
from tests.schema.rooms.scene import NINE, TEN, TODAY, TOMORROW, Scene, booked, free, status, told


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


async def test_only_slots_of_the_next_fourteen_days_can_be_booked(scene: Scene) -> None:
    for starts_at, code in [
        (f"{TODAY}T07:30:00+08:00", "SLOT_PAST"),
        (f"{TOMORROW}T08:30:00+08:00", "SLOT_CLOSED"),
        (f"{TOMORROW}T17:00:00+08:00", "SLOT_CLOSED"),
        (f"{TOMORROW}T09:10:00+08:00", "SLOT_CLOSED"),
        (f"{TOMORROW}T09:00:00+09:00", "SLOT_CLOSED"),
        ("2026-03-20T09:00:00+08:00", "TOO_EARLY"),
        ("9999-12-31T23:59:59+08:00", "TOO_EARLY"),
    ]:
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
        ((kind, target, body),) = await told(scene)
        assert (kind, target) == ("ROOM_NO_SHOW", booking)
        assert "2026年3月6日 09:00" in body
        member = await scene.later()
        assert await member.codes("BookRoom", roomId=scene.room, startsAt=TEN) == []

"""What the staff of a room do, and what only they see."""

from models.kit import clock
from models.kit.ids import global_id, uuid7
from resolvers.kit import export
from tests.api import Api
from tests.factories import people
from tests.factories.rooms import moment
from tests.schema.rooms.scene import NINE, TEN, TODAY, TOMORROW, Scene, booked, free, status, told


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
    ((kind, target, body),) = await told(scene)
    assert (kind, target) == ("ROOM_CLOSED", inside)
    assert "消毒" in body


async def test_a_closure_needs_a_time_ahead_and_a_reason(scene: Scene) -> None:
    closing = {"roomId": scene.room, "startsAt": NINE, "endsAt": TEN, "reason": "消毒"}
    past = {"startsAt": f"{TODAY}T06:00:00+08:00", "endsAt": f"{TODAY}T07:00:00+08:00"}
    for change, error in [
        ({"endsAt": NINE}, ("INVALID", "endsAt")),
        (past, ("SLOT_PAST", "endsAt")),
        ({"reason": " "}, ("REQUIRED", "reason")),
        ({"reason": "x" * 201}, ("TOO_LONG", "reason")),
    ]:
        answer = await scene.as_clerk("CloseRoom", input=closing | change)
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
    assert [note[:2] for note in await told(scene)] == [("ROOM_HOURS_CHANGED", booking)]


async def test_hours_that_make_no_sense_are_refused(scene: Scene) -> None:
    for hours, fields in [
        ([("MONDAY", "9:00", "17:00")], ["hours.0.opens"]),
        ([("MONDAY", "09:00", "24:01")], ["hours.0.closes"]),
        ([("MONDAY", "17:00", "09:00")], ["hours.0.closes"]),
        ([("MONDAY", "09:00", "12:00"), ("MONDAY", "11:59", "17:00")], ["hours.1"]),
        (
            [("MONDAY", "25:00", "x"), ("SUNDAY", "09:00", "09:00")],
            ["hours.0.opens", "hours.0.closes", "hours.1.closes"],
        ),
        ([("MONDAY", "09:00", "10:00")] * 51, ["hours"]),
    ]:
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

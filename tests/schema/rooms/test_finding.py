"""Finding a room near, open, and with a slot."""

from typing import Any

import pytest

from models.rooms.schedule import Hours
from tests.api import Api
from tests.factories import people, rooms
from tests.schema.rooms.scene import NINE, TODAY, TOMORROW, Scene
from tests.statements import counted


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


async def test_near_a_point_the_nearest_room_comes_first_and_pages_neither_skip_nor_repeat(
    api: Api, database: None
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
    for first in (1, 2, 10):
        assert await names(api, first, near=near) == ["就在这里", "也在这里", "一公里", "三公里"]


async def test_the_distance_is_measured_along_the_earth(api: Api, scene: Scene) -> None:
    near = {"latitude": 28.0, "longitude": 120.76, "km": 20}
    (room,) = (await api("MothersRooms", date=TODAY, first=1, filter={"near": near}))["nodes"]
    assert room["distanceKm"] == pytest.approx(9.818, abs=0.005)  # a tenth of a degree at 28° north


async def test_without_a_point_rooms_come_by_name(api: Api, database: None) -> None:
    unit = (await people.tree())["unit"]
    for name in ("c", "a", "b", "a"):
        await rooms.room(unit, name=name)
    for first in (1, 2, 10):
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


async def test_a_point_off_the_map_is_refused(api: Api, database: None) -> None:
    for latitude, longitude, km in [(91, 0, 5), (28, 181, 5), (28, 120, 0), (28, 120, 101)]:
        near = {"latitude": latitude, "longitude": longitude, "km": km}
        answer = await api.send("MothersRooms", date=TODAY, first=5, filter={"near": near})
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

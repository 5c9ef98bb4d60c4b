"""The mothers' rooms that the demo begins with."""

from typing import Any
from uuid import UUID

from models.rooms.directory import create_room
from models.rooms.rules import Equipment
from models.rooms.schedule import Hours, parse_hours
from models.rooms.tables import SiteType
from models.seed.demo import read
from models.seed.demo.unions import Unions

_STEPS = ("base", "three", "four", "five")


async def set_up(unions: Unions) -> dict[str, UUID]:
    """Set up every room; their ids by key."""
    return {row["key"]: await _set_up(unions, row) for row in read("rooms")["rooms"]}


async def _set_up(unions: Unions, row: dict[str, Any]) -> UUID:
    union, (latitude, longitude) = unions[row["union"]], row["at"]
    return await create_room(
        organisation_id=union.id,
        name=row["name"],
        address=row["address"],
        site_type=SiteType(row["type"]),
        division_code=union.division_code,
        area_m2=row["area"],
        equipment=equipment(row["stars"]),
        partitions=row["partitions"],
        latitude=latitude,
        longitude=longitude,
        hours=_hours(row["hours"]),
    )


def equipment(stars: str) -> list[Equipment]:
    """What a room of some standard has: everything up to it."""
    standards = read("rooms")["standards"]
    return [Equipment(item) for step in _STEPS[: _STEPS.index(stars) + 1] for item in standards[step]]


def _hours(name: str) -> list[Hours]:
    spans = read("rooms")["hours"][name]
    return parse_hours(
        [{"weekday": day, "opens": opens, "closes": closes} for days, opens, closes in spans for day in days]
    )

"""Applying to set a mothers' room up, as clients see it."""

from typing import Any

import strawberry

from models.rooms.rules import Equipment
from models.rooms.tables import SiteType
from resolvers import room_setup, rooms
from schema.cases.filing import CasePayload
from schema.cases.interface import Case
from schema.kit.build import batch, change, input_type, output, part
from schema.kit.context import Info, Rows
from schema.kit.inputs import given, id_of
from schema.kit.nodes import node_id
from schema.kit.scalars import JSON, Money
from schema.rooms.types import MothersRoom


async def _site(rows: Rows, info: Info) -> list[Any]:
    found = await room_setup.sites(info.context.actor, [row["id"] for row in rows])
    return [found[row["id"]] for row in rows]


async def _room(rows: Rows, info: Info) -> list[Any]:
    rooms_made = [site["room_id"] for site in await _site(rows, info)]
    found = await rooms.rooms_by_id(info.context.actor, [id for id in rooms_made if id])
    return [found.get(id) for id in rooms_made]


@output
class MothersRoomApplication(Case):
    """An application to set a mothers' room up."""

    id: strawberry.ID = node_id("Case")
    site_name: str = part(_site, "site_name", "The name of the place.")
    site_type: SiteType = part(_site, "site_type", "What kind of place it is.")
    address: str = part(_site, "address", "Where it is.")
    division_code: str = part(_site, "division_code", "The administrative division it is in.")
    latitude: float | None = part(_site, "latitude", "Degrees north.")
    longitude: float | None = part(_site, "longitude", "Degrees east.")
    site_area: float | None = part(_site, "site_area", "The square metres of the whole place.")
    visitors_per_day: int | None = part(_site, "visitors_per_day", "How many people visit the place a day.")
    area: float = part(_site, "area", "The square metres of the room.")
    equipment: list[Equipment] = part(_site, "equipment", "What is there.")
    partitions: int = part(_site, "partitions", "For how many at a time.")
    female_staff: int = part(_site, "female_staff", "How many women work there.")
    manager_name: str = part(_site, "manager_name", "Who looks after the room.")
    manager_phone: str = part(_site, "manager_phone_masked", "Their mobile, masked.")
    budget: Money | None = part(_site, "budget_fen", "What setting it up costs, in yuan.")
    star_level: int | None = part(_site, "star_level", "3 to 5 stars by the standard; null without.")
    room: MothersRoom | None = batch(_room, "The room, once the application is approved.")


@input_type
class MothersRoomDetailsInput:
    """What to change in an application to set a room up; whatever is left out stays."""

    site_name: str | None = given("The name of the place.", default=None)
    site_type: SiteType | None = given("What kind of place it is.", default=None)
    address: str | None = given("Where it is.", default=None)
    division_code: str | None = given("The administrative division it is in.", default=None)
    latitude: float | None = given(
        "Degrees north; without a place on the map it is not found near a point.", default=None
    )
    longitude: float | None = given("Degrees east.", default=None)
    site_area: float | None = given("The square metres of the whole place.", default=None)
    visitors_per_day: int | None = given("How many people visit the place a day.", default=None)
    area: float | None = given("The square metres of the room.", default=None)
    equipment: list[Equipment] | None = given("Everything that is there.", default=None)
    partitions: int | None = given("For how many at a time.", default=None)
    female_staff: int | None = given("How many women work there.", default=None)
    manager_name: str | None = given("Who looks after the room.", default=None)
    manager_phone: str | None = given("Their mobile.", default=None)
    budget: Money | None = given("What setting it up costs, in yuan.", default=None)


@input_type
class ApplyForMothersRoomInput:
    """The place, the room, and who looks after it."""

    programme_id: strawberry.ID | None = id_of("Programme", "The programme; the one for mothers' rooms.", default=None)
    site_name: str = given("The name of the place.")
    site_type: SiteType = given("What kind of place it is.")
    address: str = given("Where it is.")
    division_code: str | None = given("The administrative division it is in; the union's by default.", default=None)
    latitude: float | None = given(
        "Degrees north; without a place on the map it is not found near a point.", default=None
    )
    longitude: float | None = given("Degrees east.", default=None)
    site_area: float | None = given("The square metres of the whole place, where it is a public one.", default=None)
    visitors_per_day: int | None = given("How many people visit a public place a day.", default=None)
    area: float = given("The square metres of the room.")
    equipment: list[Equipment] = given("What is there; the basic equipment has to be complete.")
    partitions: int = given("For how many at a time.", default=1)
    female_staff: int = given("How many women work there.")
    manager_name: str = given("Who looks after the room.")
    manager_phone: str = given("Their mobile.")
    budget: Money | None = given("What setting it up costs, in yuan.", default=None)
    answers: JSON | None = given("The answers to the programme's own questions.", default=None)
    submit: bool = given("False keeps it as a draft.", default=True)
    idempotency_key: str | None = given("Repeats with the same key have one effect.", default=None)


@output
class ApplyForMothersRoomPayload(CasePayload):
    """The outcome of applyForMothersRoom."""


@output
class RoomSetupMutations:
    """Setting rooms up."""

    apply_for_mothers_room: ApplyForMothersRoomPayload | None = change(
        room_setup.apply_for_mothers_room,
        ApplyForMothersRoomInput,
        "Apply to set a mothers' room up, for the workplace of the viewer's own union.",
    )

"""Setting a mothers' room up, as a case: what is stated of it, the standard it has to meet, and what approval makes."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from models.cases.kinds import MoneyCase, register
from models.cases.tables import Case
from models.kit import clock, identity
from models.kit.codes import ErrorCode
from models.kit.errors import Checks, checked
from models.kit.fields import Secret
from models.kit.masking import mask_mobile
from models.kit.texts import Listed
from models.kit.words import line
from models.members import division_is_open
from models.programmes.catalogue import Terms
from models.programmes.facts import Facts
from models.programmes.tables import CaseKind
from models.rooms import directory, rules, schedule
from models.rooms.tables import MothersRoomApplication, SiteType

Row = dict[str, Any]
_LINES = {"site_name": ("siteName", 100), "address": ("address", 200)}
# From, up to.
_NUMBERS = {
    "latitude": ("latitude", -90, 90),
    "longitude": ("longitude", -180, 180),
    "area": ("area", 0.1, 10_000),
    "site_area": ("siteArea", 0, 10_000_000),
    "visitors_per_day": ("visitorsPerDay", 0, 10_000_000),
    "partitions": ("partitions", 1, 100),
    "female_staff": ("femaleStaff", 0, 1_000_000),
}
SITE_COLUMNS = (
    "case_id", "site_name", "address", "site_type", "division_code", "latitude", "longitude", "site_area",
    "visitors_per_day", "area", "equipment", "partitions", "female_staff", "manager_name", "manager_phone_masked",
    "budget_fen", "star_level", "room_id",
)  # fmt: skip
_AS_GIVEN = ("site_type", "division_code")
# The question under which programmes see the room's size: the subsidy goes by it.
AREA = "area"


async def check_site(checks: Checks, given: Row, at: str = "") -> Row:
    """The columns of what is given, each checked; `at` is the input path before them."""
    stated = {name: value for name, value in given.items() if value is not None}
    columns: Row = {name: stated[name] for name in _AS_GIVEN if name in stated}
    for name in _LINES.keys() & stated.keys():
        field, most = _LINES[name]
        columns[name] = checks.attempt(line, stated[name], at + field, most=most)
    for name in _NUMBERS.keys() & stated.keys():
        field, least, most = _NUMBERS[name]
        checks.require(least <= stated[name] <= most, ErrorCode.INVALID, at + field)
        columns[name] = stated[name]
    if "equipment" in stated:
        columns["equipment"] = list(dict.fromkeys(stated["equipment"]))
    if "budget" in stated:
        columns["budget_fen"] = stated["budget"]
    if "division_code" in stated and not await division_is_open(stated["division_code"]):
        checks.fail(ErrorCode.INVALID, f"{at}divisionCode")
    return columns | _manager(checks, stated, at)


def _manager(checks: Checks, stated: Row, at: str) -> Row:
    columns: Row = {}
    if "manager_name" in stated:
        name = stated["manager_name"]
        columns["manager_name"] = checks.attempt(checked, identity.person_name, name, f"{at}managerName")
    if "manager_phone" in stated:
        phone = checks.attempt(checked, identity.mobile, stated["manager_phone"], f"{at}managerPhone")
        columns |= {"manager_phone": Secret(phone), "manager_phone_masked": mask_mobile(phone)} if phone else {}
    return columns


def check_standard(checks: Checks, site: Row) -> None:
    """Note which of the basic equipment is missing, and an area that is too small for a busy public place."""
    today = clock.today()
    missing = rules.missing_equipment(site["equipment"], today)
    named = Listed(tuple(f"equipment.{item}" for item in missing))
    checks.require(not missing, ErrorCode.EQUIPMENT_MISSING, "equipment", missing=named)
    if site["site_type"] == SiteType.PUBLIC:
        least = rules.least_area(site.get("site_area"), site.get("visitors_per_day"), today)
        checks.require(site["area"] >= least, ErrorCode.AREA_TOO_SMALL, "area", min=least)


async def begin(case_id: UUID, columns: Row) -> None:
    """Write what is stated in a new application."""
    stars = rules.star_level(columns["area"], columns["equipment"], clock.today())
    await MothersRoomApplication.create(case_id=case_id, star_level=stars, **columns)


async def restate(case_id: UUID, columns: Row) -> None:
    """Change what is stated, and with it the stars that today's standard gives."""
    site = (await MothersRoomApplication.get(case_id=case_id)).update_from_dict(columns)
    site.star_level = rules.star_level(site.area, site.equipment, clock.today())
    await site.save(update_fields=[*columns, "star_level"])


async def sites(case_ids: Sequence[UUID]) -> dict[UUID, Row]:
    """The typed parts of cases."""
    rows = await MothersRoomApplication.filter(case_id__in=list(case_ids)).values(*SITE_COLUMNS)
    return {row["case_id"]: row for row in rows}


async def held_about(member_id: UUID) -> list[Row]:
    """What a member stated in applications to set a room up, the manager's mobile opened."""
    found = MothersRoomApplication.filter(case__applicant_id=member_id).order_by("id")
    rows = await found.values("id", "manager_phone", *SITE_COLUMNS, number="case__number")
    hidden = {"id", "case_id", "room_id", "manager_phone_masked"}
    return [
        {**{name: row[name] for name in row.keys() - hidden}, "manager_phone": row["manager_phone"].open(row["id"])}
        for row in rows
    ]


class SettingUp(MoneyCase):
    """Approved, the room is made, with a subsidy or without; with its plaque it opens."""

    part = "mothers_room"
    amount_optional = True

    async def facts(self, case: Case, terms: Terms, answers: Row | None) -> Facts:
        """The area among the answers: the subsidy goes by it."""
        area = (await MothersRoomApplication.get(case_id=case.id)).area
        return await super().facts(case, terms, {**(answers or {}), AREA: area})

    async def amend(self, case: Case, details: Row) -> None:
        """Change what is stated."""
        checks = Checks()
        columns = await check_site(checks, details.get("mothers_room") or {}, "mothersRoom.")
        checks.done()
        await restate(case.id, columns)

    async def check(self, case: Case, terms: Terms, facts: Facts, checks: Checks) -> None:
        """The room meets the standard."""
        check_standard(checks, (await sites([case.id]))[case.id])

    async def approved(self, case: Case, terms: Terms, facts: Facts, amount: int | None, payers: list[Any]) -> None:
        """Reserve the subsidy, if one is granted, and make the room; it is not open yet."""
        await super().approved(case, terms, facts, amount, payers)
        site = await MothersRoomApplication.get(case_id=case.id)
        site.room_id = await directory.create_room(
            organisation_id=case.organisation_id,
            name=site.site_name,
            address=site.address,
            site_type=SiteType(site.site_type),
            division_code=site.division_code,
            latitude=site.latitude,
            longitude=site.longitude,
            area_m2=site.area,
            equipment=[rules.Equipment(item) for item in site.equipment],
            partitions=site.partitions,
        )
        await site.save(update_fields=["room_id"])

    async def fulfilled(self, case: Case, terms: Terms) -> None:
        """With the plaque the room opens."""
        site = await MothersRoomApplication.get(case_id=case.id)
        assert site.room_id
        await directory.open_room(site.room_id, schedule.parse_hours(rules.first_hours(clock.today())))

    async def payee(self, case: Case) -> Row:
        """The subsidy goes to the workplace."""
        return {"payee_name": (await MothersRoomApplication.get(case_id=case.id)).site_name, "account_masked": None}


register(CaseKind.MOTHERS_ROOM, SettingUp())

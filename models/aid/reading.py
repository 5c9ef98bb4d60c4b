"""Reading the typed parts: rows for clients, sensitive values one at a time, and everything for the person."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from tortoise.expressions import Q

from models.aid.tables import AidApplication, HardshipCause, HardshipFiling, HouseholdPerson
from models.cases.reading import is_own
from models.cases.tables import Case
from models.kit.actor import CASE_ROLES, Actor
from models.kit.sensitive import Sensitive, SensitiveField, sensitive
from models.kit.texts import text
from models.members import Member, Membership

Row = dict[str, Any]


async def aid_parts(case_ids: Sequence[UUID]) -> dict[UUID, Row]:
    """The typed parts of aid applications: `payee` (the account masked) and `student_name`."""
    rows = await AidApplication.filter(case_id__in=list(case_ids)).values(
        "case_id", "payee_name", "account_masked", "student_name"
    )
    return {row["case_id"]: {**row, "payee": row if row["payee_name"] else None} for row in rows}


async def hardship_parts(actor: Actor, cases: Sequence[Row]) -> dict[UUID, Row]:
    """The typed parts of hardship files the actor sees, with persons and causes; three statements for all.

    Health and income of the persons are for the applicant and for the staff who work the case.
    """
    rows = await HardshipFiling.filter(case_id__in=[case["id"] for case in cases]).values(
        "id", "case_id", "category", "size", "income_fen", "spending_fen", "per_head_fen", "account_masked"
    )
    persons = await _by_filing(
        HouseholdPerson.filter(filing_id__in=[row["id"] for row in rows]).order_by("position"),
        "id", "name", "relation", "health", "income_fen",
    )  # fmt: skip
    causes = await _by_filing(
        HardshipCause.filter(filing_id__in=[row["id"] for row in rows]).order_by("-is_primary", "cause"),
        "cause", "is_primary",
    )  # fmt: skip
    open_to = {case["id"]: _sees_persons(actor, case) for case in cases}
    return {
        row["case_id"]: {
            **row,
            "persons": [_person(person, open_to[row["case_id"]]) for person in persons[row["id"]]],
            "causes": causes[row["id"]],
        }
        for row in rows
    }


def _sees_persons(actor: Actor, case: Row) -> bool:
    staff = actor.holds(CASE_ROLES, case["path"]) or actor.holds(CASE_ROLES, case["acting_path"])
    return staff or is_own(actor, case)


def _person(row: Row, shown: bool) -> Row:
    health = row["health"].open(row["id"]) if shown and row["health"] else None
    return {**row, "health": health, "income_fen": row["income_fen"] if shown else None}


async def _by_filing(found: Any, *columns: str) -> dict[UUID, list[Row]]:
    rows: dict[UUID, list[Row]] = defaultdict(list)
    for row in await found.values("filing_id", *columns):
        rows[row["filing_id"]].append(row)
    return rows


@sensitive("Case", SensitiveField.BANK_ACCOUNT)
async def read_account(case_id: UUID) -> Sensitive | None:
    """The bank account of an aid application or a hardship file."""
    for part in (AidApplication, HardshipFiling):
        rows = await part.filter(case_id=case_id).values("id", "account")
        if rows and rows[0]["account"]:
            return await _of_case(case_id, rows[0]["account"].open(rows[0]["id"]))
    return None


@sensitive("Case", SensitiveField.HEALTH)
async def read_health(case_id: UUID) -> Sensitive | None:
    """The health of each person of a filed household."""
    persons = HouseholdPerson.filter(filing__case_id=case_id, health__isnull=False)
    rows = await persons.order_by("position").values("id", "name", "health")
    known = [(row["name"], row["health"].open(row["id"])) for row in rows]
    lines = [f"{name}：" + text("zh", f"health.{health}") for name, health in known]
    return await _of_case(case_id, "；".join(lines)) if lines else None


async def _of_case(case_id: UUID, value: str) -> Sensitive | None:
    """None for a draft: nobody but the applicant has anything to do with it."""
    cases = await Case.filter(id=case_id, submitted_at__isnull=False).values("applicant_id", path="organisation__path")
    return Sensitive(value, cases[0]["applicant_id"], cases[0]["path"]) if cases else None


async def whole_file(member_id: UUID) -> Row:
    """What is held of a person here, opened: own applications and files, and places in others' households. These only
    for who is or was a member: an ID number that no union has checked may be anybody's."""
    index = await Member.filter(id=member_id).values_list("id_number_index", flat=True)
    checked = await Membership.exists(member_id=member_id)
    own = {"case__applicant_id": member_id}
    applications = (
        await AidApplication.filter(**own)
        .order_by("id")
        .values("id", "payee_name", "account", "student_name", number="case__number")
    )
    filings = await HardshipFiling.filter(**own).order_by("id").values(
        "id", "circumstances", "account", "category", "size", "income_fen", "spending_fen", "per_head_fen",
        "valid_to", number="case__number",
    )  # fmt: skip
    elsewhere = Q(id_number_index__in=list(index)) & ~Q(filing__case__applicant_id=member_id)
    return {
        "applications": [_opened(row) for row in applications],
        "hardship_files": [await _whole_filing(row) for row in filings],
        "in_households": await _whole_persons(elsewhere) if checked else [],
    }


def _opened(row: Row) -> Row:
    return {**row, "account": row["account"].open(row["id"]) if row["account"] else None}


async def _whole_filing(row: Row) -> Row:
    return {
        **_opened(row),
        "circumstances": orjson.loads(row["circumstances"].open(row["id"])),
        "persons": await _whole_persons(Q(filing_id=row["id"])),
        "causes": await HardshipCause.filter(filing_id=row["id"]).values("cause", "is_primary"),
    }


async def _whole_persons(where: Q) -> list[Row]:
    rows = await HouseholdPerson.filter(where).order_by("id").values(
        "id", "name", "relation", "sex", "born_on", "id_number_masked", "health", "income_fen", "occupation",
        "insurance", "workplace",
    )  # fmt: skip
    return [_person(row, True) for row in rows]

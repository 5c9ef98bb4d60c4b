"""The typed part of a hardship file: written and read whole, and the hold it has on its persons."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import orjson
from tortoise.exceptions import IntegrityError
from tortoise.expressions import Subquery

from models.aid import intake
from models.aid.category import Figures, category_of
from models.aid.intake import Person
from models.aid.tables import Cause, HardshipCategory, HardshipCause, HardshipFiling, Hold, HouseholdPerson, Relation
from models.kit import clock, masking
from models.kit.codes import ErrorCode
from models.kit.errors import Checks, refuse
from models.kit.fields import Secret
from models.kit.identity import resident_id
from models.kit.ids import uuid7
from models.members import Member, id_number_index

Row = dict[str, Any]


@dataclass(frozen=True)
class Household:
    """A household as it was given, with the circumstances opened."""

    filing: HardshipFiling
    parts: Row
    persons: list[Row]
    causes: list[Row]

    @property
    def primary_cause(self) -> Cause | None:
        """The cause that the others come after."""
        return next((Cause(row["cause"]) for row in self.causes if row["is_primary"]), None)

    def figures(self) -> Figures | None:
        """The household in numbers; None before its incomes are known."""
        if "incomes" not in self.parts:
            return None
        income = sum(row["income_fen"] for row in self.persons) + (self.parts["incomes"].get("other_annual") or 0)
        spending = sum(amount or 0 for amount in self.parts.get("spending", {}).values())
        return Figures(income, spending, len(self.persons), self.primary_cause)

    def category(self, rules: Row, amounts: dict[str, int]) -> HardshipCategory | None:
        """The category by a version's rules and the reference amounts of the day."""
        figures = self.figures()
        return category_of(figures, rules["tiers"], amounts[rules["of"]]) if figures else None


async def read(case_id: UUID) -> Household:
    """The household of a case."""
    filing = await HardshipFiling.get(case_id=case_id)
    persons = (
        await HouseholdPerson.filter(filing_id=filing.id)
        .order_by("position")
        .values("id", "name", "relation", "born_on", "income_fen", "id_number_index", "hold")
    )
    causes = await HardshipCause.filter(filing_id=filing.id).values("cause", "is_primary")
    return Household(filing, orjson.loads(filing.circumstances.open(filing.id)), persons, causes)


async def write(case_id: UUID, applicant_id: UUID, details: Row) -> None:
    """Write what is given of the typed part; the rest stays. Refused with everything that is malformed."""
    checks = Checks()
    parts = intake.circumstances(details, checks)
    columns = intake.account_columns(details["account"], checks, "account") if details.get("account") else {}
    filing = await HardshipFiling.get_or_none(case_id=case_id)
    listed = details.get("members", [] if filing is None else None)
    persons = intake.people(listed, await _applicant(applicant_id), checks) if listed is not None else None
    checks.done()
    if filing is None:
        filing = await HardshipFiling.create(case_id=case_id, circumstances=Secret("{}"))
    parts = {**orjson.loads(filing.circumstances.open(filing.id)), **parts}
    filing.update_from_dict({**columns, "circumstances": Secret(orjson.dumps(parts).decode())})
    await filing.save(update_fields=["circumstances", *columns])
    if persons is not None:
        await _write_persons(filing.id, persons)
    own_income = 12 * (parts.get("incomes", {}).get("own_monthly") or 0)
    await HouseholdPerson.filter(filing_id=filing.id, relation=Relation.SELF).update(income_fen=own_income)
    if details.get("causes") is not None:
        await _write_causes(filing.id, details["causes"])


async def _applicant(member_id: UUID) -> Person:
    """The applicant's own line, from what the federation holds."""
    member = await Member.get(id=member_id).only("id", "name", "id_number")
    return Person(member.name, Relation.SELF, resident_id(member.id_number.open(member_id)))


async def _write_persons(filing_id: UUID, persons: list[Person]) -> None:
    found: list[Any] = await HouseholdPerson.filter(filing_id=filing_id).values_list("hold", flat=True)
    hold = Hold.HELD if Hold.HELD in found else Hold.DRAFT
    await HouseholdPerson.filter(filing_id=filing_id).delete()
    rows = [
        HouseholdPerson(
            id=uuid7(), filing_id=filing_id, position=position, name=person.name, relation=person.relation,
            sex=person.identity.sex, born_on=person.identity.birth_date,
            id_number=Secret(person.identity.number), id_number_index=id_number_index(person.identity.number),
            id_number_masked=masking.mask_resident_id(person.identity.number),
            health=Secret(person.health) if person.health else None, income_fen=person.income,
            occupation=person.occupation, insurance=person.insurance, workplace=person.workplace, hold=hold,
        )
        for position, person in enumerate(persons)
    ]  # fmt: skip
    try:
        await HouseholdPerson.bulk_create(rows)
    except IntegrityError:
        refuse(ErrorCode.HOUSEHOLD_FILED, "members")


async def _write_causes(filing_id: UUID, causes: list[Row]) -> None:
    named = {row["cause"] for row in causes}
    if len(named) < len(causes) or sum(row["primary"] for row in causes) > 1:
        refuse(ErrorCode.CAUSES_INVALID, "causes")
    await HardshipCause.filter(filing_id=filing_id).delete()
    await HardshipCause.bulk_create(
        [
            HardshipCause(id=uuid7(), filing_id=filing_id, cause=row["cause"], is_primary=row["primary"])
            for row in causes
        ]
    )


async def hold(filing_id: UUID, renewable_days: int) -> None:
    """Take the persons into this file: HOUSEHOLD_FILED when another holds one of them, unless that one is over
    or about to be."""
    indexes = await HouseholdPerson.filter(filing_id=filing_id).values_list("id_number_index", flat=True)
    until = clock.today() + timedelta(days=renewable_days)
    ending = HardshipFiling.filter(valid_to__lt=until, id__not=filing_id).values("id")
    await HouseholdPerson.filter(
        id_number_index__in=list(indexes), hold=Hold.HELD, filing_id__in=Subquery(ending)
    ).update(hold=Hold.RELEASED)
    try:
        await HouseholdPerson.filter(filing_id=filing_id).update(hold=Hold.HELD)
    except IntegrityError:
        refuse(ErrorCode.HOUSEHOLD_FILED, "members")


async def release(case_id: UUID) -> None:
    """Let the persons of a file go."""
    filing = HardshipFiling.filter(case_id=case_id).values("id")
    await HouseholdPerson.filter(filing_id__in=Subquery(filing)).update(hold=Hold.RELEASED)


async def held_with(member_id: UUID) -> list[Row]:
    """The persons of the file that holds a member: `name`, `id_number_index`."""
    own = Member.filter(id=member_id).values("id_number_index")
    filing = HouseholdPerson.filter(id_number_index__in=Subquery(own), hold=Hold.HELD).values("filing_id")
    return await HouseholdPerson.filter(filing_id__in=Subquery(filing)).values("name", "id_number_index")


async def keep_figures(case_id: UUID, rules: Row, amounts: dict[str, int]) -> Household:
    """Keep what a version's rules make of the household as it is now."""
    home = await read(case_id)
    figures = home.figures()
    columns = {
        "category": home.category(rules, amounts),
        "size": len(home.persons),
        "income_fen": figures.income if figures else None,
        "spending_fen": figures.spending if figures else None,
        "per_head_fen": figures.per_head_fen if figures else None,
    }
    await HardshipFiling.filter(id=home.filing.id).update(**columns)
    return home


async def keep_until(case_id: UUID, valid_to: date) -> None:
    """Set the day after which a file has to be checked anew."""
    await HardshipFiling.filter(case_id=case_id).update(valid_to=valid_to)

"""A hardship file's part of the common life of cases."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from models.aid import household
from models.aid.consents import check_consents
from models.aid.household import Household
from models.aid.tables import HardshipCategory, HardshipFiling
from models.cases.kinds import CaseType, register
from models.cases.tables import Case
from models.kit import clock
from models.kit.codes import ErrorCode
from models.kit.errors import Checks, DomainError
from models.members import Member, age_on
from models.programmes.catalogue import Terms, reference_amounts, terms_by_id
from models.programmes.facts import Facts
from models.programmes.tables import CaseKind, Standing

Row = dict[str, Any]
STANDING = "HARDSHIP"
MAX_SECONDARY = 3


async def write(case: Case, details: Row) -> None:
    """Write what is given of the household, with the figures that come of it."""
    await household.write(case.id, case.applicant_id, details)
    terms = (await terms_by_id([case.terms_id]))[case.terms_id]
    await household.keep_figures(case.id, terms.limits["household"], await reference_amounts(clock.today()))


class HardshipCase(CaseType):
    """A hardship file: its persons are held by one file at a time, and it gives them a standing for a year."""

    part = "hardship"

    async def facts(self, case: Case, terms: Terms, answers: Row | None) -> Facts:
        """The household's figures are what the rules look at; without them there are no answers yet."""
        facts = await super().facts(case, terms, answers)
        return replace(facts, answers=_answers(await household.read(case.id), terms, facts))

    async def amend(self, case: Case, details: Row) -> None:
        """Change the household."""
        try:
            await write(case, details.get("hardship") or {})
        except DomainError as refusal:
            raise refusal.under("hardship") from refusal

    async def check(self, case: Case, terms: Terms, facts: Facts, checks: Checks) -> None:
        """The household, its incomes, one primary and at most three secondary causes, and the consents."""
        home = await household.read(case.id)
        for part in ("household", "incomes"):
            checks.require(part in home.parts, ErrorCode.REQUIRED, part)
        causes_fit = home.primary_cause and len(home.causes) <= 1 + MAX_SECONDARY
        checks.require(causes_fit, ErrorCode.CAUSES_INVALID, "causes")
        given = home.parts.get("household", {})
        dated = not given.get("migrant") or given.get("labour_relation_since")
        checks.require(dated, ErrorCode.REQUIRED, "household.labourRelationSince")
        check_consents(_purposes(home, terms, facts), facts, checks)

    async def filed(self, case: Case, terms: Terms, facts: Facts) -> None:
        """Hold the persons, and keep the figures of the day."""
        home = await household.keep_figures(case.id, terms.limits["household"], facts.amounts)
        await household.hold(home.filing.id, terms.limits["renewable_days"])

    async def persons(self, case: Case) -> list[str]:
        """The whole household."""
        return [row["id_number_index"] for row in (await household.read(case.id)).persons]

    async def category(self, case: Case) -> str:
        """The category of the household."""
        found = await HardshipFiling.get(case_id=case.id).only("id", "category")
        return found.category or case.kind

    async def ended(self, case: Case) -> None:
        """Let the household go."""
        await super().ended(case)
        await household.release(case.id)

    async def fulfilled(self, case: Case, terms: Terms) -> None:
        """The members of the household have a standing until the next check; a near miss is only on record."""
        home = await household.read(case.id)
        if home.filing.category == HardshipCategory.BORDERLINE:
            await household.release(case.id)
            return
        today = clock.today()
        valid_to = today + timedelta(days=terms.limits["valid_days"] - 1)
        await household.keep_until(case.id, valid_to)
        indexes = [row["id_number_index"] for row in home.persons]
        members = await Member.filter(id_number_index__in=indexes).values_list("id", flat=True)
        before = Standing.filter(code=STANDING, member_id__in=list(members), valid_to__gte=today)
        await before.update(valid_to=today - timedelta(days=1))
        await Standing.bulk_create(
            [
                Standing(
                    member_id=member_id, code=STANDING, value=home.filing.category, household_id=home.filing.id,
                    case_id=case.id, valid_from=today, valid_to=valid_to,
                )
                for member_id in members
            ]
        )  # fmt: skip


def _answers(home: Household, terms: Terms, facts: Facts) -> Row | None:
    figures, given = home.figures(), home.parts.get("household")
    if figures is None or given is None:
        return None
    return {
        "category": home.category(terms.limits["household"], facts.amounts),
        "income": figures.income,
        "rigidSpending": figures.spending,
        "size": figures.size,
        "perHeadIncome": figures.per_head_fen,
        "minimumLiving": facts.amounts[terms.limits["household"]["of"]],
        "primaryCause": home.primary_cause,
        "homes": given["homes"],
        "ownsBusiness": bool(given.get("owns_business")),
        "highFeeSchool": bool(given.get("high_fee_school")),
        "studyAbroad": bool(given.get("study_abroad")),
        "migrantWorkingSince": given.get("labour_relation_since") if given.get("migrant") else None,
    }


def _purposes(home: Household, terms: Terms, facts: Facts) -> list[str]:
    """What has to be consented to: what the version names, the account if one is given, minors if there are any."""
    purposes = list(terms.limits["consents"])
    if home.filing.account_index:
        purposes.append("BANK_ACCOUNT")
    if any(age_on(row["born_on"], facts.today) < terms.limits["minor_age"] for row in home.persons):
        purposes.append("MINORS")
    return purposes


register(CaseKind.HARDSHIP, HardshipCase())

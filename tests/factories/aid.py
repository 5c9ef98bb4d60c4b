"""The catalogue with money behind it, and what people write into applications for aid."""

from datetime import date
from typing import Any
from uuid import UUID

from models.accounts import ConsentPurpose, consents
from models.kit import clock
from models.kit.identity import luhn_check
from models.kit.ids import global_id
from models.members import Member, Organisation
from models.programmes import budgets
from models.programmes.tables import CaseKind, Programme, Standing
from models.seed.catalogue import load_catalogue
from tests.factories import people

ACCOUNT = "622202120000000001" + luhn_check("622202120000000001")
PURPOSES = tuple(purpose for purpose in ConsentPurpose if purpose is not ConsentPurpose.PHOTO)


async def catalogue(*funded: Organisation, yuan: int = 1_000_000) -> dict[str, str]:
    """Load the catalogue and give unions a budget for each kind of money aid; programmes' global ids by code."""
    await load_catalogue()
    programmes = await Programme.all().values("id", "code", "kind")
    for programme in programmes:
        if programme["kind"] == CaseKind.AID:
            for union in funded:
                await budgets.allot(programme["id"], union.id, clock.today().year, yuan * 100)
    return {programme["code"]: global_id("Programme", programme["id"]) for programme in programmes}


async def consent(account_id: UUID, *purposes: ConsentPurpose) -> None:
    """Consent to what aid asks for, or to some of it."""
    for purpose in purposes or PURPOSES:
        await consents.give(account_id, purpose, consents.notices()[purpose]["version"])


async def standing(*members: Member, category: str = "DEEP", household: UUID | None = None) -> None:
    """Members of one filed household."""
    for member in members:
        await Standing.create(
            member_id=member.id, code="HARDSHIP", value=category, household_id=household or members[0].id,
            valid_from=clock.today(), valid_to=date(clock.today().year + 1, 6, 30),
        )  # fmt: skip


def number_of(member: Member) -> str:
    """A member's ID number."""
    return str(member.id_number.open(member.id))


def payee(member: Member, **more: str) -> dict[str, str]:
    """The applicant's own account."""
    return {"name": member.name, "account": ACCOUNT, **more}


def relative(relation: str = "SPOUSE", id_number: str | None = None, **more: Any) -> dict[str, Any]:
    """A person of a household as it is filed."""
    name = {"SPOUSE": "林小芳", "CHILD": "王一诺"}.get(relation, "王大山")
    return {"name": name, "relation": relation, "idNumber": id_number or people.id_number(), **more}


def household(**more: Any) -> dict[str, Any]:
    """A couple with 800 yuan a month for each, after the bills: deep hardship."""
    return {
        "household": {"housing": "RENTED", "homes": 0},
        "members": [relative(health="SERIOUSLY_ILL", income="7200.00")],
        "incomes": {"ownMonthly": "2000.00"},
        "spending": {"medical": "12000.00"},
        "causes": [{"cause": "MAJOR_ILLNESS", "primary": True}],
        "account": ACCOUNT,
        "consent": [str(purpose) for purpose in PURPOSES],
        **more,
    }

"""What applicants type into the typed parts: checked value by value, each problem at its own path."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from models.aid.tables import Relation
from models.kit import clock, crypto, identity, masking
from models.kit.codes import ErrorCode
from models.kit.errors import Checks, checked
from models.kit.fields import Secret
from models.kit.identity import ResidentId
from models.kit.words import line

Row = dict[str, Any]
MAX_PERSONS = 20
CIRCUMSTANCES = ("household", "incomes", "spending")


@dataclass(frozen=True)
class Person:
    """A person of a household; income in fen a year."""

    name: str
    relation: Relation
    identity: ResidentId = field(repr=False)
    income: int = 0
    health: str | None = field(default=None, repr=False)
    occupation: str | None = None
    insurance: str | None = None
    workplace: str | None = None


def account_columns(number: str | None, checks: Checks, at: str) -> Row:
    """The columns that hold a bank account of either typed part."""
    account = checks.attempt(checked, identity.bank_card, number, at) if number else None
    return {
        "account": Secret(account) if account else None,
        "account_masked": masking.mask_account(account) if account else None,
        "account_index": crypto.blind_index(account, "account") if account else None,
    }


def circumstances(details: Row, checks: Checks) -> Row:
    """Housing, incomes and spending, as far as they are given."""
    given = {name: dict(details[name]) for name in CIRCUMSTANCES if details.get(name) is not None}
    home = given.get("household", {})
    checks.require(0 <= home.get("homes", 0) < 100, ErrorCode.INVALID, "household.homes")
    checks.require(0 <= (home.get("area") or 0) <= 10_000, ErrorCode.INVALID, "household.area")
    if home.get("address"):
        home["address"] = checks.attempt(line, home["address"], "household.address", most=200)
    since = home.get("labour_relation_since")
    checks.require(since is None or since <= clock.today(), ErrorCode.DATE_INVALID, "household.labourRelationSince")
    return given


def people(members: Sequence[Row], applicant: Person, checks: Checks) -> list[Person]:
    """The persons of a household, the applicant first. The applicant may be listed, too, to say more."""
    if len(members) > MAX_PERSONS:
        checks.fail(ErrorCode.TOO_MANY, "members", max=MAX_PERSONS)
        return []
    found = {applicant.identity.number: applicant}
    for number, row in enumerate(members):
        person = _person(row, f"members.{number}", checks)
        if person is None:
            continue
        known = found.get(person.identity.number)
        own = known is applicant
        checks.require(own or known is None, ErrorCode.INVALID, f"members.{number}.idNumber")
        checks.require(own == (person.relation is Relation.SELF), ErrorCode.INVALID, f"members.{number}.relation")
        found[person.identity.number] = person
    return list(found.values())


def _person(row: Row, at: str, checks: Checks) -> Person | None:
    name = checks.attempt(checked, identity.person_name, row["name"], f"{at}.name")
    who = checks.attempt(checked, identity.resident_id, row["id_number"], f"{at}.idNumber")
    workplace = row.get("workplace")
    if workplace:
        workplace = checks.attempt(line, workplace, f"{at}.workplace", most=100)
    if name is None or who is None:
        return None
    return Person(
        name=name,
        relation=Relation(row["relation"]),
        identity=who,
        income=row.get("income") or 0,
        health=row.get("health"),
        occupation=row.get("occupation"),
        insurance=row.get("insurance"),
        workplace=workplace,
    )

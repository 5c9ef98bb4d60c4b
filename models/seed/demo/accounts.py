"""The accounts to try the demo with. They sign in with a code, which the console prints; staff also with a password."""

from typing import Any

from models.kit.audit import ActorRole
from models.kit.texts import localised
from models.seed.demo import read
from models.seed.demo.people import everybody
from models.seed.demo.staff import PASSWORD, officials
from models.seed.demo.unions import all_unions

Row = dict[str, Any]


def demo_accounts(locale: str = "zh") -> list[Row]:
    """Members first, then staff: `role`, `name`, `phone`, `organisation`, `password` (None where only a code opens
    the account) and, of members, what each `shows`."""
    unions = {union.key: union.node["name"] for union in all_unions()}
    staff = [
        _row(who.role, who.name, who.phone, unions[who.union], password=PASSWORD) for who in officials() if who.named
    ]
    return [*_members(unions, locale), *staff]


def visitor() -> Row:
    """Who has signed up without being known to the federation."""
    found: Row = next(entry for entry in read("accounts") if "name" in entry)
    return found


def _members(unions: dict[str, str], locale: str) -> list[Row]:
    people = {person.phone: person for person in everybody()}
    rows = []
    for entry in read("accounts"):
        person = people.get(entry["phone"])
        role = ActorRole.MEMBER if person else ActorRole.ACCOUNT
        name = person.name if person else entry["name"]
        union = unions[person.union] if person and person.union else None
        rows.append(_row(role, name, entry["phone"], union, shows=localised(entry["shows"], locale)))
    return rows


def _row(
    role: str, name: str, phone: str, organisation: str | None, *, password: str | None = None, shows: str | None = None
) -> Row:
    who = {"role": str(role), "name": name, "phone": phone, "organisation": organisation}
    return {**who, "password": password, "shows": shows}

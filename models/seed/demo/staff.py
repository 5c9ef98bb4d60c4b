"""The staff of the demo: six roles at a unit, a county and the city, and whom its stories need besides."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from models.accounts import Account, RoleAssignment
from models.accounts.passwords import hashed
from models.kit import clock
from models.kit.actor import Role
from models.seed.demo import numbers, read
from models.seed.demo.people import everybody
from models.seed.demo.registers import account
from models.seed.demo.unions import Unions, all_unions

# Every staff account of the demo has it; it opens nothing but demo data.
PASSWORD = "wenzhou-demo-0577"  # noqa: S105


@dataclass(frozen=True)
class Official:
    """Somebody with a role over a union and everything below it."""

    name: str
    phone: str
    role: Role
    union: str
    # Named in the list of demo accounts.
    named: bool


@cache
def officials() -> tuple[Official, ...]:
    """All staff, union by union."""
    return tuple(_officials())


def _officials() -> Iterator[Official]:
    """Mobiles read 154 0000, the level, the number of the union at that level, the number of the role."""
    plan, names, numbered = read("staff"), _names(), Counter[int]()
    for union in all_unions():
        named = plan["named"].get(union.key, {})
        roles = list(named) or plan["unnamed"].get(union.level, [])
        if not roles:
            continue
        level = plan["levels"][union.level]
        numbered[level] += 1
        for role in map(Role, roles):
            phone = f"{numbers.MOBILES}000{level}{numbered[level]:02d}{list(Role).index(role) + 1}"
            yield Official(named.get(role) or next(names), phone, role, union.key, bool(named))


def _names() -> Iterator[str]:
    """Names that nobody of the demo has."""
    chance, taken = random.Random("demo staff"), {person.name for person in everybody()}
    words = read("names")
    given = [*words["given"]["MALE"], *words["given"]["FEMALE"]]
    while True:
        name = chance.choice(words["surnames"]) + chance.choice(given)
        if name not in taken:
            taken.add(name)
            yield name


async def appoint(unions: Unions, members: dict[str, UUID]) -> None:
    """Make the accounts of the staff and give them their roles; those who are members have one account for both."""
    password_hash = await hashed(PASSWORD)
    own = {person.phone: members.get(person.key) for person in everybody()}
    made = [account(who.name, who.phone, own.get(who.phone), password_hash) for who in officials()]
    await Account.bulk_create(made)
    await RoleAssignment.bulk_create(
        [
            RoleAssignment(
                account_id=row.id, role=who.role, organisation_id=unions[who.union].id, granted_at=clock.now()
            )
            for row, who in zip(made, officials(), strict=True)
        ]
    )

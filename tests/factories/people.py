"""Unions, members, accounts and signed-in tokens."""

import secrets
from datetime import date, timedelta
from itertools import count

from models import members
from models.accounts import Account, RoleAssignment, Session, token_hash
from models.kit import clock
from models.kit.actor import Role
from models.kit.fields import Secret
from models.kit.identity import resident_id, resident_id_check
from models.members import Level, Member, Organisation, phone_index

_numbers = count(1)


async def organisation(
    parent: Organisation | None = None,
    level: Level = Level.UNIT,
    name: str | None = None,
    division: str = "330302",
) -> Organisation:
    """A union below `parent`."""
    return await members.found_union(
        name or f"第{next(_numbers)}工会",
        level,
        parent.id if parent else None,
        date(2020, 1, 1),
        division_code=division,
    )


async def tree() -> dict[str, Organisation]:
    """A city with two counties: city, county, town, unit, unit2, other_county, other_town, other_unit."""
    city = await organisation(None, Level.CITY, "温州市总工会", "330300")
    county = await organisation(city, Level.COUNTY, "鹿城区总工会")
    town = await organisation(county, Level.TOWN)
    other_county = await organisation(city, Level.COUNTY, "瑞安市总工会", "330381")
    other_town = await organisation(other_county, Level.TOWN, division="330381")
    return {
        "city": city,
        "county": county,
        "town": town,
        "unit": await organisation(town, Level.UNIT),
        "unit2": await organisation(town, Level.UNIT),
        "other_county": other_county,
        "other_town": other_town,
        "other_unit": await organisation(other_town, Level.UNIT, division="330381"),
    }


def id_number(born_on: date = date(1985, 6, 15), sequence: int | None = None) -> str:
    """A valid synthetic resident ID number."""
    first17 = f"330399{born_on:%Y%m%d}{(sequence if sequence is not None else next(_numbers)) % 1000:03d}"
    return first17 + resident_id_check(first17)


def phone() -> str:
    """A mobile number that nobody else in the test has."""
    return f"139{next(_numbers):08d}"


async def member(
    organisation: Organisation | None = None, *, name: str = "王小明", born_on: date = date(1985, 6, 15)
) -> Member:
    """A person and, with an organisation, their active membership since 2020."""
    made = await members.register_person(name, resident_id(id_number(born_on)), phone())
    if organisation:
        await members.admit(made.id, organisation.id, date(2020, 5, 1))
    return made


async def account(member: Member | None = None, /, **roles: Organisation) -> Account:
    """An account of a member or of staff: `account(clerk=unit, approver=county)`."""
    number = phone()
    made = await Account.create(
        name=member.name if member else "工作人员",
        member=member,
        phone=Secret(number),
        phone_index=member.phone_index if member else phone_index(number),
        created_at=clock.now(),
    )
    for role, where in roles.items():
        await RoleAssignment.create(account=made, role=Role(role.upper()), organisation=where, granted_at=clock.now())
    return made


async def token(account: Account, lasts: timedelta = timedelta(minutes=10)) -> str:
    """An access token of a fresh session."""
    secret = secrets.token_urlsafe(32)
    now = clock.now()
    await Session.create(
        account=account,
        device="test",
        access_hash=token_hash(secret),
        access_expires_at=now + lasts,
        refresh_hash=token_hash(f"refresh {secret}"),
        refresh_expires_at=now + timedelta(days=30),
        created_at=now,
        last_used_at=now,
    )
    return secret


async def signed_in(who: Member | None = None, /, **roles: Organisation) -> str:
    """The access token of a new account."""
    return await token(await account(who, **roles))

"""Accounts and who holds them: found by phone, made, linked to a member, released, and read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from tortoise.exceptions import IntegrityError
from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from models.accounts import roles, sessions
from models.accounts.tables import Account, RoleAssignment
from models.kit import clock, db
from models.kit.actor import Actor
from models.kit.codes import ErrorCode
from models.kit.errors import refuse
from models.kit.fields import Secret
from models.members import Member, Membership, phone_columns, phone_index, within

Row = dict[str, Any]
SHOWN, SHOWN_OF_MEMBER = ("id", "name"), {"member_name": "member__name"}
_COLUMNS = ("id", "member_id", "phone_index")


async def hold(phone: str, locale: str) -> Row:
    """The account of whoever has proven to hold a phone, made where there is none: `account_id`, `member_id`.

    A member's account follows the phone on the member's record. An account that keeps a phone which its
    member no longer has lets go of it: the number may by now be somebody else's.
    """
    member_id, found = await _found_by(phone)
    for row in found:
        if row["member_id"] not in (None, member_id):
            await _let_go(row["id"])
    own = [row for row in found if row["member_id"] in (None, member_id)]
    row = await _one_of(own) if own else await _make(phone, locale)
    await _bring_up_to_date(row, phone, member_id, locale)
    return {"account_id": row["id"], "member_id": member_id}


async def with_password(phone: str) -> Row | None:
    """The account to sign in to with a password: `account_id`, `member_id`, `password_hash`."""
    found = await Account.filter(phone_index=phone_index(phone)).values("member_id", "password_hash", account_id="id")
    return found[0] if found else None


async def make_staff(phone: str, name: str, password_hash: str | None, locale: str) -> UUID:
    """The account for one of the staff; PHONE_TAKEN where one exists, unless it keeps its own ways in."""
    row = await _make(phone, locale, name=name, password_hash=password_hash)
    if password_hash and not row["made"]:
        refuse(ErrorCode.PHONE_TAKEN, "phone")
    await Account.filter(id=row["id"], name="").update(name=name)
    return UUID(str(row["id"]))


async def release(actor: Actor, phone: str) -> Row:
    """Free a phone from the member and the account that hold it: `member_id`, `account_ids`, `path`.

    NOT_FOUND unless the actor administers the member's union and every union of the account's roles.
    """
    member_id, found = await _found_by(phone)
    paths = await _answerable(member_id, [row["id"] for row in found])
    if not paths or not all(actor.holds(roles.KEEPERS, path) for path in paths):
        refuse(ErrorCode.NOT_FOUND, "phone")
    if member_id:
        await Member.filter(id=member_id, phone_index=phone_index(phone)).update(**phone_columns(None))
    for row in found:
        await _let_go(row["id"])
    return {"member_id": member_id, "account_ids": [row["id"] for row in found], "path": paths[0]}


async def exists(account_id: UUID) -> bool:
    """True for the id of an account."""
    return await Account.exists(id=account_id)


async def set_password(account_id: UUID, seen: str | None, password_hash: str) -> None:
    """Put a new password in the place of the one seen; CONFLICT when that changed."""
    if not await Account.filter(id=account_id, password_hash=seen).update(password_hash=password_hash):
        refuse(ErrorCode.CONFLICT)


async def rows(actor: Actor, ids: Iterable[UUID]) -> dict[UUID, Row]:
    """Accounts that an actor may see: their own, and for administrators those of staff in their subtrees."""
    seen = Account.filter(Q(id=actor.account_id) | _kept_by(actor), id__in=set(ids))
    return {row["id"]: row for row in await seen.values(*SHOWN, **SHOWN_OF_MEMBER)}


def staff_kept_by(actor: Actor) -> QuerySet[Account]:
    """The accounts that hold a role in the subtrees that an actor administers."""
    return Account.filter(_kept_by(actor))


def _kept_by(actor: Actor) -> Q:
    inside = within("organisation__path", actor.scope(*roles.KEEPERS))
    return Q(id__in=Subquery(RoleAssignment.filter(inside, revoked_at=None).values("account_id")))


async def whole(account_id: UUID) -> Row:
    """An account's own columns, the phone opened."""
    columns = ("name", "phone", "locale", "created_at", "password_hash")
    row = (await Account.filter(id=account_id).values(*columns))[0]
    return {**row, "phone": row["phone"].open(account_id) if row["phone"] else None}


async def phone_of(account_id: UUID) -> str | None:
    """The phone that an account signs in with."""
    phone: str | None = (await whole(account_id))["phone"]
    return phone


async def link(account_id: UUID, member_id: UUID) -> None:
    """Make an account a member's; PERSON_MISMATCH when either belongs to somebody else already."""
    row = (await Account.filter(id=account_id).values(*_COLUMNS))[0]
    if row["member_id"] == member_id:
        return
    try:
        async with db.transaction():
            linked = await Account.filter(id=account_id, member_id=None).update(**_of_member(member_id))
    except IntegrityError:
        linked = 0
    if not linked:
        refuse(ErrorCode.PERSON_MISMATCH, "idNumber")


async def follow(member_id: UUID, phone: str) -> None:
    """Give a member's account the phone that the member's record now has; PHONE_TAKEN when another account has it."""
    account = await Account.get_or_none(member_id=member_id)
    try:
        if account:
            await _put_phone(account, phone)
    except IntegrityError:
        refuse(ErrorCode.PHONE_TAKEN, "phone")


async def _put_phone(account: Account, phone: str) -> None:
    account.phone, account.phone_index = Secret(phone), phone_index(phone)
    await account.save(update_fields=["phone", "phone_index"])


async def _found_by(phone: str) -> tuple[UUID | None, list[Row]]:
    """The member who has a phone, and the accounts that have it or are that member's."""
    index = phone_index(phone)
    members = await Member.filter(phone_index=index).values_list("id", flat=True)
    member_id = UUID(str(members[0])) if members else None
    theirs = Q(phone_index=index) | Q(member_id=member_id) if member_id else Q(phone_index=index)
    return member_id, list(await Account.filter(theirs).order_by("id").values(*_COLUMNS))


async def _one_of(own: list[Row]) -> Row:
    """Of an account with the phone and one with the member, the one with staff roles, else the member's."""
    if len(own) == 1:
        return own[0]
    held = await roles.held_by(row["id"] for row in own)
    kept, other = sorted(own, key=lambda row: (row["id"] not in held, row["member_id"] is None))
    await _let_go(other["id"])
    await Account.filter(id=other["id"]).update(member_id=None)
    return kept


async def _make(phone: str, locale: str, **columns: Any) -> Row:
    """The account that has a phone; `made` tells whether it is new."""
    index = phone_index(phone)
    fresh = Account(phone=Secret(phone), phone_index=index, locale=locale, created_at=clock.now(), **columns)
    await Account.bulk_create([fresh], ignore_conflicts=True)
    row = (await Account.filter(phone_index=index).values(*_COLUMNS))[0]
    return {**row, "made": row["id"] == fresh.id}


async def _bring_up_to_date(row: Row, phone: str, member_id: UUID | None, locale: str) -> None:
    if row["phone_index"] != phone_index(phone):
        await _put_phone(await Account.get(id=row["id"]), phone)
    changes: Row = {"locale": locale}
    if member_id and row["member_id"] != member_id:
        changes |= _of_member(member_id)
        await sessions.end_all(row["id"])  # begun by whoever had the phone before
    await Account.filter(id=row["id"]).update(**changes)


def _of_member(member_id: UUID) -> Row:
    """What makes an account a member's; whoever chose its password before must not come in as the member."""
    return {"member_id": member_id, "password_hash": None}


async def _let_go(account_id: UUID) -> None:
    """Take the phone from an account and end what was signed in by it."""
    await Account.filter(id=account_id).update(phone=None, phone_index=None)
    await sessions.end_all(account_id)


async def _answerable(member_id: UUID | None, account_ids: list[UUID]) -> list[str]:
    """The paths of the unions that answer for a member (the present or last one, first) and for staff."""
    latest = Membership.filter(member_id=member_id).order_by("-id").limit(1) if member_id else None
    paths = await latest.values_list("organisation__path", flat=True) if latest else []
    held = await roles.held_by(account_ids)
    return [*map(str, paths), *(row["path"] for rows in held.values() for row in rows)]

"""Staff accounts and roles, kept by the administrators of a union's subtree; releasing a phone."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from models.accounts import holders, passwords, roles, throttle
from models.kit import identity, outbox
from models.kit.actor import Actor, Role
from models.kit.codes import ErrorCode
from models.kit.errors import checked, refuse
from models.kit.paging import Page, page
from models.kit.words import line
from resolvers.kit import action
from resolvers.kit.action import command, query
from resolvers.kit.guard import ACCOUNT, ANYONE, staff

Row = dict[str, Any]
KEEPER = staff(*roles.KEEPERS)


@query("accounts.read", ANYONE)
async def accounts_by_id(actor: Actor, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Accounts the actor may see, by id."""
    return await holders.rows(actor, ids)


@query("accounts.staff", KEEPER)
async def staff_accounts(actor: Actor, first: int, after: str | None) -> Page:
    """The accounts of staff in the administrator's subtrees, oldest first."""
    kept = holders.staff_kept_by(actor)
    return await page(kept, holders.SHOWN, first=first, after=after, order=("id",), renamed=holders.SHOWN_OF_MEMBER)


@query("accounts.roles", ACCOUNT)
async def roles_by_account(actor: Actor, ids: Sequence[UUID]) -> dict[UUID, list[Row]]:
    """The roles of accounts: all of one's own, of others those an administrator keeps."""
    held = await roles.held_by(ids, actor.scope(*roles.KEEPERS))
    own = await roles.held_by([actor.account_id]) if actor.account_id in ids and actor.account_id else {}
    return held | own


async def _check_account(
    actor: Actor, *, phone: str, name: str, role: Role, organisation_id: UUID, password: str | None = None
) -> Row:
    number = checked(identity.mobile, phone, "phone")
    known_as = checked(identity.person_name, name, "name")
    if password is not None:
        passwords.check(password, number, "password")
    return {
        "phone": number,
        "name": known_as,
        "role": role,
        "organisation_id": organisation_id,
        "password_hash": await passwords.hashed(password) if password is not None else None,
    }


@command("accounts.create_staff", KEEPER, before=_check_account, tries=throttle.KEEPING)
async def create_staff_account(
    actor: Actor, *, phone: str, name: str, role: Role, organisation_id: UUID, password_hash: str | None
) -> Row:
    """Make a phone's account one of staff, with a first role.

    Without a password, an account that the phone has is taken; with one, it is PHONE_TAKEN.
    """
    path = await roles.may_assign(actor, role, organisation_id)
    account_id = await holders.make_staff(phone, name, password_hash, actor.locale)
    await _grant(actor, account_id, role, organisation_id, path)
    return {"account_id": account_id}


@command("accounts.grant_role", KEEPER)
async def grant_role(actor: Actor, *, account_id: UUID, role: Role, organisation_id: UUID) -> Row:
    """Give an account a role over a union and everything below it."""
    path = await roles.may_assign(actor, role, organisation_id)
    if not await holders.exists(account_id):
        refuse(ErrorCode.NOT_FOUND, "accountId")
    await _grant(actor, account_id, role, organisation_id, path)
    return {"account_id": account_id}


async def _grant(actor: Actor, account_id: UUID, role: Role, organisation_id: UUID, path: str) -> None:
    await roles.grant(account_id, role, organisation_id, by=actor.account_id)
    await _changed(account_id, role, path)


@command("accounts.revoke_role", KEEPER)
async def revoke_role(actor: Actor, *, account_id: UUID, role: Role, organisation_id: UUID) -> Row:
    """Take a role away; the account loses it with its next request."""
    path = await roles.may_assign(actor, role, organisation_id)
    if not await roles.revoke(account_id, role, organisation_id, by=actor.account_id):
        refuse(ErrorCode.NOT_FOUND, "accountId")
    await _changed(account_id, role, path)
    return {"account_id": account_id}


async def _changed(account_id: UUID, role: Role, path: str) -> None:
    await outbox.send("notify", account_id=account_id, kind="ROLES_CHANGED")
    action.about("Account", account_id, organisation_path=path, what=role)


@command("accounts.release_phone", KEEPER, tries=throttle.KEEPING)
async def release_phone(actor: Actor, *, phone: str, reason: str) -> Row:
    """Free a phone from the member and the account that hold it; the member stays, without a phone."""
    number = checked(identity.mobile, phone, "phone")
    why = line(reason, "reason", most=500)
    freed = await holders.release(actor, number)
    kind, target = ("Member", freed["member_id"]) if freed["member_id"] else ("Account", freed["account_ids"][0])
    action.about(
        kind,
        target,
        subject_id=freed["member_id"],
        organisation_path=freed["path"],
        what="phone",
        reason=why,
    )
    return {"released": True}

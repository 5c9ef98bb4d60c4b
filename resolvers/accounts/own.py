"""What an account sees and decides for itself: its sessions, its password, its consents, its part of the export."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from models.accounts import (
    ConsentPurpose,
    consents,
    holders,
    passwords,
    retention,
    roles,
    sessions,
    throttle,
)
from models.kit import outbox
from models.kit.actor import Actor
from models.kit.codes import ErrorCode
from models.kit.errors import refuse
from resolvers.kit import action, jobs
from resolvers.kit.action import command, query
from resolvers.kit.export import exports
from resolvers.kit.guard import ACCOUNT, ANYONE

Row = dict[str, Any]


def _account(actor: Actor) -> UUID:
    assert actor.account_id is not None
    return actor.account_id


@query("accounts.sessions", ACCOUNT)
async def my_sessions(actor: Actor) -> list[Row]:
    """The sessions that the account can use."""
    return await sessions.running(_account(actor))


@query("accounts.session", ANYONE)
async def sessions_by_id(actor: Actor, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Sessions of the account, by id."""
    own = await sessions.running(actor.account_id) if actor.account_id else []
    return {row["id"]: row for row in own if row["id"] in ids}


@command("accounts.revoke_session", ACCOUNT)
async def revoke_session(actor: Actor, *, id: UUID) -> Row:
    """End one of the account's sessions."""
    if not await sessions.end(_account(actor), id):
        refuse(ErrorCode.NOT_FOUND, "id")
    action.about("Session", id, subject_id=actor.member_id)
    return {"revoked": True}


async def _check_passwords(actor: Actor, *, new_password: str, old_password: str | None = None) -> Row:
    account = await holders.whole(_account(actor))
    passwords.check(new_password, account["phone"], "newPassword")
    kept = account["password_hash"]
    if kept:
        await throttle.count(throttle.PASSWORD_CHANGES, str(actor.account_id))
        if old_password is None:
            refuse(ErrorCode.REQUIRED, "oldPassword")
        if not await passwords.matches(old_password, kept):
            refuse(ErrorCode.CREDENTIALS_WRONG, "oldPassword")
    return {"seen": kept, "password_hash": await passwords.hashed(new_password)}


@command("accounts.change_password", ACCOUNT, repeatable=False, before=_check_passwords)
async def change_password(actor: Actor, *, seen: str | None, password_hash: str) -> Row:
    """Set a password of one's own; every other session ends."""
    await holders.set_password(_account(actor), seen, password_hash)
    await sessions.end_all(_account(actor), but=actor.session_id)
    await throttle.forgive(throttle.PASSWORD_CHANGES, str(actor.account_id))
    await outbox.send("notify", account_id=actor.account_id, kind="PASSWORD_CHANGED")
    action.about("Account", _account(actor), subject_id=actor.member_id)
    return {"changed": True}


@query("accounts.consents", ACCOUNT)
async def my_consents(actor: Actor) -> list[Row]:
    """The consents of the account that stand."""
    return await consents.given_by(_account(actor))


@query("accounts.notices", ANYONE)
async def notices(actor: Actor) -> list[Row]:
    """The notices in force, one for each purpose."""
    return list(consents.notices().values())


@command("accounts.give_consent", ACCOUNT)
async def give_consent(actor: Actor, *, purpose: ConsentPurpose, version: int) -> Row:
    """Consent to the notice in force for a purpose."""
    await consents.give(_account(actor), purpose, version)
    action.about("Account", _account(actor), subject_id=actor.member_id, what=f"{purpose} {version}")
    return {"account_id": actor.account_id}


@command("accounts.withdraw_consent", ACCOUNT)
async def withdraw_consent(actor: Actor, *, purpose: ConsentPurpose) -> Row:
    """Withdraw the consent for a purpose; what was done before stays done."""
    await consents.withdraw(_account(actor), purpose)
    action.about("Account", _account(actor), subject_id=actor.member_id, what=purpose)
    return {"account_id": actor.account_id}


@jobs.periodic("accounts.forget", timedelta(hours=1))
async def forget_traces() -> int:
    """Drop what is left of signing in once it has served."""
    return await retention.forget()


@exports("account")
async def export(member_id: UUID | None, account_id: UUID) -> Row:
    """What is held about an account."""
    account = await holders.whole(account_id)
    return {
        **{name: account[name] for name in ("name", "phone", "locale", "created_at")},
        "has_password": account["password_hash"] is not None,
        "sessions": await sessions.history_of(account_id),
        "roles": await roles.history_of(account_id),
        "consents": await consents.history_of(account_id),
    }

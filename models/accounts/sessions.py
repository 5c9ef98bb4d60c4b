"""Sessions: opaque access tokens, rotating refresh tokens, of both only hashes.

A successor is derived from the token it replaces, so that two callers who present one token at the same time
get the same pair; without the server's key it cannot be derived.
"""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from models.accounts.tables import Session, SpentRefreshToken
from models.kit import clock, crypto, db, signals
from models.kit.actor import Actor, Role, RoleGrant
from models.kit.codes import ErrorCode
from models.kit.errors import refuse
from models.kit.ids import as_uuid

ACCESS_LIFETIME = timedelta(minutes=10)
REFRESH_LIFETIME = timedelta(days=30)
GRACE = timedelta(seconds=10)
SHOWN = 100
Row = dict[str, Any]


def token_hash(token: str) -> str:
    """What is kept of a token: enough to recognise it, useless to whoever reads the table."""
    return hashlib.sha256(token.encode()).hexdigest()


async def start(account_id: UUID, device: str | None) -> Row:
    """Begin a session; its id and tokens."""
    access, refresh, now = secrets.token_urlsafe(32), secrets.token_urlsafe(32), clock.now()
    session = await Session.create(account_id=account_id, device=device, created_at=now, **_columns(access, refresh))
    return _shown(access, refresh, session.id, session.access_expires_at)


async def rotate(token: str) -> Row:
    """Exchange a refresh token for its successors; one exchanged within GRACE gives the same ones again.

    Answers as `start` does. Refuses with SESSION_ENDED one that is unknown, too old or of an ended session.
    """
    access, refresh = (crypto.keyed_digest(token, f"{kind}_token") for kind in ("access", "refresh"))
    columns = _columns(access, refresh)
    held = Session.filter(refresh_hash=token_hash(token), ended_at=None, refresh_expires_at__gt=clock.now())
    if await held.update(**columns):
        session = await Session.get(refresh_hash=columns["refresh_hash"])
        await SpentRefreshToken.create(session=session, token_hash=token_hash(token), spent_at=clock.now())
        return _shown(access, refresh, session.id, session.access_expires_at)
    again = await SpentRefreshToken.filter(
        token_hash=token_hash(token), spent_at__gte=clock.now() - GRACE, session__ended_at=None
    ).values_list("session_id", "session__access_expires_at")
    if not again:
        refuse(ErrorCode.SESSION_ENDED, "refreshToken")
    return _shown(access, refresh, *again[0])


async def end_if_replayed(token: str) -> UUID | None:
    """End the session of a refresh token that was exchanged longer than GRACE ago: somebody copied it."""
    ended = await db.returning(
        """UPDATE session SET ended_at = :1 WHERE ended_at IS NULL AND id IN (
            SELECT session_id FROM spent_refresh_token WHERE token_hash = :2 AND spent_at < :3
        ) RETURNING id""",
        clock.now(),
        token_hash(token),
        clock.now() - GRACE,
    )
    if ended:
        _tell_ended()
    return as_uuid(ended[0]["id"]) if ended else None


async def end(account_id: UUID, session_id: UUID) -> bool:
    """End one session of an account; False when it has none such."""
    held = Session.filter(id=session_id, account_id=account_id, ended_at=None)
    ended = bool(await held.update(ended_at=clock.now()))
    if ended:
        _tell_ended()
    return ended


async def end_all(account_id: UUID, but: UUID | None = None) -> None:
    """End every session of an account, or every other one."""
    open_ones = Session.filter(account_id=account_id, ended_at=None)
    await (open_ones.exclude(id=but) if but else open_ones).update(ended_at=clock.now())
    _tell_ended()


def _tell_ended() -> None:
    """Have every process look which of the sessions that it serves have ended."""
    signals.send(signals.Topic.SESSIONS, signals.EVERYBODY, signals.EVERYBODY)


async def running(account_id: UUID) -> list[Row]:
    """The sessions that an account can use, last used first."""
    return (
        await Session.filter(account_id=account_id, ended_at=None, refresh_expires_at__gt=clock.now())
        .order_by("-last_used_at", "-id")
        .limit(SHOWN)
        .values("id", "device", "created_at", "last_used_at")
    )


async def still_running(session_ids: Collection[UUID]) -> set[UUID]:
    """Which of some sessions have neither ended nor run out."""
    found = await db.rows(
        f"SELECT id FROM session WHERE id {db.among(':1')} AND ended_at IS NULL AND refresh_expires_at > :2",  # noqa: S608
        list(session_ids),
        clock.now(),
    )
    return {as_uuid(row["id"]) for row in found}


async def history_of(account_id: UUID) -> list[Row]:
    """Every session of an account, oldest first."""
    return (
        await Session.filter(account_id=account_id)
        .order_by("id")
        .values("device", "created_at", "last_used_at", "ended_at")
    )


def _columns(access: str, refresh: str) -> Row:
    now = clock.now()
    return {
        "access_hash": token_hash(access),
        "access_expires_at": now + ACCESS_LIFETIME,
        "refresh_hash": token_hash(refresh),
        "refresh_expires_at": now + REFRESH_LIFETIME,
        "last_used_at": now,
    }


def _shown(access: str, refresh: str, session_id: UUID, expires_at: datetime) -> Row:
    return {
        "session_id": session_id,
        "access_token": access,
        "access_token_expires_at": expires_at,
        "refresh_token": refresh,
    }


_ROLES = """
LEFT JOIN member m ON m.id = a.member_id
LEFT JOIN role_assignment r ON r.account_id = a.id AND r.revoked_at IS NULL
LEFT JOIN organisation o ON o.id = r.organisation_id
"""
_COLUMNS = "a.id AS account_id, a.member_id, a.name, m.name AS member_name, r.role, r.organisation_id, o.path"
_SESSION = f"SELECT s.id AS session_id, {_COLUMNS} FROM session s JOIN account a ON a.id = s.account_id {_ROLES}"  # noqa: S608
_BY_TOKEN = f"{_SESSION} WHERE s.access_hash = :1 AND s.ended_at IS NULL AND s.access_expires_at > :2"
_BY_SESSION = f"{_SESSION} WHERE s.id = :1 AND s.ended_at IS NULL AND s.refresh_expires_at > :2"
_BY_ACCOUNT = f"SELECT {_COLUMNS} FROM account a {_ROLES} WHERE a.id = :1"  # noqa: S608


async def actor_of(token: str, visitor: Actor) -> Actor | None:
    """The actor of an access token, in one statement; None when it is unknown, expired or revoked."""
    return _actor(await db.rows(_BY_TOKEN, token_hash(token), clock.now()), visitor)


async def actor_in_session(session_id: UUID, visitor: Actor) -> Actor | None:
    """The actor of a session as it is now; None once the session has ended."""
    return _actor(await db.rows(_BY_SESSION, session_id, clock.now()), visitor)


async def actor_with_account(account_id: UUID, visitor: Actor) -> Actor | None:
    """The actor behind an account as it is now, signed in or not; None when there is no such account."""
    return _actor(await db.rows(_BY_ACCOUNT, account_id), visitor)


def _actor(found: list[Row], visitor: Actor) -> Actor | None:
    if not found:
        return None
    first = found[0]
    return replace(
        visitor,
        account_id=as_uuid(first["account_id"]),
        member_id=as_uuid(first["member_id"]) if first["member_id"] else None,
        session_id=as_uuid(first["session_id"]) if first.get("session_id") else None,
        name=first["member_name"] or first["name"],
        roles=tuple(
            RoleGrant(Role(row["role"]), as_uuid(row["organisation_id"]), row["path"]) for row in found if row["role"]
        ),
    )

"""Signing in by one-time code or password, keeping a session fresh, and signing out."""

from functools import partial
from typing import Any
from uuid import UUID

import structlog

from models.accounts import challenges, holders, passwords, sessions, throttle
from models.kit import audit, db, identity
from models.kit.actor import Actor
from models.kit.codes import ErrorCode
from models.kit.errors import checked, refuse
from models.kit.words import line
from resolvers.accounts import sending
from resolvers.kit import action
from resolvers.kit.action import command
from resolvers.kit.guard import ACCOUNT, ANYONE, SYSTEM_ONLY

log = structlog.get_logger()
Row = dict[str, Any]


async def _count_code(actor: Actor, *, phone: str) -> Row:
    """Strangers at one address cannot use up a phone's codes: the address is counted first."""
    number = checked(identity.mobile, phone, "phone")
    await throttle.count(throttle.CODES_BY_ADDRESS, throttle.network(actor.address))
    await throttle.count(throttle.CODES_EACH_MINUTE, number)
    await throttle.count(throttle.CODES_EACH_DAY, number)
    return {"phone": number}


@command("accounts.request_code", ANYONE, repeatable=False, before=_count_code)
async def request_sign_in_code(actor: Actor, *, phone: str) -> Row:
    """Send a code to any phone; it is sent once the challenge is committed."""
    challenge, code = await challenges.issue(phone)
    action.afterwards(partial(_send, phone, code))
    return challenge


async def _send(phone: str, code: str) -> None:
    try:
        await sending.send(phone, code)
    except sending.SendingError as error:
        log.warning("sign_in_code.not_sent", error=str(error))
        refuse(ErrorCode.TRY_LATER, seconds=int(throttle.MINUTE.total_seconds()))


async def _try_code(actor: Actor, *, challenge_id: UUID, code: str, device: str | None = None) -> Row:
    device = _device(device)
    await throttle.count(throttle.CODE_TRIES_BY_ADDRESS, throttle.network(actor.address))
    phone = await challenges.answer(challenge_id, "".join(code.split()))
    return {"challenge_id": challenge_id, "phone": phone, "device": device}


@command("accounts.sign_in", ANYONE, repeatable=False, before=_try_code)
async def sign_in(actor: Actor, *, challenge_id: UUID, phone: str, device: str | None) -> Row:
    """Exchange a code for a session of the phone's account, which is made or linked to its member if need be."""
    await challenges.use_up(challenge_id)
    holder = await holders.hold(phone, actor.locale)
    await throttle.give_back(throttle.CODE_TRIES_BY_ADDRESS, throttle.network(actor.address))
    return await _begin(holder, device, "code")


async def _try_password(actor: Actor, *, phone: str, password: str, device: str | None = None) -> Row:
    """A phone without an account or a password answers the same, and as slowly."""
    device, number = _device(device), checked(identity.mobile, phone, "phone")
    await throttle.count(throttle.PASSWORD_TRIES_BY_ADDRESS, throttle.network(actor.address))
    await throttle.count(throttle.PASSWORD_TRIES, number)
    holder = await holders.with_password(number)
    right = await passwords.matches(password, holder["password_hash"] if holder else None)
    if not right or holder is None:
        refuse(ErrorCode.CREDENTIALS_WRONG)
    return {"phone": number, "holder": holder, "device": device}


@command("accounts.sign_in_with_password", ANYONE, repeatable=False, before=_try_password)
async def sign_in_with_password(actor: Actor, *, phone: str, holder: Row, device: str | None) -> Row:
    """Exchange a password for a session. It proves no phone, so it links no member."""
    if await holders.with_password(phone) != holder:
        refuse(ErrorCode.CREDENTIALS_WRONG)
    await throttle.forgive(throttle.PASSWORD_TRIES, phone)
    await throttle.give_back(throttle.PASSWORD_TRIES_BY_ADDRESS, throttle.network(actor.address))
    return await _begin(holder, device, "password")


async def _end_if_replayed(actor: Actor, *, refresh_token: str) -> Row:
    async with db.transaction():
        ended = await sessions.end_if_replayed(refresh_token)
        if ended:
            await audit.record(
                actor,
                "accounts.refresh",
                audit.Outcome.DENIED,
                target=("Session", ended),
                what=ErrorCode.SESSION_ENDED,
            )
    return {"refresh_token": refresh_token}


@command("accounts.refresh", ANYONE, repeatable=False, before=_end_if_replayed)
async def refresh_session(actor: Actor, *, refresh_token: str) -> Row:
    """Exchange a refresh token for its successor and a fresh access token."""
    tokens = await sessions.rotate(refresh_token)
    action.about("Session", tokens["session_id"])
    return {"session": tokens}


@command("accounts.sign_out", ACCOUNT, repeatable=False)
async def sign_out(actor: Actor, *, everywhere: bool = False) -> Row:
    """End the session in use or, when asked, every session of the account."""
    assert actor.account_id is not None
    assert actor.session_id is not None
    if everywhere:
        await sessions.end_all(actor.account_id)
    else:
        await sessions.end(actor.account_id, actor.session_id)
    action.about("Session", actor.session_id, subject_id=actor.member_id)
    return {"signed_out": True}


@command("accounts.demo_token", SYSTEM_ONLY, repeatable=False)
async def demo_token(actor: Actor, *, phone: str) -> Row:
    """Sign a phone in without a code, for trials."""
    holder = await holders.hold(checked(identity.mobile, phone, "phone"), actor.locale)
    return await _begin(holder, "demo", "demo")


async def _begin(holder: Row, device: str | None, how: str) -> Row:
    tokens = await sessions.start(holder["account_id"], device)
    action.about("Account", holder["account_id"], subject_id=holder["member_id"], what=how)
    return {"session": tokens}


def _device(device: str | None) -> str | None:
    return line(device, "device", most=100) if device and not device.isspace() else None

"""One-time codes: six digits, single use, five minutes, five tries."""

import hmac
import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from models.accounts.tables import SignInChallenge
from models.kit import clock, crypto, db
from models.kit.codes import ErrorCode
from models.kit.errors import refuse
from models.kit.fields import Sealed, Secret
from models.kit.ids import uuid7
from models.members import phone_index

LIFETIME = timedelta(minutes=5)
MAX_TRIES = 5
Row = dict[str, Any]


async def issue(phone: str) -> tuple[Row, str]:
    """A new challenge for a phone (`challenge_id`, `expires_at`), and its code."""
    id, now, code = uuid7(), clock.now(), f"{secrets.randbelow(10**6):06}"
    await SignInChallenge.create(
        id=id,
        phone=Secret(phone),
        phone_index=phone_index(phone),
        code_hash=_hash(id, code),
        expires_at=now + LIFETIME,
        created_at=now,
    )
    return {"challenge_id": id, "expires_at": now + LIFETIME}, code


async def answer(challenge_id: UUID, code: str) -> str:
    """Count a try and compare; the phone when the code is right.

    The try is written before the code is looked at, in one statement that is committed at once. Refuses with
    CODE_EXPIRED what is unknown, used, too old or tried too often, and with CODE_WRONG.
    """
    tried = await db.returning(
        """UPDATE sign_in_challenge SET tries = tries + 1
        WHERE id = :1 AND tries < :2 AND used_at IS NULL AND expires_at > :3 RETURNING phone, code_hash""",
        challenge_id,
        MAX_TRIES,
        clock.now(),
    )
    if not tried:
        refuse(ErrorCode.CODE_EXPIRED, "code")
    if not hmac.compare_digest(tried[0]["code_hash"], _hash(challenge_id, code)):
        refuse(ErrorCode.CODE_WRONG, "code")
    return Sealed(tried[0]["phone"], "sign_in_challenge.phone").open(challenge_id)


async def use_up(challenge_id: UUID) -> None:
    """Spend a code that was right; of two at once one is refused (CODE_EXPIRED)."""
    unused = SignInChallenge.filter(id=challenge_id, used_at=None)
    if not await unused.update(used_at=clock.now()):
        refuse(ErrorCode.CODE_EXPIRED, "code")


def _hash(challenge_id: UUID, code: str) -> str:
    return crypto.keyed_digest(f"{challenge_id}:{code}", "sign_in_code")

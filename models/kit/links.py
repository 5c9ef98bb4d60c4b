"""Signed links: who has one may fetch one thing for a while. Whether its holder still may see the thing is asked
again whenever it is used."""

import base64
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from models.kit import clock, crypto

_SIGNATURE = 43  # hex digits: 172 bits


@dataclass(frozen=True)
class Link:
    """One thing, for one holder: a session or an account, as the purpose has it."""

    target_id: UUID
    holder_id: UUID
    until: datetime


def sign(purpose: str, target_id: UUID, holder_id: UUID, lifetime: timedelta) -> str:
    """A token for a URL that opens `target_id` for `lifetime`."""
    until = int((clock.now() + lifetime).timestamp())
    body = base64.urlsafe_b64encode(target_id.bytes + holder_id.bytes + until.to_bytes(5, "big")).decode().rstrip("=")
    return f"{body}.{_signature(purpose, body)}"


def opened(purpose: str, token: str) -> Link | None:
    """The link of a token; None when it was not signed here for this purpose, or its time is over."""
    body, _, signature = token.partition(".")
    if not hmac.compare_digest(signature.encode(), _signature(purpose, body).encode()):
        return None
    raw = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    until = datetime.fromtimestamp(int.from_bytes(raw[32:], "big"), UTC)
    return Link(UUID(bytes=raw[:16]), UUID(bytes=raw[16:32]), until) if until > clock.now() else None


def _signature(purpose: str, body: str) -> str:
    return crypto.keyed_digest(body, f"link.{purpose}")[:_SIGNATURE]

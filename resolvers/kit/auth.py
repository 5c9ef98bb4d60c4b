"""From a request's headers to an actor, in one statement."""

from collections.abc import Mapping
from secrets import token_hex

from models import accounts
from models.kit.actor import Actor
from models.kit.texts import negotiate


async def identify(headers: Mapping[str, str], address: str) -> Actor:
    """The actor behind a bearer token; an unknown, expired or revoked one is a signed-out visitor."""
    locale = negotiate(headers.get("accept-language", ""))
    scheme, _, token = headers.get("authorization", "").partition(" ")
    token = token.strip() if scheme.lower() == "bearer" else ""
    request_id = token_hex(8)
    if token:
        found = await accounts.actor_of(token, locale=locale, address=address, request_id=request_id)
        if found:
            return found
    return Actor(locale=locale, address=address, request_id=request_id)

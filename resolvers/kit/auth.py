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
    visitor = Actor(locale=locale, address=address, request_id=token_hex(8))
    return await recognise(token, visitor) if token else visitor


async def recognise(token: str, visitor: Actor) -> Actor:
    """The actor behind an access token, calling as `visitor` does; the visitor themself when it is not good."""
    found = await accounts.actor_of(
        token, locale=visitor.locale, address=visitor.address, request_id=visitor.request_id
    )
    return found or visitor

"""From a request's headers to an actor, in one statement."""

from collections.abc import Collection, Mapping
from uuid import UUID

from models import accounts
from models.kit.actor import Actor
from models.kit.texts import negotiate


def visitor(headers: Mapping[str, str], address: str, request_id: str) -> Actor:
    """Whoever calls, as long as nothing is known of them."""
    return Actor(locale=negotiate(headers.get("accept-language", "")), address=address, request_id=request_id)


async def identify(headers: Mapping[str, str], visitor: Actor) -> Actor:
    """The actor behind a bearer token; an unknown, expired or revoked one is a signed-out visitor."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    token = token.strip() if scheme.lower() == "bearer" else ""
    return await recognise(token, visitor) if token else visitor


async def renewed(actor: Actor) -> Actor | None:
    """A signed-in caller as they are now, roles and all; None once their session has ended."""
    return await accounts.actor_in_session(actor.session_id, actor) if actor.session_id else None


async def still_signed_in(session_ids: Collection[UUID]) -> set[UUID]:
    """Which of some sessions have neither ended nor run out, in one statement."""
    return await accounts.still_running(session_ids)


async def recognise(token: str, visitor: Actor) -> Actor:
    """The actor behind an access token, calling as `visitor` does; the visitor themself when it is not good."""
    return await accounts.actor_of(token, visitor) or visitor

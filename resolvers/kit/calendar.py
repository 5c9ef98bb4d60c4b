"""Links to entries for people's own calendars. A calendar app fetches its link again and again without signing in:
the link names the account it was given to, and what that account may see is asked anew each time."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from models import accounts
from models.kit import links
from models.kit.actor import Actor
from models.kit.entries import Entry
from models.kit.errors import ApiError

LIFETIME = timedelta(days=400)
Reader = Callable[[Actor, UUID], Awaitable[Entry | None]]
R = TypeVar("R", bound=Reader)
readers: dict[str, Reader] = {}


def in_calendar(kind: str) -> Callable[[R], R]:
    """Register how an entry is read for an actor; None where there is none that they may keep."""

    def wrap(function: R) -> R:
        readers[kind] = function
        return function

    return wrap


def link(kind: str, target_id: UUID, actor: Actor) -> str:
    """The path at which the actor's calendar finds an entry, in the language they read now."""
    assert actor.account_id
    token = links.sign(f"calendar.{kind}", target_id, actor.account_id, LIFETIME)
    return f"/calendar/{kind}/{token}.ics?lang={actor.locale}"


async def entry(kind: str, token: str, visitor: Actor) -> Entry | None:
    """The entry of a link as it is now; None for a link that is none, or whose holder may not have it any more."""
    found = links.opened(f"calendar.{kind}", token) if kind in readers else None
    holder = await accounts.actor_with_account(found.holder_id, visitor) if found else None
    if not found or not holder:
        return None
    try:
        return await readers[kind](holder, found.target_id)
    except ApiError:
        return None

"""The service with one of its guards taken out: what the races must then show going wrong.

`REMOVE_GUARD` names the guard; the application is otherwise the real one.
"""

import os
from typing import Any

from starlette.types import ASGIApp

import server
from models.cases.tables import Case
from models.events import seats
from models.kit import idempotency
from models.rooms import bookings


def seats_without_guard() -> None:
    """Everybody gets a seat."""
    seats.CLAIM = seats.CLAIM.replace("taken < capacity AND waiting = 0", "1 = 1")


def slots_without_guard() -> None:
    """Every booking gets a partition."""
    bookings._CLAIM = bookings._CLAIM.replace("WHERE room_slot.taken < excluded.capacity", "")


def keys_without_memory() -> None:
    """Nothing is known of a key that was used before."""

    async def nothing(*_: Any) -> None:
        return None

    idempotency.recall = nothing  # type: ignore[assignment]
    idempotency.remember = nothing  # type: ignore[assignment]


def decisions_without_version() -> None:
    """A case is changed whatever it has become meanwhile."""
    plain = Case.filter

    def any_version(*conditions: Any, **wanted: Any) -> Any:
        for name in ("version", "status", "timeline_count"):
            wanted.pop(name, None)
        return plain(*conditions, **wanted)

    Case.filter = any_version  # type: ignore[method-assign]


GUARDS = {
    "seats": seats_without_guard,
    "slots": slots_without_guard,
    "keys": keys_without_memory,
    "versions": decisions_without_version,
}


def app() -> ASGIApp:
    """The application without the guard that REMOVE_GUARD names."""
    GUARDS[os.environ["REMOVE_GUARD"]]()
    return server.app()

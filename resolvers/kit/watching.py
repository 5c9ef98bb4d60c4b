"""Streams of what an account may see of some changes, as long as it may: access is asked for every event."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from models.kit.actor import Actor
from models.kit.ids import first_of
from models.kit.signals import Watch
from resolvers.kit.auth import renewed

Row = dict[str, Any]
# Of some subjects the rows that the actor may see now and has not been shown as they are; None when the actor
# may see nothing of the kind any more.
Look = Callable[[Actor, Sequence[UUID]], Awaitable[list[Row] | None]]
# The subjects that have changed since an id was drawn.
LookBack = Callable[[Actor, UUID], Awaitable[Sequence[UUID]]]


@dataclass(frozen=True, slots=True)
class Event:
    """A row that changed, and who may see it, as they are now."""

    actor: Actor
    row: Row


@dataclass(frozen=True, slots=True)
class Told:
    """Something has changed: what, and since when (Unix time) more may have."""

    subjects: Sequence[UUID]
    since: float | None


class Stream:
    """What one account is told of, and may look at as long as it may see anything of the kind and is signed in."""

    def __init__(self, actor: Actor, watch: Watch, look: Look, look_back: LookBack) -> None:
        self._actor = actor
        self._watch = watch
        self._look = look
        self._look_back = look_back
        self._shape: Callable[[Row], Row] = dict

    def shaped(self, shape: Callable[[Row], Row]) -> Self:
        """The same stream with its rows put through `shape`."""
        self._shape = shape
        return self

    def __aiter__(self) -> Self:
        """Itself."""
        return self

    async def __anext__(self) -> Told:
        """Wait for the next change; raises LaggingError when more has happened than is kept for a slow reader."""
        return Told(*await self._watch.next())

    async def look(self, told: Told) -> list[Event] | None:
        """What of it the account may see now and has not been shown; None when the stream has ended."""
        actor = await renewed(self._actor)
        if actor is None:
            return None
        subjects = told.subjects
        if told.since is not None:
            subjects = list({*subjects, *await self._look_back(actor, first_of(told.since))})
        rows = await self._look(actor, subjects)
        return None if rows is None else [Event(actor, self._shape(row)) for row in rows]

    def close(self) -> None:
        """End it; nothing is kept for it any more."""
        self._watch.close()

"""What has changed, told to every process once it is committed: ids only. Who is told reads what they may see.

Of PostgreSQL's processes each listens for the others' signals, which are sent with their transaction
(`models.kit.listening`). On the embedded file the one web process tells itself after the commit.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID
from weakref import WeakSet

CHANNEL = "union_changes"
PIECE = 80  # signals in one notification of PostgreSQL, which takes 8000 bytes
WAITING = 1000  # subjects that wait for one watch
AT_ONCE = 20  # subjects that are looked at together
EVERYBODY = UUID(int=0)  # the key of what concerns no one thing


class Topic(StrEnum):
    """What can change, and what the key of a signal is then; its subject is what to read."""

    CASE = "case"  # the case
    NOTE = "note"  # the case; of notes among staff nobody else may hear
    QUEUE = "queue"  # the union; subject: the case
    NOTIFICATIONS = "notifications"  # the account; subject: the notification
    SESSIONS = "sessions"  # EVERYBODY; some session has ended


class Signal(NamedTuple):
    """Something changed."""

    topic: Topic
    key: UUID
    subject: UUID


Place = tuple[Topic, UUID]
_unsent: ContextVar[dict[Signal, None] | None] = ContextVar("unsent", default=None)
_watches: dict[Place, WeakSet["Watch"]] = defaultdict(WeakSet)


def send(topic: Topic, key: UUID, subject: UUID) -> None:
    """Tell every process, once the transaction that is open here is committed."""
    unsent = _unsent.get()
    assert unsent is not None, "signals are sent in a transaction"
    unsent[Signal(topic, key, subject)] = None


@contextmanager
def gathered() -> Iterator[Iterable[Signal]]:
    """What is sent within a transaction and is to be told with its commit. Of a nested one nothing is told yet: it
    counts among the outer one's, and for nothing when it is rolled back."""
    outer, inner = _unsent.get(), dict[Signal, None]()
    token = _unsent.set(inner)
    try:
        yield inner if outer is None else ()
    finally:
        _unsent.reset(token)
    if outer is not None:
        outer.update(inner)


def written(signals: Iterable[Signal]) -> list[str]:
    """Signals as texts that PostgreSQL passes on."""
    lines = [f"{topic} {key.hex} {subject.hex}" for topic, key, subject in signals]
    return ["\n".join(lines[start : start + PIECE]) for start in range(0, len(lines), PIECE)]


def read(text: str) -> list[Signal]:
    """Signals from such a text; a topic of another version of this program is left out."""
    found = []
    for line in text.splitlines():
        try:
            topic, key, subject = line.split(" ")
            found.append(Signal(Topic(topic), UUID(key), UUID(subject)))
        except ValueError:
            continue
    return found


def publish(signals: Iterable[Signal]) -> None:
    """Tell the watches of this process."""
    for topic, key, subject in signals:
        for watch in _watches.get((topic, key), ()):
            watch.tell(subject)


def publish_gap(since: float) -> None:
    """Tell every watch of this process that signals since a moment (Unix time) may have been missed."""
    for watch in {watch for there in _watches.values() for watch in there}:
        watch.miss(since)


class LaggingError(Exception):
    """More has happened than a watch keeps."""


class Watch:
    """What its keeper has been told and has not looked at yet. A subject that is told twice waits once."""

    def __init__(self, *places: Place) -> None:
        self._places = places
        self._subjects: dict[UUID, None] = {}
        self._missed_since: float | None = None
        self._began = time.time()
        self._told = asyncio.Event()
        for place in places:
            _watches[place].add(self)

    def tell(self, subject: UUID) -> None:
        """Let a subject wait to be looked at."""
        if len(self._subjects) <= WAITING:
            self._subjects[subject] = None
        self._told.set()

    def miss(self, since: float) -> None:
        """Have the keeper look for themselves what changed since a moment, or since the watch began."""
        earlier = self._missed_since if self._missed_since is not None else since
        self._missed_since = max(min(since, earlier), self._began)
        self._told.set()

    async def next(self) -> tuple[Sequence[UUID], float | None]:
        """Wait; then some subjects, and the moment since which others may have been missed. Raises LaggingError."""
        await self._told.wait()
        if len(self._subjects) > WAITING:
            raise LaggingError
        subjects = list(self._subjects)[:AT_ONCE]
        for subject in subjects:
            del self._subjects[subject]
        since, self._missed_since = self._missed_since, None
        if not self._subjects:
            self._told.clear()
        return subjects, since

    def close(self) -> None:
        """Be told no more."""
        for place in self._places:
            _watches[place].discard(self)
            if not _watches[place]:
                del _watches[place]

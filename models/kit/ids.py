"""Row ids ordered by time (UUIDv7, RFC 9562) and the opaque global ids that clients see."""

import random
import re
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from uuid import UUID

from models.kit import clock
from models.kit.identity import InvalidValue

_TYPE_NAME = re.compile(rb"[_A-Za-z][_0-9A-Za-z]*")
_lock = Lock()


@dataclass
class _Source:
    """Where ids come from: chance, milliseconds, and the last id given out."""

    chance: random.Random
    millis: Callable[[], int]
    last: int = 0


_source = _Source(secrets.SystemRandom(), lambda: time.time_ns() // 1_000_000)


def first_of(moment: float) -> UUID:
    """The smallest id that could be drawn at a moment (Unix time): later ones are greater."""
    return UUID(int=int(moment * 1000) << 80 | 7 << 76 | 2 << 62)


def uuid7() -> UUID:
    """A new id, greater than every one this process made before."""
    source = _source
    with _lock:
        fresh = source.millis() << 74 | source.chance.getrandbits(74)
        # Within one millisecond, or after the clock went back, count on from the last id by a random step.
        source.last = max(fresh, source.last + 1 + source.chance.getrandbits(32))
        millis, high, low = source.last >> 74, source.last >> 62 & 0xFFF, source.last & (1 << 62) - 1
    return UUID(int=millis << 80 | 7 << 76 | high << 64 | 2 << 62 | low)


def drawn(letters: str, length: int) -> str:
    """A number for people that nobody guesses: some of `letters`, each drawn by chance."""
    return "".join(_source.chance.choices(letters, k=length))


@contextmanager
def repeatable(seed: str) -> Iterator[None]:
    """Ids and numbers that are the same each time, ids in the order of the clock: a means of demo data."""
    global _source
    before, _source = _source, _Source(random.Random(seed), lambda: int(clock.now().timestamp() * 1000))  # noqa: S311
    try:
        yield
    finally:
        _source = before


def as_uuid(value: UUID | str) -> UUID:
    """A row id as PostgreSQL (UUID) or SQLite (text) gives it."""
    return value if isinstance(value, UUID) else UUID(value)


def global_id(type_name: str, row_id: UUID) -> str:
    """The opaque id of one object: its type's name and row id as URL-safe base64 without padding."""
    return _encode(type_name.encode() + row_id.bytes)


def parse_global_id(text: str) -> tuple[str, UUID]:
    """Type name and row id of a global id; raises ID_FORMAT for anything `global_id` would not write."""
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise InvalidValue("ID_FORMAT") from None
    if not _TYPE_NAME.fullmatch(raw[:-16]) or _encode(raw) != text:
        raise InvalidValue("ID_FORMAT")
    return raw[:-16].decode(), UUID(bytes=raw[-16:])


def _encode(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()

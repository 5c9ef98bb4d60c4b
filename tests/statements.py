"""How many statements an operation makes: the number must not grow with the rows it answers."""

from collections.abc import Iterator
from contextlib import contextmanager

from models.kit.clients import Meter, meter


@contextmanager
def counted() -> Iterator[Meter]:
    """Count the statements of what runs inside."""
    counting = Meter()
    token = meter.set(counting)
    try:
        yield counting
    finally:
        meter.reset(token)

"""Sensitive values that staff may reveal, one at a time: each domain says how its own are read."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class SensitiveField(StrEnum):
    """What is masked or withheld until it is revealed."""

    ID_NUMBER = "ID_NUMBER"
    PHONE = "PHONE"
    BANK_ACCOUNT = "BANK_ACCOUNT"
    HEALTH = "HEALTH"


@dataclass(frozen=True)
class Sensitive:
    """A value, the member it is about, and the union whose staff may ask for it."""

    value: str = field(repr=False)
    subject_id: UUID
    organisation_path: str


Reader = Callable[[UUID], Awaitable[Sensitive | None]]
readers: dict[tuple[str, SensitiveField], Reader] = {}


def sensitive(type_name: str, field: SensitiveField) -> Callable[[Reader], Reader]:
    """Register how a sensitive field of a type is read by the id of its row; None where there is no value."""

    def wrap(function: Reader) -> Reader:
        readers[type_name, field] = function
        return function

    return wrap

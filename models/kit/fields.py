"""Columns that Tortoise lacks: UTC datetimes, encrypted text, and UUIDv7 keys."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.expressions import Q
from tortoise.fields.base import Field
from tortoise.models import Model

from models.kit import crypto
from models.kit.ids import uuid7


def key() -> UUID:
    """A primary key: UUIDv7, so that rows sort by when they were made."""
    return fields.UUIDField(primary_key=True, default=uuid7)


def matching(model: type[Model], column: str, typed: str) -> Q:
    """Rows whose column is exactly what somebody typed. Tortoise raises for a text that the column could not hold,
    also where it is only compared; here no row matches it."""
    longest = model._meta.fields_map[column].max_length  # type: ignore[attr-defined] # a CharField has one
    return Q(**{column: typed}) if len(typed) <= longest else Q(pk__isnull=True)


class UtcDatetimeField(fields.DatetimeField[Any]):
    """An aware datetime stored in UTC: SQLite compares texts, so every row must have the same offset."""

    def to_db_value(self, value: Any, instance: Any) -> Any:
        """Refuse naive values, convert aware ones."""
        if isinstance(value, datetime):
            if value.tzinfo is None:
                raise ValueError(f"{self.model_field_name}: a datetime without an offset")
            value = value.astimezone(UTC)
        return super().to_db_value(value, instance)


class Secret:
    """A sensitive text on its way to the database; never shows itself in logs or errors."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def open(self, row_id: UUID | None = None) -> str:
        """The text itself; takes a row id like `Sealed`, for rows that were just written."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"


class Sealed:
    """A sensitive text as read from the database; opened with the id of its row."""

    __slots__ = ("_place", "token")

    def __init__(self, token: str, place: str) -> None:
        self.token = token
        self._place = place

    def open(self, row_id: UUID) -> str:
        """Decrypt; raises SealError when the value belongs to another row or was changed."""
        return crypto.unseal(self.token, f"{self._place}.{row_id}")

    def __repr__(self) -> str:
        return "Sealed(…)"


class EncryptedField(Field[Any], str):  # type: ignore[misc] # Tortoise's own text fields are made like this
    """Text that is AES-GCM encrypted and bound to table, column and row.

    Assign a `Secret`, read a `Sealed`. Written by `create` and `save(update_fields=…)` only:
    `filter().update()` has no row to bind to and is refused.
    """

    SQL_TYPE = "TEXT"
    indexable = False

    @property
    def _place(self) -> str:
        return f"{self.model._meta.db_table}.{self.model_field_name}"

    def to_db_value(self, value: Any, instance: Any) -> str | None:
        """Seal a Secret for this row."""
        if value is None:
            return None
        if not hasattr(instance, "_saved_in_db"):
            raise TypeError(f"{self._place} is encrypted: write it with save(update_fields=…)")
        if isinstance(value, Sealed):
            return value.token
        if not isinstance(value, Secret):
            raise TypeError(f"{self._place} is encrypted: assign a Secret")
        return crypto.seal(value.open(), f"{self._place}.{instance.pk}")

    def to_python_value(self, value: Any) -> Any:
        """Wrap what the database holds."""
        return Sealed(value, self._place) if isinstance(value, str) else value

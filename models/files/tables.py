"""The tables of files and of what each member holds."""

from __future__ import annotations

from enum import StrEnum
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from models.kit.fields import UtcDatetimeField, key


class FileStatus(StrEnum):
    """RECEIVING until it is kept; QUARANTINED until the scanner has seen it; READY to be attached; ATTACHED to a
    document; REMOVED until its bytes are deleted, and then the row."""

    RECEIVING = "RECEIVING"
    QUARANTINED = "QUARANTINED"
    READY = "READY"
    ATTACHED = "ATTACHED"
    REMOVED = "REMOVED"


class StoredFile(Model):
    """A file that a member gave. The row comes before the bytes and goes after them: no bytes are ever unknown."""

    id = key()
    member_id: UUID
    document_id: UUID | None
    member: Any = fields.ForeignKeyField("models.Member", on_delete=fields.RESTRICT)
    uploaded_by = fields.UUIDField()
    document: Any = fields.OneToOneField(
        "models.CaseDocument", null=True, on_delete=fields.RESTRICT, related_name="file"
    )
    purpose = fields.CharField(max_length=30, null=True)
    status = fields.CharField(max_length=12)
    # The name under which its bytes are kept: drawn by chance, known to nobody outside.
    blob = fields.CharField(max_length=64, unique=True)
    media_type = fields.CharField(max_length=30, null=True)
    # In bytes, as it counts in what the member holds: while it is received, the most it may become.
    size = fields.BigIntField()
    created_at = UtcDatetimeField()
    expires_at = UtcDatetimeField(null=True)

    class Meta:
        table = "stored_file"
        indexes = (("status", "expires_at"), ("member_id", "id"))


class FileQuota(Model):
    """What one member holds: files that are not attached yet, and bytes of all files."""

    id = key()
    member: Any = fields.OneToOneField("models.Member", on_delete=fields.RESTRICT)
    waiting_files = fields.IntField()
    held_bytes = fields.BigIntField()

    class Meta:
        table = "file_quota"

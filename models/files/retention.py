"""Which files are to go, and what is left of them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from tortoise.expressions import Q

from models.cases.status import CaseStatus
from models.files import limits
from models.files.tables import FileStatus, StoredFile
from models.kit import clock

Row = dict[str, Any]
BATCH = 200


async def expired() -> list[Row]:
    """Files that were not attached in time, or never arrived."""
    return await StoredFile.filter(expires_at__lte=clock.now()).order_by("id").limit(BATCH).values("id")


async def withdrawn() -> list[Row]:
    """Attached files of cases that were taken back long enough ago, and of people whose key is erased."""
    ended = clock.now() - limits.AFTER_WITHDRAWAL
    taken_back = Q(document__case__status=CaseStatus.WITHDRAWN, document__case__finished_at__lt=ended)
    found = StoredFile.filter(taken_back | Q(member__text_salt=""), status=FileStatus.ATTACHED)
    return await found.order_by("id").limit(BATCH).values("id", "document_id")


async def removed() -> list[Row]:
    """Files whose bytes are to be deleted."""
    return await StoredFile.filter(status=FileStatus.REMOVED).order_by("id").limit(BATCH).values("id", "blob")


async def forget(file_id: UUID) -> None:
    """Delete the row of a file whose bytes are gone."""
    await StoredFile.filter(id=file_id, status=FileStatus.REMOVED).delete()


async def quarantined() -> list[Row]:
    """Files that the scanner has not seen."""
    found = StoredFile.filter(status=FileStatus.QUARANTINED, expires_at__gt=clock.now())
    return await found.order_by("id").limit(BATCH).values("id", "member_id", "blob", "member__text_salt")


async def unknown(blobs: Sequence[str]) -> set[str]:
    """Of some stored names those that no file has."""
    return set(blobs) - set(await StoredFile.filter(blob__in=list(blobs)).values_list("blob", flat=True))


async def held_by(member_id: UUID) -> list[Row]:
    """What is held of a member's files, oldest first."""
    return (
        await StoredFile.filter(member_id=member_id)
        .order_by("id")
        .values("purpose", "status", "media_type", "size", "created_at", "expires_at", document="document__kind")
    )

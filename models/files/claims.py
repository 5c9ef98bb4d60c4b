"""Claims on what a member may hold, and the life of a file from its reservation to its removal.

Each move is one guarded statement; what a member holds is counted in the same transaction.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.files import limits
from models.files.tables import FileStatus, StoredFile
from models.kit import clock, db
from models.kit.codes import ErrorCode
from models.kit.errors import refuse
from models.kit.ids import as_uuid, uuid7

Row = dict[str, Any]
S = FileStatus

CLAIM = """
INSERT INTO file_quota (id, member_id, waiting_files, held_bytes) VALUES (:1, :2, 1, :3)
ON CONFLICT (member_id) DO UPDATE SET
    waiting_files = file_quota.waiting_files + 1, held_bytes = file_quota.held_bytes + :3
WHERE file_quota.waiting_files < :4 AND file_quota.held_bytes + :3 <= :5
"""
TAKE = """
UPDATE stored_file SET status = 'ATTACHED', document_id = :3, expires_at = NULL
WHERE id = :1 AND member_id = :2 AND status = 'READY' AND expires_at > :4
RETURNING size
"""
DROP = """
UPDATE stored_file SET status = 'REMOVED', expires_at = NULL
WHERE id = :1 AND status IN ('RECEIVING', 'QUARANTINED', 'READY')
RETURNING member_id, size
"""
DETACH = """
UPDATE stored_file SET status = 'REMOVED', document_id = NULL
WHERE document_id = :1 AND status = 'ATTACHED'
RETURNING member_id, size
"""


@dataclass(frozen=True)
class Claimed:
    """A place for a file that is about to come."""

    id: UUID
    member_id: UUID
    blob: str


async def reserve(member_id: UUID, account_id: UUID) -> Claimed:
    """Claim a place for one more file, of the largest size there is; FILE_QUOTA when there is none left."""
    place = Claimed(uuid7(), member_id, secrets.token_hex(32))
    async with db.transaction():
        room = (limits.LARGEST, limits.WAITING_FILES, limits.HELD_BYTES)
        if not await db.execute(CLAIM, uuid7(), member_id, *room):
            refuse(ErrorCode.FILE_QUOTA, "file", max=limits.WAITING_FILES)
        await StoredFile.create(
            id=place.id, member_id=member_id, uploaded_by=account_id, blob=place.blob, status=S.RECEIVING,
            size=limits.LARGEST, created_at=clock.now(), expires_at=clock.now() + limits.RECEIVING,
        )  # fmt: skip
    return place


async def settle(place: Claimed, purpose: str, media_type: str, size: int, *, scanned: bool) -> datetime:
    """A file is kept: until when it waits to be attached. UPLOAD_EXPIRED when it took longer than it may."""
    until = clock.now() + limits.WAITING
    kept = await StoredFile.filter(id=place.id, status=S.RECEIVING, expires_at__gt=clock.now()).update(
        status=S.READY if scanned else S.QUARANTINED, purpose=purpose, media_type=media_type, size=size,
        expires_at=until,
    )  # fmt: skip
    if not kept:
        refuse(ErrorCode.UPLOAD_EXPIRED, "file")
    await _count(place.member_id, files=0, size=size - limits.LARGEST)
    return until


async def release(file_id: UUID) -> bool:
    """The scanner found nothing: a quarantined file may be attached. False when it is not there any more."""
    return bool(await StoredFile.filter(id=file_id, status=S.QUARANTINED).update(status=S.READY))


async def take(file_id: UUID, member_id: UUID, document_id: UUID) -> None:
    """Attach a member's own file to a document, once; refused with why it cannot be, at `uploadId`."""
    if not await db.returning(TAKE, file_id, member_id, document_id, clock.now()):
        found = await StoredFile.filter(id=file_id, member_id=member_id).values("status", "expires_at")
        refuse(_obstacle(found[0]) if found else ErrorCode.NOT_FOUND, "uploadId")
    await _count(member_id, files=-1, size=0)


def _obstacle(row: Row) -> ErrorCode:
    if row["status"] in (S.ATTACHED, S.REMOVED):
        return ErrorCode.UPLOAD_USED
    if row["expires_at"] <= clock.now():
        return ErrorCode.UPLOAD_EXPIRED
    return ErrorCode.FILE_QUARANTINED if row["status"] == S.QUARANTINED else ErrorCode.NOT_FOUND


async def drop(file_id: UUID) -> bool:
    """Give up a file that is not attached; its bytes go when the worker comes by. False when there is none such."""
    return await _removed(await db.returning(DROP, file_id), files=-1)


async def detach(document_id: UUID) -> bool:
    """Take the file of a document away, likewise; False when it has none."""
    return await _removed(await db.returning(DETACH, document_id), files=0)


async def _removed(rows: list[Row], *, files: int) -> bool:
    for row in rows:
        await _count(as_uuid(row["member_id"]), files=files, size=-row["size"])
    return bool(rows)


async def _count(member_id: UUID, *, files: int, size: int) -> None:
    await db.execute(
        "UPDATE file_quota SET waiting_files = waiting_files + :2, held_bytes = held_bytes + :3 WHERE member_id = :1",
        member_id, files, size,
    )  # fmt: skip

"""Receiving a file: a place for it is claimed first; then it is checked, cleaned, sealed and kept, or nothing is."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any, BinaryIO
from uuid import UUID
from weakref import WeakValueDictionary

import structlog

from models.accounts import throttle
from models.files import claims, limits, retention, sealing
from models.files.claims import Claimed
from models.files.cleaning.running import clean
from models.kit import audit, db, scanner, storage
from models.kit.actor import Actor
from models.kit.codes import ErrorCode
from models.kit.errors import DomainError, refuse
from models.members import Member
from resolvers.kit.action import several, shielded
from resolvers.kit.guard import MEMBER

log = structlog.get_logger()
Row = dict[str, Any]
# Fills a temporary file with what arrives and says what it is for.
Receive = Callable[[BinaryIO], Awaitable[str]]
ACTION = "files.upload"
_turns: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()
EACH_HOUR = throttle.Limit("upload", 100, throttle.HOUR)  # by a member, whatever becomes of them


@several(ACTION, MEMBER)
async def upload(actor: Actor, receive: Receive) -> Row:
    """Take a file from a member: `upload_id`, `media_type`, `size`, `expires_at`, and whether it is `quarantined`."""
    assert actor.member_id
    assert actor.account_id
    await throttle.count(EACH_HOUR, str(actor.member_id))
    source = storage.spool()
    try:
        place = await claims.reserve(actor.member_id, actor.account_id)
        try:
            purpose = await receive(source)
        except BaseException:
            await shielded(_undo(place))
            raise
    except BaseException:
        source.close()
        raise
    return await shielded(_keep_or_undo(actor, place, purpose, source))


async def _keep_or_undo(actor: Actor, place: Claimed, purpose: str, source: BinaryIO) -> Row:
    try:
        with source, storage.spool() as target:
            return await _keep(actor, place, purpose, source, target)
    except BaseException as error:
        await _undo(place)
        if isinstance(error, DomainError) and error.problems[0].code is ErrorCode.FILE_INFECTED:
            await _record(actor, place, audit.Outcome.DENIED, str(ErrorCode.FILE_INFECTED))
        raise


async def _keep(actor: Actor, place: Claimed, purpose: str, source: BinaryIO, target: BinaryIO) -> Row:
    known = limits.PURPOSES.get(purpose)
    if known is None:
        refuse(ErrorCode.INVALID, "purpose")
    _size(source, known.bytes)
    scanned = await _scanned(source)
    async with _turn(place.member_id):
        media_type = await clean(source, target)
    size = _size(target, known.bytes)
    salt = (await Member.get(id=place.member_id).only("id", "text_salt")).text_salt
    await storage.write(place.blob, sealing.sealed(target, place.id, salt))
    async with db.transaction():
        expires_at = await claims.settle(place, purpose, media_type, size, scanned=scanned)
        await _record(actor, place, audit.Outcome.DONE, purpose)
    return {
        "upload_id": place.id, "media_type": media_type, "size": size, "expires_at": expires_at,
        "quarantined": not scanned,
    }  # fmt: skip


def _turn(member_id: UUID) -> asyncio.Lock:
    """A member's files are cleaned one after the other: many difficult ones leave a place for everybody else's."""
    return _turns.setdefault(member_id, asyncio.Lock())


def _size(file: BinaryIO, most: int) -> int:
    size = file.seek(0, 2)
    if size > most:
        refuse(ErrorCode.FILE_TOO_LARGE, "file", megabytes=most // 2**20)
    return size


async def _scanned(source: BinaryIO) -> bool:
    """False when there is a scanner that did not answer; refused with FILE_INFECTED when it found something."""
    if not scanner.known():
        return True
    try:
        if await scanner.infected(_read(source)):
            refuse(ErrorCode.FILE_INFECTED, "file")
    except scanner.ScannerAwayError as error:
        log.warning("scanner.away", error=str(error))
        return False
    return True


async def _read(source: BinaryIO) -> AsyncIterator[bytes]:
    source.seek(0)
    while chunk := source.read(sealing.CHUNK):
        yield chunk


async def _undo(place: Claimed) -> None:
    """Leave nothing of a file that was not kept; what cannot be deleted now, the worker deletes."""
    async with db.transaction():
        await claims.drop(place.id)
    with suppress(storage.StorageAwayError):
        await storage.delete(place.blob)
        await retention.forget(place.id)


async def _record(actor: Actor, place: Claimed, outcome: audit.Outcome, what: str) -> None:
    async with db.transaction():
        await audit.record(
            actor, ACTION, outcome, target=("Upload", place.id), subject_id=place.member_id, what=what
        )  # fmt: skip

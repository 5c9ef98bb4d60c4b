"""What the worker does with files: those that are not wanted any more go, those in quarantine are scanned again."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog

from models.cases import documents
from models.files import claims, retention, sealing
from models.kit import audit, clock, db, scanner, storage
from models.kit.actor import SYSTEM
from models.kit.codes import ErrorCode
from models.kit.crypto import SealError
from resolvers.kit.jobs import periodic

log = structlog.get_logger()
Row = dict[str, Any]
UNKNOWN_FOR = timedelta(days=1)  # what nobody knows by then was left by a crash or a restored backup


@periodic("files.clean", timedelta(minutes=1))
async def clean() -> int:
    """Give up what was not attached in time and what is not to be kept; delete what was given up."""
    for row in await retention.expired():
        async with db.transaction():
            await claims.drop(row["id"])
    for row in await retention.withdrawn():
        async with db.transaction():
            await claims.detach(row["document_id"])
            await documents.detach(row["document_id"])
    gone = await retention.removed()
    for row in gone:
        await storage.delete(row["blob"])
        await retention.forget(row["id"])
    return len(gone)


@periodic("files.scan", timedelta(seconds=20))
async def scan_quarantined() -> int:
    """Have the scanner look at what came while it was away."""
    done = 0
    for row in await retention.quarantined():
        try:
            await _scan(row)
        except scanner.ScannerAwayError as error:
            log.warning("scanner.away", error=str(error))
            break
        done += 1
    return done


async def _scan(row: Row) -> None:
    infected = False
    try:
        content = sealing.opened(storage.read(row["blob"]), row["id"], row["member__text_salt"])
        if scanner.known():
            infected = await scanner.infected(await sealing.begun(content))
    except (FileNotFoundError, SealError):
        log.exception("file.lost", file=str(row["id"]))
        infected = True  # nobody will read it either
    async with db.transaction():
        await (claims.drop if infected else claims.release)(row["id"])
        await _record(row["id"], row["member_id"], infected)


async def _record(file_id: UUID, member_id: UUID, infected: bool) -> None:
    outcome = audit.Outcome.DENIED if infected else audit.Outcome.DONE
    what = str(ErrorCode.FILE_INFECTED) if infected else None
    await audit.record(SYSTEM, "files.scan", outcome, target=("Upload", file_id), subject_id=member_id, what=what)


@periodic("files.sweep", timedelta(hours=6))
async def sweep() -> int:
    """Delete stored bytes that belong to no file."""
    swept = 0
    async for names in storage.names(before=clock.now() - UNKNOWN_FOR):
        for name in await retention.unknown(names):
            await storage.delete(name)
            swept += 1
    return swept

"""Reading a file: a link for five minutes, and whether its holder still may when it is used."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog

from models import accounts
from models.cases import reading
from models.files import sealing
from models.kit import audit, db, links, storage
from models.kit.actor import Actor
from models.kit.crypto import SealError
from models.kit.texts import localised
from resolvers.kit.action import query
from resolvers.kit.guard import ANYONE

log = structlog.get_logger()
Row = dict[str, Any]
PURPOSE = "file"
LIFETIME = timedelta(minutes=5)
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "application/pdf": "pdf"}


@dataclass(frozen=True)
class Content:
    """A file that may be read now."""

    name: str
    media_type: str
    size: int
    chunks: AsyncIterator[bytes]


def link(actor: Actor, file_id: UUID | None) -> str | None:
    """The token of a URL at which the actor, as long as signed in, may read a file; None where there is none."""
    if file_id is None or actor.session_id is None:
        return None
    return links.sign(PURPOSE, file_id, actor.session_id, LIFETIME)


@query("files.read", ANYONE)
async def read(visitor: Actor, token: str) -> Content | None:
    """The file of a link, seen anew as its holder sees it now; None when there is nothing to see, for any reason."""
    found = links.opened(PURPOSE, token)
    actor = await accounts.actor_in_session(found.holder_id, visitor) if found else None
    row = await reading.file_shown(actor, found.target_id) if found and actor else None
    if actor is None or row is None:
        return None
    try:
        chunks = await sealing.begun(sealing.opened(storage.read(row["blob"]), row["file_id"], row["text_salt"]))
    except (FileNotFoundError, SealError):
        log.exception("file.lost", file=str(row["file_id"]))
        return None
    if not reading.is_own(actor, row):
        await _on_record(actor, row)
    name = f"{row['number']} {localised(row['name'], actor.locale)}.{ENDINGS[row['media_type']]}"
    return Content(name, row["media_type"], row["size"], chunks)


async def _on_record(actor: Actor, row: Row) -> None:
    """Whose file it is sees who looked."""
    async with db.transaction():
        await audit.record(
            actor, "files.read", target=("Case", row["id"]), subject_id=row["applicant_id"],
            organisation_path=row["path"], what="DOCUMENT",
        )  # fmt: skip

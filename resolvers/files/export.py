"""A member's files, for a copy of everything held about them."""

from typing import Any
from uuid import UUID

from models.files import retention
from resolvers.kit.export import exports

Row = dict[str, Any]


@exports("files")
async def held_files(member_id: UUID | None, account_id: UUID) -> list[Row]:
    """What is held of the member's files, oldest first; each can be read where it is attached."""
    return await retention.held_by(member_id) if member_id else []

"""Members reading and correcting what the federation holds about them; searching unions and members."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from models import members
from models.kit.actor import Actor
from resolvers.kit.action import query
from resolvers.kit.guard import ANYONE

Row = dict[str, Any]


@query("members.read", ANYONE)
async def members_by_id(actor: Actor, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Members the actor may see, by id."""
    found = await members.members_visible_to(actor).filter(id__in=list(ids)).values(*members.MEMBER_COLUMNS)
    return {row["id"]: row for row in found}

"""Subscriptions to cases."""

from collections.abc import AsyncIterator
from typing import Annotated

import strawberry

from resolvers.cases import watching
from schema.cases.interface import Case
from schema.cases.rows import typed
from schema.kit.build import followed, output
from schema.kit.context import Info
from schema.kit.inputs import row_id


@output
class CaseSubscriptions:
    """Cases as they change."""

    @followed(
        description="The case each time something about it has changed that the viewer may see, as it is by then: "
        "changes in quick succession may come as one. Ends when the viewer may not see the case any more."
    )
    async def case_changed(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The case.")]
    ) -> AsyncIterator[Case]:
        stream = await watching.watch_case(info.context.actor, row_id(id, "Case", "id"))
        return stream.shaped(typed)  # type: ignore[return-value]

    @followed(
        description="Each case of a union and everything below it that was handed in or has changed, as it is by "
        "then, for its staff and those above. Ends when the viewer works for the union no more."
    )
    async def queue_changed(
        self, info: Info, organisation_id: Annotated[strawberry.ID, strawberry.argument(description="The union.")]
    ) -> AsyncIterator[Case]:
        union = row_id(organisation_id, "Organisation", "organisationId")
        return (await watching.watch_queue(info.context.actor, union)).shaped(typed)  # type: ignore[return-value]

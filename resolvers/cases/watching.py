"""Following one case, or the queue of a union, as it changes."""

import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from tortoise.queryset import QuerySet

from models.cases import reading
from models.cases.status import CaseAction
from models.cases.tables import CaseEvent
from models.kit.actor import Actor
from models.kit.codes import ErrorCode
from models.kit.errors import refuse
from models.kit.signals import Topic, Watch
from resolvers.cases.reading import READS
from resolvers.kit.action import query
from resolvers.kit.guard import ACCOUNT
from resolvers.kit.watching import Stream

Row = dict[str, Any]
REMEMBERED = 1000  # cases of a queue


@query("cases.watch", ACCOUNT)
async def watch_case(actor: Actor, case_id: UUID) -> Stream:
    """The case each time it has changed, until the actor may not see it any more."""
    row = (await reading.cases_by_id(actor, [case_id])).get(case_id)
    if row is None:
        refuse(ErrorCode.NOT_FOUND, "id")
    entries, places = CaseEvent.filter(case_id=case_id), [(Topic.CASE, case_id)]
    if reading.is_own(actor, row):
        entries = entries.exclude(action=CaseAction.ADD_NOTE)
    else:
        places.append((Topic.NOTE, case_id))
    shown = _Shown()
    shown.take([row])

    async def look(actor: Actor, ids: Sequence[UUID]) -> list[Row] | None:
        found = await reading.cases_by_id(actor, [case_id])
        return shown.take(found.values()) if found else None

    async def look_back(actor: Actor, since: UUID) -> list[UUID]:
        return await shown.outdated(entries)

    watch = Watch(*places)
    watch.miss(time.time())  # it may have changed since its row was read
    return Stream(actor, watch, look, look_back)


@query("cases.watch_queue", READS)
async def watch_queue(actor: Actor, organisation_id: UUID) -> Stream:
    """Each case of a union's queue that has changed, until the actor does not read it for the union any more."""
    if not await reading.reads_queue(actor, organisation_id):
        refuse(ErrorCode.NOT_FOUND, "organisationId")
    entries = CaseEvent.filter(case__queue__organisation_id=organisation_id).exclude(action=CaseAction.ADD_NOTE)
    shown = _Shown()

    async def look(actor: Actor, ids: Sequence[UUID]) -> list[Row] | None:
        if not await reading.reads_queue(actor, organisation_id):
            return None
        found = await reading.cases_by_id(actor, ids)
        return shown.take(found[id] for id in ids if id in found)

    async def look_back(actor: Actor, since: UUID) -> list[UUID]:
        return await shown.outdated(entries.filter(id__gte=since))

    return Stream(actor, Watch((Topic.QUEUE, organisation_id)), look, look_back)


class _Shown:
    """Up to which entry of their timelines cases have been shown, so that nothing is shown twice as it is."""

    def __init__(self) -> None:
        self._entries: OrderedDict[UUID, int] = OrderedDict()

    def take(self, rows: Iterable[Row]) -> list[Row]:
        """Of some rows those that have not been shown as they are, which are shown now."""
        fresh = [row for row in rows if row["timeline_count"] > self._entries.get(row["id"], 0)]
        for row in fresh:
            self._entries[row["id"]] = row["timeline_count"]
            self._entries.move_to_end(row["id"])
        while len(self._entries) > REMEMBERED:
            self._entries.popitem(last=False)
        return fresh

    async def outdated(self, entries: QuerySet[CaseEvent]) -> list[UUID]:
        """The cases of some timeline entries that have a newer one than was shown."""
        newest = await reading.newest_entries(entries)
        return [id for id, number in newest.items() if number > self._entries.get(id, 0)]

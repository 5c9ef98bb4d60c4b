"""The demo: a city's unions with their people, and half a year of their life told through the commands."""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

import structlog

import resolvers.cases.jobs
import resolvers.notifications  # noqa: F401 - what they register is worked off here
from models.kit import audit, clock, counters, db, ids
from models.kit.outbox import PeriodicRun
from models.members import Organisation
from models.seed.catalogue import load_catalogue
from models.seed.demo import accounts, budgets, people, registers, staff, unions
from models.seed.demo.rooms import set_up as set_up_rooms
from resolvers.demo import cast, events, habits, rooms, stage, stories

log = structlog.get_logger()
_SEED = "union demo"
# The record of people and unions is older than the first story.
_LONG_BEFORE = timedelta(days=500)


async def load_demo(today: date) -> None:
    """Load the demo into an empty database, as it is at the beginning of a day: all of it or nothing.

    Does nothing where there are unions already. The same for the same day, but for what keys and salts make.
    """
    if await Organisation.exists():
        return
    async with db.transaction():
        await counters.claim("demo")  # whoever else starts now waits here
        if not await Organisation.exists():
            with ids.repeatable(f"{_SEED} {today}"):
                await _load(today)


async def _load(today: date) -> None:
    log.info("demo.loading", today=str(today))
    with clock.at(clock.start_of_day(today - _LONG_BEFORE)):
        await load_catalogue()
        founded = await unions.found()
        members = await registers.enter_everybody(founded)
        accounts_by_key = await _open_accounts(members)
        await staff.appoint(founded, members)
        await budgets.allot(founded, today.year)
        rooms_by_key = await set_up_rooms(founded)
    log.info("demo.people", unions=len(founded), members=len(members))
    actors = await cast.gather(accounts_by_key)
    scenes = [
        *await stories.scenes(today, actors, founded),
        *events.scenes(today, actors, founded),
        *rooms.scenes(today, actors, founded, rooms_by_key),
        *habits.scenes(today, actors, founded),
    ]
    await stage.play(scenes, clock.start_of_day(today))
    while await audit.seal():
        pass
    await PeriodicRun.all().delete()  # also on a day that is still to come, every job may run from the first moment
    log.info("demo.loaded", scenes=len(scenes))


async def _open_accounts(members: Mapping[str, UUID]) -> dict[str, UUID]:
    """Accounts of the people who use the app; staff who are members have theirs as staff."""
    working = {official.phone for official in staff.officials()}
    online = [who for who in people.everybody() if who.online and who.phone not in working]
    made = await registers.open_accounts(online, dict(members))
    visitor = accounts.visitor()
    await registers.account(visitor["name"], visitor["phone"]).save(force_create=True)
    return made

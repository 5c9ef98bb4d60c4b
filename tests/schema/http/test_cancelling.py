"""Requests that end before their answer: nothing is left half done, and nothing is left open."""

import asyncio
import random
from typing import Any

import pytest

from models.aid.tables import AidApplication
from models.cases import timeline
from models.cases.tables import Case, CaseEvent
from models.kit import db
from models.kit.audit import AuditEntry
from models.kit.ids import global_id
from models.members import Member
from resolvers.kit import action
from tests.api import Api
from tests.factories import aid, cases, people

REQUESTS = 300
AT_ONCE = 15
LONGEST = 0.06  # seconds before one is cancelled; many have been answered by then


async def applicant() -> tuple[Member, str]:
    """A member who may apply for aid, and their token."""
    unions = await people.tree()
    await cases.funded(unions["county"])
    person = await people.member(unions["unit"])
    account = await people.account(person)
    await aid.consent(account.id)
    return person, await people.token(account)


async def wish(person: Member) -> dict[str, Any]:
    """A draft for aid: any number of them may be kept."""
    return {
        "programmeId": global_id("Programme", await cases.programme_id("temporary-aid")),
        "amountRequested": "1000.00",
        "answers": cases.ANSWERS["temporary-aid"],
        "payee": aid.payee(person),
        "submit": False,
    }


async def cancelled(api: Api, operation: str, variables: dict[str, Any], after: float) -> bool:
    """Send, and hang up after some seconds; whether that came before the answer."""
    request = asyncio.create_task(api.send(operation, **variables))
    await asyncio.wait([request], timeout=after)
    request.cancel()
    try:
        await request
    except asyncio.CancelledError:
        return True
    return False


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited", "ignore::pytest.PytestUnraisableExceptionWarning")
async def test_300_requests_cancelled_at_random_leave_no_half_written_case_and_no_open_connection(api: Api) -> None:
    chance = random.Random(2026)
    person, token = await applicant()
    member = api.as_(token)
    kinds: list[tuple[str, dict[str, Any]]] = [
        ("ApplyForAid", {"input": await wish(person)}), ("MyBenefits", {}), ("MyCases", {"first": 20}), ("Home", {}),
    ]  # fmt: skip
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> bool:
        async with gate:
            return await cancelled(member, *kinds[number % len(kinds)], after=chance.random() * LONGEST)

    hung_up = sum(await asyncio.gather(*map(one, range(REQUESTS))))
    assert hung_up > REQUESTS / 10
    await action.drain()
    await everything_whole()
    await nothing_open()
    assert not (await member.codes("ApplyForAid", **kinds[0][1]))


async def everything_whole() -> None:
    """Every case has all that belongs to it."""
    ids = set(await Case.all().values_list("id", flat=True))
    assert ids
    assert ids == set(await AidApplication.all().values_list("case_id", flat=True))
    assert ids == set(await CaseEvent.all().values_list("case_id", flat=True))
    assert len(ids) == await AuditEntry.filter(action="aid.apply", outcome="DONE").count()
    assert (await timeline.verify())["broken"] is None


async def nothing_open() -> None:
    """Every connection is back, and the database can be written to."""
    if db.on_postgres():
        pool: Any = db.writer()
        await asyncio.sleep(0.2)  # reads of whoever hung up may still be on their way back
        assert pool._pool.get_idle_size() == pool._pool.get_size()
    async with asyncio.timeout(5), db.transaction():
        await db.execute("UPDATE member SET name = name")

"""From start to an orderly end."""

import asyncio

from models.kit import db, outbox
from models.kit.outbox import OutboxMessage
from models.kit.settings import Settings
from resolvers.kit import action, jobs
from schema.http.app import running


async def slowly(topic: str) -> None:
    """A change that takes its time."""
    async with db.transaction():
        await outbox.send(topic)
        await asyncio.sleep(0.2)


async def test_a_change_that_has_begun_is_done_before_the_service_ends(settings: Settings) -> None:
    async with running(settings, worker=False):
        request = asyncio.create_task(action.shielded(slowly("test.begun")))
        await asyncio.sleep(0.05)
        request.cancel()
    async with running(settings, worker=False):
        assert await OutboxMessage.filter(topic="test.begun").count() == 1


async def test_the_worker_inside_the_service_works_until_it_ends(settings: Settings) -> None:
    done = asyncio.Event()

    async def handle(payload: dict[str, object]) -> None:
        done.set()

    jobs.handlers["test.inside"] = handle
    try:
        async with running(settings, worker=True), asyncio.timeout(10):
            await slowly("test.inside")
            await done.wait()
    finally:
        del jobs.handlers["test.inside"]
    assert asyncio.all_tasks() == {asyncio.current_task()}

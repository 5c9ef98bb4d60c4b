"""What the worker clears away of files that nobody wants any more, whoever left them."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest_asyncio

from models.files import claims, limits
from models.files.tables import FileQuota, StoredFile
from models.kit import clock, db, scanner, storage
from models.kit.settings import Settings
from models.members import Member
from resolvers.kit import jobs
from tests.clamd import clamd
from tests.factories import people


@pytest_asyncio.fixture
async def member(database: None) -> Member:
    return await people.member(await people.organisation())


async def some() -> AsyncIterator[bytes]:
    yield b"sealed"


async def stored() -> set[str]:
    return {name async for batch in storage.names(clock.now() + timedelta(days=9)) for name in batch}


async def run(name: str, after: timedelta) -> int:
    """What a job does some time from now."""
    with clock.at(clock.now() + after):
        return await jobs.periodic_jobs[name].run()


async def test_what_a_crash_left_half_done_is_cleared_after_an_hour(member: Member) -> None:
    place = await claims.reserve(member.id, member.id)
    await storage.write(place.blob, some())
    assert await run("files.clean", limits.RECEIVING - timedelta(minutes=1)) == 0
    assert await run("files.clean", limits.RECEIVING + timedelta(minutes=1)) == 1
    quota = await FileQuota.get()
    assert (quota.waiting_files, quota.held_bytes) == (0, 0)
    assert not await StoredFile.exists()
    assert await stored() == set()


async def test_what_was_dropped_but_not_deleted_is_deleted_later(member: Member) -> None:
    place = await claims.reserve(member.id, member.id)
    await storage.write(place.blob, some())
    async with db.transaction():
        await claims.drop(place.id)
    assert await stored() == {place.blob}
    assert await run("files.clean", timedelta()) == 1
    assert await stored() == set()


async def test_bytes_that_no_file_knows_are_swept_after_a_day_and_known_ones_stay(
    member: Member, settings: Settings
) -> None:
    known, unknown = (await claims.reserve(member.id, member.id)).blob, "ee" * 32
    for name in (known, unknown):
        await storage.write(name, some())
    _not_ours(settings.data_dir / "files" / "note.txt")
    assert await run("files.sweep", timedelta(hours=23)) == 0
    assert await run("files.sweep", timedelta(hours=25)) == 1
    assert await stored() == {known}
    assert _not_ours(settings.data_dir / "files" / "note.txt")


def _not_ours(path: Path) -> bool:
    """Something that lies in the folder and has nothing to do with files; whether it lay there before."""
    there = path.exists()
    path.write_text("not ours")
    return there


async def test_without_a_scanner_what_waited_for_one_is_let_go(member: Member) -> None:
    place = await claims.reserve(member.id, member.id)
    await claims.settle(place, "CASE_DOCUMENT", "image/jpeg", 6, scanned=False)
    await storage.write(place.blob, some())
    assert await run("files.scan", timedelta()) == 1
    assert (await StoredFile.get()).status == "READY"


async def test_what_cannot_be_opened_any_more_is_given_up(member: Member) -> None:
    place = await claims.reserve(member.id, member.id)
    await claims.settle(place, "CASE_DOCUMENT", "image/jpeg", 6, scanned=False)
    async with clamd() as address:
        scanner.use(address)
        assert await run("files.scan", timedelta()) == 1
    assert (await StoredFile.get()).status == "REMOVED"

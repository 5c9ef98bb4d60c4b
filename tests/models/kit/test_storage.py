"""Keeping files: in the local folder and in a store that speaks S3 alike."""

import os
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from models.kit import storage
from tests.s3 import KEY_ID, s3

NAME = "ab" + "0" * 62


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where files are kept."""
    if request.param == "folder":
        yield ""
        return
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of nobody")
    with s3() as bucket:
        yield bucket.url


async def some(size: int, *, fails: bool = False) -> AsyncIterator[bytes]:
    for _ in range(size):
        yield b"x" * 2**20
    if fails:
        raise ConnectionError


async def read(name: str) -> bytes:
    return b"".join([chunk async for chunk in storage.read(name)])


async def names(before: datetime | None = None) -> list[str]:
    later = datetime.now(UTC) + timedelta(minutes=1)
    return [name async for batch in storage.names(before or later) for name in batch]


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("megabytes", [1, 7])
async def test_what_is_written_is_read_listed_and_deleted(place: str, tmp_path: Path, megabytes: int) -> None:
    storage.use(place, tmp_path)
    await storage.write(NAME, some(megabytes))
    assert await read(NAME) == b"x" * megabytes * 2**20
    assert await names() == [NAME]
    assert await names(before=datetime(2019, 1, 1, tzinfo=UTC)) == []
    for _ in range(2):  # what is not there is deleted already
        await storage.delete(NAME)
    assert await names() == []
    with pytest.raises(FileNotFoundError):
        await read(NAME)


@pytest.mark.parametrize("megabytes", [1, 7])
async def test_what_breaks_off_leaves_nothing(place: str, tmp_path: Path, megabytes: int) -> None:
    storage.use(place, tmp_path)
    with pytest.raises(ConnectionError):
        await storage.write(NAME, some(megabytes, fails=True))
    assert await names() == []
    assert files_in(tmp_path) == []


async def test_a_store_that_is_away_is_an_error_and_no_silence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of nobody")
    monkeypatch.setattr(storage, "NO_ANSWER_WITHIN", timedelta(seconds=1))
    storage.use("s3://files?endpoint=http://127.0.0.1:9", tmp_path)
    with pytest.raises(storage.StorageAwayError):
        await storage.write(NAME, some(1))
    with pytest.raises(storage.StorageAwayError):
        await read(NAME)
    with pytest.raises(storage.StorageAwayError):
        await storage.delete(NAME)


def test_the_spool_has_no_name_and_the_folders_are_nobody_elses(tmp_path: Path) -> None:
    storage.use("", tmp_path)
    with storage.spool() as spool:
        spool.write(b"plain")
        assert files_in(tmp_path) == []
    assert {os.stat(path).st_mode & 0o77 for path in tmp_path.iterdir()} == {0}  # noqa: PTH116

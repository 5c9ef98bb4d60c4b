"""Where files are kept: one interface over a local folder or an S3-compatible store. It knows names and bytes;
what the bytes are was sealed before. And the spool, where a file stays in the open while it is looked at."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast
from urllib.parse import parse_qsl, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, S3Store

if TYPE_CHECKING:
    from obstore.store import S3Config

READ_AT_ONCE = 256 * 1024  # bytes
PART = 5 * 1024 * 1024  # bytes held while writing; S3 takes no smaller part
WRITES_AT_ONCE = 2  # so many parts are held at most
NO_ANSWER_WITHIN = timedelta(seconds=20)


class StorageAwayError(OSError):
    """The store did not do what was asked of it; it may later."""


@dataclass
class _Open:
    store: ObjectStore
    spool: Path
    writes: asyncio.Semaphore


_open: _Open | None = None


def use(url: str, folder: Path) -> None:
    """Keep files at `url` (`s3://bucket/prefix?endpoint=…&region=…`) or, where it is empty, in `folder`/files."""
    global _open
    spool = folder / "incoming"
    spool.mkdir(parents=True, exist_ok=True, mode=0o700)
    _open = _Open(_bucket(url) if url else _local(folder / "files"), spool, asyncio.Semaphore(WRITES_AT_ONCE))


def _local(folder: Path) -> LocalStore:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return LocalStore(folder, automatic_cleanup=True)


def _bucket(url: str) -> S3Store:
    """Keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."""
    parts = urlsplit(url)
    chosen = dict(parse_qsl(parts.query))
    return S3Store(
        parts.netloc,
        prefix=parts.path.strip("/") or None,
        config=cast("S3Config", {"region": "us-east-1", **chosen}),
        client_options={
            "allow_http": chosen.get("endpoint", "").startswith("http://"),
            "connect_timeout": NO_ANSWER_WITHIN,
            "timeout": NO_ANSWER_WITHIN,
        },
        retry_config={"max_retries": 2, "retry_timeout": NO_ANSWER_WITHIN},
    )


def _now() -> _Open:
    assert _open, "storage.use() comes first"
    return _open


def spool() -> BinaryIO:
    """A temporary file without a name: nothing of it is left when the process ends, however it ends."""
    return cast("BinaryIO", tempfile.TemporaryFile(dir=_now().spool))


async def write(name: str, chunks: AsyncIterator[bytes]) -> None:
    """Keep a file whole or not at all; raises StorageAwayError, as everything here does."""
    place = _now()
    async with place.writes:
        with _reached():
            await obstore.put_async(place.store, _path(name), chunks, chunk_size=PART, max_concurrency=1)


async def read(name: str) -> AsyncIterator[bytes]:
    """The bytes of a file, in chunks; raises FileNotFoundError before the first."""
    with _reached():
        found = await obstore.get_async(_now().store, _path(name))
        async for chunk in found.stream(min_chunk_size=READ_AT_ONCE):
            yield bytes(chunk)


async def delete(name: str) -> None:
    """Forget a file; one that is not there is forgotten already."""
    with _reached(), suppress(FileNotFoundError):
        await obstore.delete_async(_now().store, _path(name))


async def names(before: datetime) -> AsyncIterator[list[str]]:
    """The names of all files that were written before a moment, some at a time; of nothing else that is there."""
    async for batch in obstore.list(_now().store):
        found = {item["path"].rpartition("/")[2]: item for item in batch}
        yield [name for name, item in found.items() if item["path"] == _path(name) and item["last_modified"] < before]


@contextmanager
def _reached() -> Iterator[None]:
    try:
        yield
    except BaseError as error:
        raise StorageAwayError(str(error).partition("\n")[0]) from error


def _path(name: str) -> str:
    return f"{name[:2]}/{name}"

"""Files at rest: only the file itself comes back, and only as long as the person's key is there."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.files import sealing
from models.files.sealing import CHUNK, TAG
from models.kit import crypto
from models.kit.crypto import SealError

FILE, SALT = uuid4(), "ab" * 32
HEADER = 3 + 1 + len("new") + 7
SIZES = st.sampled_from([1, 2, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 9 * CHUNK, 9 * CHUNK + 5])


@pytest.fixture(autouse=True)
def keys() -> Iterator[None]:
    crypto.use_keys({"new": b"n" * 32, "old": b"o" * 32})
    yield
    crypto.use_keys({})


def sealed(content: bytes, file_id: UUID = FILE) -> bytes:
    async def run() -> bytes:
        return b"".join([part async for part in sealing.sealed(BytesIO(content), file_id, SALT)])

    return asyncio.run(run())


def opened(kept: bytes, file_id: UUID = FILE, salt: str = SALT, parts: int = 100_000) -> bytes:
    async def stored() -> AsyncIterator[bytes]:
        for at in range(0, len(kept), parts):
            yield kept[at : at + parts]

    async def run() -> bytes:
        return b"".join([part async for part in sealing.opened(stored(), file_id, salt)])

    return asyncio.run(run())


@given(SIZES, st.integers(1, 3 * CHUNK))
def test_a_file_comes_back_however_it_is_cut(size: int, parts: int) -> None:
    content = bytes(range(256)) * (size // 256) + b"!" * (size % 256)
    parts = max(parts, size // 50)
    kept = sealed(content)
    assert size < 16 or content[:16] not in kept
    assert opened(kept, parts=parts) == content


@given(st.data())
def test_whatever_is_changed_opens_no_more(data: st.DataObject) -> None:
    kept = sealed(b"x" * (2 * CHUNK + 9))
    at, bit = data.draw(st.integers(0, len(kept) - 1)), data.draw(st.integers(0, 7))
    with pytest.raises(SealError):
        opened(kept[:at] + bytes([kept[at] ^ 1 << bit]) + kept[at + 1 :])


@given(st.data())
def test_what_is_cut_short_anywhere_opens_no_more(data: st.DataObject) -> None:
    kept = sealed(b"x" * (2 * CHUNK))
    ends = st.one_of(st.integers(0, len(kept) - 1), st.just(HEADER), st.just(HEADER + CHUNK + TAG))
    with pytest.raises(SealError):
        opened(kept[: data.draw(ends)])


def test_chunks_change_neither_places_nor_files() -> None:
    kept = sealed(b"x" * (2 * CHUNK + 9))
    first, second = (kept[HEADER + n * (CHUNK + TAG) : HEADER + (n + 1) * (CHUNK + TAG)] for n in (0, 1))
    for other in (kept.replace(first + second, second + first), kept.replace(first, b"", 1), kept + first):
        with pytest.raises(SealError):
            opened(other)
    with pytest.raises(SealError):
        opened(kept, file_id=uuid4())


def test_without_the_key_of_the_person_or_of_the_service_nothing_opens() -> None:
    kept = sealed(b"x")
    for salt in ("", "cd" * 32):
        with pytest.raises(SealError):
            opened(kept, salt=salt)
    crypto.use_keys({"old": b"o" * 32})
    with pytest.raises(SealError):
        opened(kept)


def test_a_new_key_leaves_what_an_old_one_sealed() -> None:
    crypto.use_keys({"old": b"o" * 32})
    kept = sealed(b"x")
    crypto.use_keys({"new": b"n" * 32, "old": b"o" * 32})
    assert opened(kept) == b"x"

"""Files at rest: AES-GCM in chunks, under a key made for one file of one person, each chunk bound to its number and
the last one to being the last. Erasing the person's salt erases what is in their files.

A sealed file: `UF1`, the length of the key's id, the id, 7 bytes drawn by chance; then the chunks, each 16 bytes
longer than in the open. A nonce is those 7 bytes, the number of the chunk (4 bytes), and 1 for the last.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from typing import BinaryIO
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from models.kit import crypto
from models.kit.crypto import SealError

CHUNK = 64 * 1024  # bytes in the open
TAG = 16
AT_ONCE = 8  # chunks sealed in one go, off the event loop
MAGIC = b"UF1"
_PREFIX = 7


class _Chunks:
    """The chunks of one file in their order."""

    def __init__(self, key: bytes, prefix: bytes, file_id: UUID) -> None:
        self._cipher, self._prefix, self._place = AESGCM(key), prefix, b"stored_file." + file_id.bytes
        self._number = 0

    def _nonce(self, last: bool) -> bytes:
        self._number += 1
        return self._prefix + self._number.to_bytes(4, "big") + bytes([last])

    def seal(self, plain: bytes, *, last: bool) -> bytes:
        return self._cipher.encrypt(self._nonce(last), plain, self._place)

    def open(self, box: bytes, *, last: bool) -> bytes:
        try:
            return self._cipher.decrypt(self._nonce(last), box, self._place)
        except InvalidTag as error:
            raise SealError("a file was changed, cut short, or is another one") from error


async def sealed(source: BinaryIO, file_id: UUID, salt: str) -> AsyncIterator[bytes]:
    """What is kept of a file, read from its beginning."""
    key_id, key = crypto.subkey(_purpose(file_id), _salted(salt))
    prefix = os.urandom(_PREFIX)
    chunks = _Chunks(key, prefix, file_id)
    source.seek(0)

    def some(plain: bytes) -> tuple[bytes, bytes]:
        """Seal a few chunks; with what follows them, which says whether one was the last."""
        boxes = []
        for _ in range(AT_ONCE):
            following = source.read(CHUNK)
            boxes.append(chunks.seal(plain, last=not following))
            plain = following
            if not plain:
                break
        return b"".join(boxes), plain

    yield MAGIC + bytes([len(key_id)]) + key_id.encode() + prefix
    plain = source.read(CHUNK)
    while plain:
        boxes, plain = await asyncio.to_thread(some, plain)
        yield boxes


async def opened(kept: AsyncIterator[bytes], file_id: UUID, salt: str) -> AsyncIterator[bytes]:
    """A file in the open, in chunks; raises SealError before anything is given out that is not the file."""
    held = bytearray()
    chunks: _Chunks | None = None
    async for part in kept:
        held += part
        if chunks is None and len(held) > len(MAGIC) and len(held) >= _header(held):
            chunks = _begun(bytes(held[: _header(held)]), file_id, salt)
            del held[: _header(held)]
        while chunks and len(held) > CHUNK + TAG:
            yield chunks.open(bytes(held[: CHUNK + TAG]), last=False)
            del held[: CHUNK + TAG]
    if chunks is None:
        raise SealError("a file without a beginning")
    yield chunks.open(bytes(held), last=True)


async def begun(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same chunks once the first is there: a file that is lost or does not open is found out now."""
    first = await anext(chunks)

    async def all_of_them() -> AsyncIterator[bytes]:
        yield first
        async for chunk in chunks:
            yield chunk

    return all_of_them()


def _header(held: bytearray) -> int:
    return len(MAGIC) + 1 + held[len(MAGIC)] + _PREFIX


def _begun(header: bytes, file_id: UUID, salt: str) -> _Chunks:
    if not header.startswith(MAGIC):
        raise SealError("not a sealed file")
    key_id = header[len(MAGIC) + 1 : -_PREFIX].decode(errors="replace")
    _, key = crypto.subkey(_purpose(file_id), _salted(salt), key_id)
    return _Chunks(key, header[-_PREFIX:], file_id)


def _purpose(file_id: UUID) -> str:
    return f"file.{file_id}"


def _salted(salt: str) -> bytes:
    if not salt:
        raise SealError("the key of this person is erased")
    return bytes.fromhex(salt)

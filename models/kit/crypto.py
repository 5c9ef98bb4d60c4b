"""Sealing of sensitive values (AES-GCM with a key id), keyed blind indexes, and keyed digests."""

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_keys: dict[str, bytes] = {}


class SealError(ValueError):
    """A sealed value does not open here: wrong key, wrong place, or tampered with."""


def use_keys(keys: Mapping[str, bytes]) -> None:
    """Set the data keys, newest first; called once at start."""
    _keys.clear()
    _keys.update(keys)
    _derived.cache_clear()


def seal(text: str, place: str, salt: bytes = b"") -> str:
    """Encrypt `text` for one place (`table.column.row`); `salt` makes a key per person, so that erasing
    the salt erases the text."""
    key_id = next(iter(_keys))
    nonce = os.urandom(12)
    box = AESGCM(_derived(key_id, "seal", salt)).encrypt(nonce, text.encode(), place.encode())
    return f"{key_id}:{base64.urlsafe_b64encode(nonce + box).decode()}"


def unseal(token: str, place: str, salt: bytes = b"") -> str:
    """Decrypt what `seal` made for the same place and salt; raises SealError."""
    key_id, _, encoded = token.partition(":")
    try:
        box = base64.urlsafe_b64decode(encoded)
        return AESGCM(_derived(key_id, "seal", salt)).decrypt(box[:12], box[12:], place.encode()).decode()
    except Exception as error:  # InvalidTag, KeyError, ValueError: all mean the same to the caller
        raise SealError(f"cannot open {place.rpartition('.')[0]}") from error


def blind_index(text: str, purpose: str) -> str:
    """A keyed fingerprint for exact look-up of an encrypted value. It uses the oldest key, so that adding
    a key does not lose the rows written before."""
    return keyed_digest(text, f"index.{purpose}")


def keyed_digest(text: str, purpose: str) -> str:
    """HMAC-SHA256 of `text` under a key derived for `purpose`, as hex."""
    oldest = next(reversed(_keys))
    return hmac.new(_derived(oldest, purpose, b""), text.encode(), hashlib.sha256).hexdigest()


def subkey(purpose: str, salt: bytes, key_id: str | None = None) -> tuple[str, bytes]:
    """A key of 32 bytes for what is not sealed as text, and the id of the data key it is made of: the newest one
    unless it is named. Raises SealError for one that is not known here."""
    key_id = key_id or next(iter(_keys))
    if key_id not in _keys:
        raise SealError(f"no data key {key_id}")
    return key_id, _derived(key_id, purpose, salt)


@lru_cache(maxsize=4096)
def _derived(key_id: str, purpose: str, salt: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt or None, purpose.encode()).derive(_keys[key_id])

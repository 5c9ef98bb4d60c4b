"""Trusted documents: all that a frontend will ever send, written down when it is built and known by its hash."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import orjson

from models.kit.settings import SettingsError

PREFIX = "sha256:"


def digest(text: str) -> str:
    """What a document is known by: the SHA-256 of its text, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def read(manifests: Iterable[Path]) -> dict[str, str]:
    """The documents of manifests by their hashes. A manifest is a JSON object from hash to text, as graphql-codegen's
    client preset writes it (`persistedDocuments: true`), with or without `sha256:` before the hash; raises
    SettingsError."""
    return {hash.removeprefix(PREFIX): text for manifest in manifests for hash, text in _entries(manifest).items()}


def _entries(manifest: Path) -> dict[str, str]:
    try:
        found = orjson.loads(manifest.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise SettingsError(f"TRUSTED_DOCUMENTS: {manifest}: {error}") from None
    if not isinstance(found, dict):
        raise SettingsError(f"TRUSTED_DOCUMENTS: {manifest}: expected an object from hash to document")
    for hash, text in found.items():
        if not isinstance(text, str) or digest(text) != hash.removeprefix(PREFIX):
            raise SettingsError(f"TRUSTED_DOCUMENTS: {manifest}: {hash} is not the SHA-256 of its document")
    return found

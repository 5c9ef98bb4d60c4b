"""Passwords: argon2, in threads of their own so that they neither stop the loop nor take every core."""

import asyncio
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from models.kit.codes import ErrorCode
from models.kit.errors import refuse

MIN_LENGTH, MAX_LENGTH, MIN_DIFFERENT = 10, 200, 5
_COMMON = Path(__file__).parent / "data" / "common_passwords.txt"
# OWASP's parameters; each hash takes 19 MiB while it is made.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_threads = ThreadPoolExecutor(2, "argon2")


def check(password: str, phone: str | None, field: str) -> None:
    """Refuse a password that is easily guessed (PASSWORD_WEAK) or too long."""
    plain = _normal(password)
    if len(plain) > MAX_LENGTH:
        refuse(ErrorCode.TOO_LONG, field, max=MAX_LENGTH)
    weak = len(plain) < MIN_LENGTH or len(set(plain)) < MIN_DIFFERENT or plain.casefold() in _common()
    if weak or (phone and phone in plain):
        refuse(ErrorCode.PASSWORD_WEAK, field, min=MIN_LENGTH)


async def hashed(password: str) -> str:
    """The hash to keep of a password."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, _normal(password))


async def matches(password: str, kept: str | None) -> bool:
    """Whether a password is the one whose hash is kept; as slow where there is none."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _verify, _normal(password), kept)


def _verify(password: str, kept: str | None) -> bool:
    try:
        _hasher.verify(kept or _nobodys(), password)
        return kept is not None
    except VerificationError:
        return False


@cache
def _nobodys() -> str:
    return _hasher.hash("the password of nobody")


@cache
def _common() -> frozenset[str]:
    lines = _COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(line.casefold() for line in lines if line and not line.startswith("#"))


def _normal(password: str) -> str:
    """The same password from whatever keyboard it was typed on."""
    return unicodedata.normalize("NFKC", password)

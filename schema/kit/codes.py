"""What lies behind each code, and what a client does about it (codes.toml)."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Meaning:
    """Of one code; a next step has no cause."""

    remedy: str
    cause: str = ""

    def __str__(self) -> str:
        return f"{self.cause} {self.remedy}".strip()


@cache
def meanings(kind: str) -> dict[str, Meaning]:
    """Codes of a kind: `api` (top-level errors), `error` (refused changes), `next` (next steps)."""
    told = tomllib.loads(Path(__file__).with_name("codes.toml").read_text(encoding="utf-8"))
    return {code: Meaning(**words) for code, words in told[kind].items()}

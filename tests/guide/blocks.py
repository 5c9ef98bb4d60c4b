"""The fenced blocks of a page, and whether an answer is what the page says of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

ANY = "…"
_FENCE = re.compile(r"^```(?P<language>\w*) ?(?P<label>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A block: its language, what it is labelled as, and the line it begins in."""

    language: str
    label: str
    text: str
    line: int


def blocks(page: str) -> list[Block]:
    """Every fenced block of a page, in its order."""
    return [
        Block(found["language"], found["label"], found["text"], page.count("\n", 0, found.start()) + 1)
        for found in _FENCE.finditer(page)
    ]


def unlike(told: Any, found: Any, where: str = "answer") -> Iterator[str]:
    """Where an answer is not what was told of it. `…` stands for anything, at the end of a list for more of it;
    what things cost may differ."""
    if told == ANY and found is not None:
        return
    if isinstance(told, dict) and isinstance(found, dict):
        if told.keys() != found.keys():
            yield f"{where} has {sorted(found)}, not {sorted(told)}"
        for name in told.keys() & found.keys():
            yield from unlike(told[name], found[name], f"{where}.{name}")
    elif isinstance(told, list) and isinstance(found, list):
        yield from _unlike_items(told, found, where)
    elif not _alike(told, found, where):
        yield f"{where} is {found!r}, not {told!r}"


def _unlike_items(told: list[Any], found: list[Any], where: str) -> Iterator[str]:
    more = told[-1:] == [ANY]
    expected = told[:-1] if more else told
    if len(found) < len(expected) or (len(found) > len(expected) and not more):
        yield f"{where} has {len(found)} items, not {len(expected)}"
    for number, (one, other) in enumerate(zip(expected, found, strict=False)):
        yield from unlike(one, other, f"{where}.{number}")


def _alike(told: Any, found: Any, where: str) -> bool:
    if ".cost." in where:
        return type(told) is type(found)
    if isinstance(told, str) and isinstance(found, str) and ANY in told:
        return bool(re.fullmatch(".+".join(map(re.escape, told.split(ANY))), found))
    return bool(told == found)

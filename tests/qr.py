"""Reading QR pictures as a scanner does, from the modules on (ISO/IEC 18004): codes of version 1, undamaged."""

import re
from collections.abc import Callable, Iterator

SIZE = 21
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
# By the two bits of the level, as the standard has them: how many of the 26 codewords are data.
LEVELS = {0b01: ("L", 19), 0b00: ("M", 16), 0b11: ("Q", 13), 0b10: ("H", 9)}
_MASKS: tuple[Callable[[int, int], bool], ...] = (
    lambda r, c: (r + c) % 2 == 0,
    lambda r, c: r % 2 == 0,
    lambda r, c: c % 3 == 0,
    lambda r, c: (r + c) % 3 == 0,
    lambda r, c: (r // 2 + c // 3) % 2 == 0,
    lambda r, c: r * c % 2 + r * c % 3 == 0,
    lambda r, c: (r * c % 2 + r * c % 3) % 2 == 0,
    lambda r, c: ((r + c) % 2 + r * c % 3) % 2 == 0,
)
Dark = set[tuple[int, int]]


def read(svg: str) -> tuple[str, str, int]:
    """What an SVG picture says, its level of error correction, and how many light modules are around it."""
    dark = _drawn(svg)
    quiet = min(row for row, _ in dark)
    assert quiet == min(column for _, column in dark)
    code = {(row - quiet, column - quiet) for row, column in dark}
    assert max(row for row, _ in code) == SIZE - 1
    form = int("".join(str(int((8, column) in code)) for column in range(5)), 2) ^ 0b10101
    level, data = LEVELS[form >> 3]
    masked = _MASKS[form & 7]
    stream = "".join(str(int(((r, c) in code) ^ masked(r, c))) for r, c in _walk())[: data * 8]
    return _text(stream), level, quiet


def _drawn(svg: str) -> Dark:
    """The modules that the picture's path draws, one row after the other."""
    found = re.search(r'class="qrline"[^>]* d="([^"]+)"', svg)
    assert found
    row, column, dark = 0.0, 0, Dark()
    for kind, numbers in re.findall(r"([Mmh])([-\d. ]+)", found[1]):
        if kind == "h":
            dark |= {(int(row), c) for c in range(column, column + int(numbers))}
            column += int(numbers)
        else:
            right, down = numbers.split()
            column = int(right) + (column if kind == "m" else 0)
            row = float(down) + (row if kind == "m" else 0)
    return dark


def _walk() -> Iterator[tuple[int, int]]:
    """The places of the data, in their order: upwards and downwards in pairs of columns from the right."""
    for number, right in enumerate((20, 18, 16, 14, 12, 10, 8, 5, 3, 1)):
        for step in range(SIZE):
            row = step if number % 2 else SIZE - 1 - step
            yield from ((row, c) for c in (right, right - 1) if not _is_fixed(row, c))


def _is_fixed(row: int, column: int) -> bool:
    """Finders with what is around them, and the timing lines."""
    corner = (row < 9 and (column < 9 or column > 12)) or (row > 12 and column < 9)
    return corner or row == 6 or column == 6


def _text(stream: str) -> str:
    bits = iter(stream)

    def number(length: int) -> int:
        return int("".join(next(bits) for _ in range(length)), 2)

    mode = number(4)
    if mode == 0b0001:
        length, groups = number(10), []
        while length:
            taken = min(3, length)
            groups.append(f"{number((0, 4, 7, 10)[taken]):0{taken}d}")
            length -= taken
        return "".join(groups)
    assert mode == 0b0010, "neither digits nor capital letters"
    length, text = number(9), ""
    while length - len(text) > 1:
        pair = number(11)
        text += _LETTERS[pair // 45] + _LETTERS[pair % 45]
    return text + (_LETTERS[number(6)] if length > len(text) else "")

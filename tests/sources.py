"""The project's own files, as the house rules read them."""

import ast
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
NOT_OURS = {"__pycache__", "dist", "node_modules", "var"}
HIDDEN_BUT_OURS = {".ci", ".gitignore"}


@cache
def repository_files() -> tuple[str, ...]:
    """The files under version control or about to be; without git all but the ignored folders."""
    if (ROOT / ".git").exists() and shutil.which("git"):
        listing = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(listing, capture_output=True, text=True, check=True).stdout.split("\0")
    else:
        paths = [path.relative_to(ROOT) for path in ROOT.rglob("*")]
        names = [str(path) for path in paths if all(map(_is_ours, path.parts))]
    return tuple(sorted(name for name in names if (ROOT / name).is_file()))


def _is_ours(part: str) -> bool:
    return part in HIDDEN_BUT_OURS or (not part.startswith(".") and part not in NOT_OURS)


def python_files(*, under: tuple[str, ...] = ("",), outside: tuple[str, ...] = ()) -> list[str]:
    """The Python files whose names start with one of `under` and none of `outside`."""
    names = [name for name in repository_files() if name.endswith(".py")]
    return [name for name in names if name.startswith(under) and not name.startswith(outside)]


@cache
def text(name: str) -> str:
    """The text of a file; empty where it is not text."""
    try:
        return (ROOT / name).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@cache
def tree(name: str) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(text(name), name)


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """A syntax tree's nodes, but for the insides of protocols, which only declare."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not _is_protocol(child):
            yield from walk(child)


def length(name: str) -> int:
    """Lines of a file."""
    return len(text(name).splitlines())


def lines_matching(pattern: re.Pattern[str]) -> list[str]:
    """Every line of the repository that matches, as `file:line: text`."""
    return [
        f"{name}:{number}: {line.strip()}"
        for name in repository_files()
        for number, line in enumerate(text(name).splitlines(), 1)
        if pattern.search(line)
    ]


def nodes_matching(rule: Callable[[ast.AST], bool], names: Iterable[str]) -> list[str]:
    """Every syntax node of these files for which the rule holds, as `file:line: text`."""
    return [
        f"{name}:{getattr(node, 'lineno', 0)}: {ast.unparse(node).splitlines()[0]}"
        for name in names
        for node in walk(tree(name))
        if rule(node)
    ]


def _is_protocol(node: ast.AST) -> bool:
    return isinstance(node, ast.ClassDef) and any(ast.unparse(base).startswith("Protocol") for base in node.bases)

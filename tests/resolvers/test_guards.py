"""Nothing that somebody does or reads goes round its guard, and whatever people are told has words."""

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import resolvers
from models.kit.codes import ErrorCode
from models.kit.texts import LOCALES, catalogue
from models.notifications import NotificationKind
from resolvers.kit.action import commands, queries
from tests.sources import python_files, tree, walk

# What has no guard of its own: the guards themselves, and the demo, which only the command line plays.
UNGUARDED = ("resolvers.kit", "resolvers.demo")
# What commands do together; no field calls it.
SHARED = {"resolvers.cases.common.open_case", "resolvers.cases.filing.hand_in"}


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public asynchronous function of the resolvers, under its full name."""
    for found in pkgutil.walk_packages(resolvers.__path__, "resolvers."):
        if found.name.startswith(UNGUARDED):
            continue
        module = importlib.import_module(found.name)
        for name, function in inspect.getmembers(module, inspect.iscoroutinefunction):
            if function.__module__ == found.name and not name.startswith("_"):
                yield f"{found.name}.{name}", function


def test_whatever_somebody_does_or_reads_has_a_guard() -> None:
    found = list(functions())
    guarded = {entry.function for entry in (*commands.values(), *queries.values())}
    acting = [(name, function) for name, function in found if "actor" in inspect.signature(function).parameters]
    assert len(acting) > 100
    assert [name for name, function in acting if inspect.unwrap(function) not in guarded] == sorted(SHARED)


def test_whatever_people_are_told_has_words_and_no_words_are_left_over() -> None:
    kinds, codes = {str(kind) for kind in NotificationKind}, {str(code) for code in ErrorCode}
    topics = tuple({kind.partition("_")[0] + "_" for kind in kinds})
    names = python_files(under=("resolvers/", "models/"), outside=("models/migrations/", "models/seed/"))
    constants = [node.value for name in names for node in walk(tree(name)) if isinstance(node, ast.Constant)]
    said = {text for text in constants if isinstance(text, str) and re.fullmatch("[A-Z]+(_[A-Z]+)+", text)}
    assert kinds - said == set()
    assert {text for text in said - codes if text.startswith(topics)} - kinds == set()


@pytest.mark.parametrize("locale", LOCALES)
def test_a_notification_has_a_title_and_a_body(locale: str) -> None:
    texts = catalogue(locale)
    wanted = [f"notification.{kind}.{part}" for kind in NotificationKind for part in ("title", "body")]
    assert [key for key in wanted if texts.gettext(key) == key] == []

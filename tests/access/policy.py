"""The access policy as the tests read it."""

import tomllib
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import lru_cache
from pathlib import Path
from typing import Any

from models.kit.actor import Role

FILE = Path(__file__).parents[2] / "resolvers" / "access.toml"
CLASSES = ("public", "internal", "personal", "sensitive")


@dataclass(frozen=True)
class Rule:
    """For whom something is; see the head of the policy."""

    anyone: bool | str = False
    account: bool = False
    self: bool = False
    not_self: bool = False
    staff: frozenset[Role] = frozenset()


@dataclass(frozen=True)
class TypePolicy:
    """The fields of a type (or of all types of a pattern) by class, and for whom they are."""

    pattern: str
    rule: Rule | None
    classes: dict[str, str]
    only: dict[str, Rule]


@dataclass(frozen=True)
class RootPolicy:
    """A field of a root: for whom, and the name of the guarded function behind it."""

    rule: Rule
    function: str | None
    who: str | None = None


@dataclass(frozen=True)
class Policy:
    """The whole file."""

    types: dict[str, TypePolicy]
    queries: dict[str, RootPolicy]
    subscriptions: dict[str, RootPolicy]
    mutations: dict[str, RootPolicy]
    inside: frozenset[str]

    def of(self, type_name: str) -> TypePolicy | None:
        """The entry of a type: its own, or that of the pattern it matches."""
        return self.types.get(type_name) or next((t for p, t in self.types.items() if fnmatch(type_name, p)), None)


@lru_cache
def policy() -> Policy:
    """Read once."""
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    rules = {name: _rule(words) for name, words in told["rules"].items()}
    return Policy(
        {name: _type(name, entry, rules) for name, entry in told["types"].items()},
        {name: RootPolicy(rules[e["rule"]], e.get("query")) for name, e in told["queries"].items()},
        {name: RootPolicy(rules[e["rule"]], e.get("query")) for name, e in told["subscriptions"].items()},
        {name: RootPolicy(rules[e["rule"]], e["command"], e["who"]) for name, e in told["mutations"].items()},
        frozenset(told["inside"]),
    )


def _rule(words: dict[str, Any]) -> Rule:
    return Rule(**{**words, "staff": frozenset(map(Role, words.get("staff", ())))})


def _type(name: str, entry: dict[str, Any], rules: dict[str, Rule]) -> TypePolicy:
    assert ("rule" in entry) != entry.get("part", False), f"{name}: a rule, or part of what holds it"
    listed = [(field, kind) for kind in CLASSES for field in entry.get(kind, ())]
    classes = dict(listed)
    assert len(classes) == len(listed), f"{name}: a field in two classes"
    only = {field: rules[rule] for field, rule in entry.get("only", {}).items()}
    return TypePolicy(name, rules[entry["rule"]] if "rule" in entry else None, classes, only)

"""What graphql-eslint says of the schema and of the frontends' operations."""

import json
from collections.abc import Callable
from pathlib import Path

from tests.clients.conftest import GENERATED, SNAPSHOT
from tests.node import node

# A line that a rule is right about in general and wrong about here, with the reason.
EXCEPTIONS = {
    ("relay-edge-types", "type AuditEntryEdge {"): "an entry of the record is read in its list only and has no id",
    ("relay-edge-types", "type BudgetEntryEdge {"): "a movement of a budget is read in its list only and has no id",
    ("relay-edge-types", "type FileViewEdge {"): "a look into a file is read in its list only and has no id",
    ("no-typename-prefix", "eventKind: EventKind!"): "the frontends' name: `kind` is that of a case",
    ("no-typename-prefix", "membership: Membership"): "the trade's word, no prefix",
    (
        "require-selections",
        "fragment CaseDetails on Case {",
    ): "never spread without CaseFile or CaseCard, which have the id",
    ("require-selections", "organisation {"): "a union that is only named, in the frontends' contract",
}
# As many are set otherwise for the whole schema, with their reasons, in lint.js.
SETTINGS = 3

# What would be a flaw, by the rule that finds it.
FLAWS = {
    "relay-page-info": ("  endCursor: String\n", "  lastCursor: String\n"),
    "relay-arguments": ("    after: String = null\n", "    afterwards: String = null\n"),
    "naming-convention": ("  allotted: Money!\n", "  Allotted_money: Money!\n"),
    "require-description": ('"""Something that happened to a case."""\n', ""),
}


def lint(schema: Path) -> tuple[int, dict[tuple[str, str], str]]:
    """How many rules there are, and what the linter says by rule and line."""
    said = json.loads(node("lint.js", str(schema), str(GENERATED / "operations.graphql")))
    return said["rules"], {(rule, line): message for rule, line, message in said["complaints"]}


def test_the_schema_and_the_operations_keep_the_rules_of_the_trade_but_for_named_exceptions(
    operations: set[str], report: Callable[[str], None]
) -> None:
    rules, complaints = lint(SNAPSHOT)
    report(f"graphql-eslint: {rules} rules, {SETTINGS} set otherwise, {len(EXCEPTIONS)} exceptions by line")
    assert {key: message for key, message in complaints.items() if key not in EXCEPTIONS} == {}
    assert set(EXCEPTIONS) - set(complaints) == set(), "no exception any more"


def test_flaws_of_a_schema_are_found(operations: set[str]) -> None:
    planted, text = GENERATED / "planted.graphql", SNAPSHOT.read_text(encoding="utf-8")
    for was, becomes in FLAWS.values():
        assert was in text
        text = text.replace(was, becomes, 1)
    planted.write_text(text, encoding="utf-8")
    assert {rule for rule, _ in lint(planted)[1]} >= set(FLAWS)

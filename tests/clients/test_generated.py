"""What a frontend generates from the schema: typed operations, trusted documents, and nothing that types would miss."""

import json
import re
from collections.abc import Callable
from pathlib import Path

from tests.api import documents
from tests.node import CLIENTS, node
from tests.schema.test_contract import LATER


def test_every_operation_of_the_frontends_that_exists_gets_types_and_a_trusted_document(
    generated: Path, operations: set[str], report: Callable[[str], None]
) -> None:
    manifest = json.loads((generated / "api" / "persisted-documents.json").read_text(encoding="utf-8"))
    named = {re.findall(r"(?:query|mutation|subscription) (\w+)", text)[0] for text in manifest.values()}
    report(f"operations: {len(named)} of {len(documents())} generated, validated and compiled under strict TypeScript")
    assert named == operations == set(documents()) - LATER
    assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", id) for id in manifest)


def test_generated_code_and_clients_pass_strict_typescript(generated: Path) -> None:
    node("node_modules/typescript/bin/tsc")


def test_packages_are_pinned_by_what_they_hold_and_not_by_where_they_lay() -> None:
    lock = json.loads((CLIENTS / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert [
        name for name, package in packages.items() if "integrity" not in package and not package.get("inBundle")
    ] == []
    assert [name for name, package in packages.items() if "resolved" in package] == []
    wanted = lock["packages"][""]["dependencies"]
    assert {name: version for name, version in wanted.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)} == {}

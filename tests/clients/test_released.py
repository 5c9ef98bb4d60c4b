"""A schema that clients were written for is not broken in silence."""

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.clients.conftest import SNAPSHOT
from tests.live import ROOT
from tests.node import node

RELEASED = SNAPSHOT.with_name("released.graphql")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
TEXT = r' *"""(?:(?!""").)*"""\n'
# What would break clients, by coordinate: what stands in the released schema and what it would become.
BREAKS = {
    "Member.name": (rf"(type Member implements(?:(?!\n}}).)*?){TEXT}  name: String!\n", r"\1"),
    "Member.phone": (r"(type Member implements.*?  phone: )String\n", r"\1Int\n"),
    "CaseStatus.WITHDRAWN": (rf"(enum CaseStatus (?:(?!\n}}).)*?){TEXT}  WITHDRAWN\n", r"\1"),
    "Viewer.cases.filter": (r"(  cases\((?:(?!\)).)*?    filter: CaseFilter) = null\n", r"\1!\n"),
    "SignInInput.device": (r"(input SignInInput .*?  device: )String = null\n", r"\1String!\n"),
    "AidApplication": ("(type AidApplication implements Case) & Node", r"\1"),
}
Report = Callable[[str], None]


def changes(after: Path) -> list[dict[str, str]]:
    """What has changed since the release."""
    found: list[dict[str, str]] = json.loads(node("diff.js", str(RELEASED), str(after)))
    return found


def unannounced(found: list[dict[str, str]], changelog: str = CHANGELOG) -> list[str]:
    """Breaking changes whose coordinates do not stand under the changelog's heading for what is not released."""
    coming = changelog.partition("\n## [Unreleased]\n")[2].partition("\n## ")[0]
    named = set(re.findall(r"`([^`]+)`", coming))
    return [change["message"] for change in found if change["level"] == "BREAKING" and change["path"] not in named]


def test_what_breaks_a_client_since_the_release_stands_in_the_changelog(report: Report) -> None:
    found = changes(SNAPSHOT)
    levels = Counter(change["level"] for change in found)
    report(
        f"changes of the schema since {released()}: {levels['BREAKING']} breaking, {levels['DANGEROUS']} dangerous, "
        f"{levels['NON_BREAKING']} harmless"
    )
    dangerous = sorted(change["path"] for change in found if change["level"] == "DANGEROUS")
    report(f"changes of the schema that a client may have to look at: {', '.join(dangerous)}")
    assert unannounced(found) == []


def test_changes_that_break_clients_are_found_until_the_changelog_names_them(tmp_path: Path) -> None:
    text = RELEASED.read_text(encoding="utf-8")
    for was, becomes in BREAKS.values():
        text, times = re.subn(was, becomes, text, count=1, flags=re.DOTALL)
        assert times == 1, was
    changed = tmp_path / "schema.graphql"
    changed.write_text(text, encoding="utf-8")
    found = changes(changed)
    assert len(unannounced(found)) == len(BREAKS)
    for coordinate in BREAKS:
        named = f"- **Breaking** `{coordinate}`\n"
        coming = CHANGELOG.replace("\n## [Unreleased]\n", f"\n## [Unreleased]\n\n{named}")
        assert len(unannounced(found, coming)) == len(BREAKS) - 1
        assert len(unannounced(found, f"{CHANGELOG}\n{named}")) == len(BREAKS), "what an old release broke"


def test_the_schema_that_was_released_is_that_of_the_newest_version() -> None:
    said = RELEASED.read_text(encoding="utf-8").partition("\n")[0]
    assert released() in said


def released() -> str:
    """The newest version in the changelog."""
    newest = re.search(r"^## \[(\d+\.\d+\.\d+)\]", CHANGELOG, re.MULTILINE)
    assert newest
    return newest[1]

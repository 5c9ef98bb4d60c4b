"""The guide for frontends: whoever follows it gets what it says."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests import sources
from tests.guide.blocks import Block, blocks, unlike
from tests.guide.reader import MANIFEST, Reader
from tests.journey.trial import Trial
from tests.live import ROOT
from tests.node import CLIENTS

PAGE = blocks(sources.text("schema/guide.md"))
LANGUAGES = {"graphql", "json", "text", "sh", "js", "ts"}


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    """Somebody with the demo before them, a picture at home, and an empty frontend."""
    (manifest,) = (block for block in PAGE if block.label == MANIFEST)
    (tmp_path / MANIFEST).write_text(manifest.text, encoding="utf-8")
    Image.new("RGB", (600, 400), "white").save(tmp_path / "id-card.jpg")
    app = CLIENTS / "generated" / "guide"
    shutil.rmtree(app, ignore_errors=True)
    app.mkdir(parents=True)
    shutil.copy(ROOT / "schema" / "schema.graphql", app)
    settings = {"DATA_DIR": str(tmp_path), "ACCESS_LOG": "0", "TRUSTED_DOCUMENTS": str(tmp_path / MANIFEST)}
    with Trial(settings, tmp_path).serving() as service:
        yield Reader(service, tmp_path, app, settings)
    shutil.rmtree(app)


def test_whoever_follows_the_guide_gets_what_it_says(reader: Reader, report: Callable[[str], None]) -> None:
    reader.read(blocks(sources.text("README.md")))
    reader.read(PAGE)
    report(f"guide: {len(PAGE)} blocks followed")
    assert {block.language for block in PAGE} == LANGUAGES


@pytest.mark.parametrize(("language", "label"), [("python", ""), ("json", ""), ("sh", "later"), ("", "")])
def test_a_block_that_nobody_runs_is_not_let_through(language: str, label: str) -> None:
    nobody = Reader(None, Path(), Path(), {})  # type: ignore[arg-type]
    with pytest.raises(AssertionError, match="line 7"):
        nobody.read([Block(language, label, "{}", 7)])


@pytest.mark.parametrize(
    ("told", "found", "alike"),
    [
        ({"id": "…"}, {"id": "x"}, True),
        ({"id": "…"}, {"id": None}, False),
        ({"id": "x"}, {"id": "y"}, False),
        ({"id": "x"}, {"id": "x", "more": 1}, False),
        ({"url": "/files/…"}, {"url": "/files/x.jpg"}, True),
        ({"url": "/files/…"}, {"url": "/file"}, False),
        ([1, "…"], [1, 2, 3], True),
        ([1, 2], [1, 2, 3], False),
        ([1, 2], [1], False),
        ({"cost": {"left": 10}}, {"cost": {"left": 9}}, True),
        ({"cost": {"left": 10}}, {"cost": {"left": None}}, False),
    ],
)
def test_an_answer_is_held_against_what_the_guide_says(told: Any, found: Any, alike: bool) -> None:
    assert (list(unlike(told, found)) == []) is alike

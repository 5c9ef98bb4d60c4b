"""Texts in the reader's language: which one, how values are written in it, and that none is missing or left over."""

import ast
import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.kit.texts import LOCALES, Listed, catalogue, negotiate, text
from tests.sources import python_files, repository_files, tree, walk
from tests.sources import text as source


@pytest.mark.parametrize(
    ("accept_language", "language"),
    [
        ("", "zh"),
        ("en", "en"),
        ("en-GB,en-US;q=0.9", "en"),
        ("zh-Hant", "zh"),
        ("zh_CN", "zh"),
        ("EN_us; q=0.5", "en"),
        ("fr", "zh"),
        ("fr, en;q=0.1", "en"),
        ("en;q=0.4, zh;q=0.3", "en"),
        ("en;q=0.3, zh;q=0.4", "zh"),
        ("en, zh", "en"),
        ("zh, en", "zh"),
        ("en-GB;q=0.2, en;q=0.9, zh;q=0.5", "en"),
        ("*", "zh"),
        ("en;q=0.2, *", "zh"),
        ("zh;q=0.2, *;q=0.3", "en"),
        ("zh;q=0", "en"),
        ("zh;q=0, *", "en"),
        ("en;q=0", "zh"),
        ("en;q=0, zh;q=0", "zh"),
        ("*;q=0", "zh"),
    ],
)
def test_the_best_of_our_languages_is_chosen_by_quality(accept_language: str, language: str) -> None:
    assert negotiate(accept_language) == language


@pytest.mark.parametrize("broken", ["en;q=nan", "en;q=inf", "en;q=2", "en;q=-1", "en;level=1", "e n", "en;", "\x00en"])
def test_a_wish_that_is_not_well_formed_counts_for_nothing(broken: str) -> None:
    assert negotiate(broken) == "zh"
    assert negotiate(f"{broken}, en;q=0.1") == "en"


@given(st.text())
@example("en;q=" + "9" * 400)
@example("a-" * 5000)
@example("," * 5000)
def test_any_header_gives_one_of_our_languages(accept_language: str) -> None:
    assert negotiate(accept_language) in LOCALES


TAGS = st.sampled_from(["zh", "zh-CN", "zh-Hans-CN", "en", "en-GB", "fr", "de-AT"])
WISHES = st.lists(st.tuples(TAGS, st.integers(0, 1000)), max_size=6)


@given(WISHES)
def test_no_language_is_chosen_over_one_that_is_wished_for_more(wishes: list[tuple[str, int]]) -> None:
    def wished(language: str) -> int:
        return max((quality for tag, quality in wishes if tag.split("-")[0] == language), default=0)

    chosen = negotiate(", ".join(f"{tag};q={quality / 1000:.3f}" for tag, quality in wishes))
    assert wished(chosen) == max(wished(locale) for locale in LOCALES)


def written(locale: str, template: str, **params: object) -> str:
    """A template filled in as the texts of a language are."""
    texts = catalogue(locale)._catalog  # type: ignore[attr-defined]
    texts["trial"] = template
    try:
        return text(locale, "trial", params)
    finally:
        del texts["trial"]


MOMENT = datetime(2026, 11, 22, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "value", "chinese", "english"),
    [
        ("opens", date(2026, 11, 22), "2026年11月22日", "22 November 2026"),
        ("opens", MOMENT, "2026年11月22日 09:05", "22 November 2026, 09:05"),
        ("due_on", "2026-11-22", "2026年11月22日", "22 November 2026"),
        ("ends_at", MOMENT.isoformat(), "2026年11月22日 09:05", "22 November 2026, 09:05"),
        ("ceiling_fen", 123456789, "¥1,234,567.89", "¥1,234,567.89"),
        ("change_fen", -5, "-¥0.05", "-¥0.05"),
        ("max", 20000, "20,000", "20,000"),
        ("area", 12.5, "12.5", "12.5"),
        ("title", {"zh": "元宵晚会", "en": "Lantern show"}, "元宵晚会", "Lantern show"),
        ("missing", Listed(("equipment.SOAP", "equipment.CRIB")), "洗手液、婴儿床", "soap, a crib"),
        ("due_on", None, "", ""),
        ("number", "AB2026", "AB2026", "AB2026"),
    ],
)
def test_values_are_written_as_the_reader_writes_them(name: str, value: object, chinese: str, english: str) -> None:
    assert [written(locale, f"{{{name}}}", **{name: value}) for locale in LOCALES] == [chinese, english]


def test_a_value_that_is_not_known_stays_visible() -> None:
    assert written("en", "until {until}", other=1) == "until {until}"


def test_no_text_is_left_over() -> None:
    """A text is asked for by its whole key, or by a key that is put together: of a beginning that stands in the code
    and a word of code or data."""
    names = python_files(under=("models/", "resolvers/", "schema/", "server.py"))
    nodes = [node for name in names for node in walk(tree(name))]
    whole = {node.value for node in nodes if isinstance(node, ast.Constant)}
    begun = {
        str(node.values[0].value)
        for node in nodes
        if isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[0], ast.Constant)
    }
    data = [name for name in repository_files() if name.startswith("models/") and name.endswith(".json")]
    words = set(re.findall(r"\w+", " ".join(source(name) for name in (*names, *data))))
    keys = [key for key in catalogue("zh")._catalog if key]  # type: ignore[attr-defined]
    assert len(keys) > 200
    assert [key for key in keys if key not in whole and not _is_put_together(key, begun, words)] == []


def _is_put_together(key: str, begun: set[str], words: set[str]) -> bool:
    if not any(start.split(".")[0] == key.split(".")[0] for start in begun):
        return False
    code = key.split(".")[1]
    return code in words or f"{code.split('_')[0]}_" in begun

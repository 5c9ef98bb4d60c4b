"""The catalogue's files: whole, in both languages, and never changed once in force."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from models.cases.status import StepActor, StepKind
from models.kit import clock, texts
from models.kit.actor import Role
from models.kit.calendar import Counts
from models.programmes import catalogue, rules
from models.programmes.catalogue import Step
from models.programmes.tables import CaseKind, OpeningWindow, Period, ProgrammeVersion, Scope, Season
from models.seed import catalogue as seed
from models.seed.catalogue import FOLDER, VersionInForceError, load_catalogue, read_programme

FILES = sorted((FOLDER / "programmes").glob("*.json"))
PROGRAMMES = [read_programme(path) for path in FILES]
VERSIONS = [
    pytest.param(programme, version, id=f"{programme['code']}-{version['number']}")
    for programme in PROGRAMMES
    for version in programme["versions"]
]
Row = dict[str, Any]
OF_KIND = {kind: [p["code"] for p in PROGRAMMES if p["kind"] == kind] for kind in CaseKind}


def spoken(value: Any) -> list[Row]:
    """Every text in two languages within a value."""
    if isinstance(value, dict):
        return [value] if "zh" in value else [text for item in value.values() for text in spoken(item)]
    return [text for item in value for text in spoken(item)] if isinstance(value, list) else []


def questions(schema: Row) -> list[Row]:
    """Everything that a form shows to people: questions and choices."""
    shown = [schema, *schema["properties"].values()]
    return shown + [choice for question in shown for choice in question.get("oneOf", ())]


def test_every_programme_of_the_domain_is_there() -> None:
    assert set(OF_KIND[CaseKind.AID]) == {"temporary-aid", "living-aid", "medical-aid", "tuition-aid", "winter-warmth"}
    assert (OF_KIND[CaseKind.HARDSHIP], OF_KIND[CaseKind.MOTHERS_ROOM]) == (["hardship"], ["mothers-room"])
    assert set(OF_KIND[CaseKind.MEMBERSHIP]) == {"join-union", "transfer-membership"}
    assert [p["code"] for p in PROGRAMMES] == [path.stem for path in FILES]
    assert {p["season"] for p in PROGRAMMES} <= set(Season)


@pytest.mark.parametrize(("programme", "version"), VERSIONS)
def test_everything_is_said_in_both_languages(programme: Row, version: Row) -> None:
    assert all(text["zh"].strip() and text["en"].strip() for text in spoken(programme))
    assert all(shown["title"] and shown["x-en"]["title"] for shown in questions(version["form"]))
    for rule in version["rules"]:
        next_steps = [f"next.{rule['next_step']['action']}"] if "next_step" in rule else []
        for key in (f"rule.{rule['code']}", f"reason.{rule['code']}", *next_steps):
            assert all(texts.text(locale, key) != key for locale in texts.LOCALES), key


@pytest.mark.parametrize(("programme", "version"), VERSIONS)
def test_every_version_names_checks_steps_and_forms_that_exist(programme: Row, version: Row) -> None:
    Draft202012Validator.check_schema(version["form"])
    assert {rule["check"] for rule in version["rules"]} <= set(rules.checks)
    codes = {p["code"] for p in PROGRAMMES}
    assert {r["next_step"]["programme"] for r in version["rules"] if "programme" in r.get("next_step", {})} <= codes
    steps = [Step(**{**step, "counts": Counts(step["counts"])}) for step in version["steps"]]
    known = {step.code for step in steps}
    assert StepKind(steps[0].kind) is StepKind.ACCEPTANCE
    assert [step for step in steps if step.kind == StepKind.DECISION], "nobody decides"
    for step in steps:
        assert (StepActor(step.actor), Role(step.role), set(step.apart_from) <= known) == (step.actor, step.role, True)
    assert version["limits"]["promised"]["days"] >= sum(step.days for step in steps if step.counts == Counts.WORKING)


@pytest.mark.parametrize(("programme", "version"), VERSIONS)
def test_entitlements_ask_only_for_answers_that_the_form_demands(programme: Row, version: Row) -> None:
    demanded = set(version["form"]["required"])
    for item in version["entitlements"]:
        assert (Scope(item["scope"]), Period(item["period"])) == (item["scope"], item["period"])
        asked = {item.get("question"), *(bound.get("question") for bound in item.values() if isinstance(bound, dict))}
        assert asked - {None, "area"} <= demanded


def test_a_visitor_of_a_household_does_not_decide_on_it() -> None:
    hardship = next(p for p in PROGRAMMES if p["code"] == "hardship")["versions"][-1]
    steps = {step["kind"]: step for step in hardship["steps"]}
    assert steps["DECISION"]["apart_from"] == [steps["VISIT"]["code"]]
    assert (steps["PUBLICITY"]["days"], steps["PUBLICITY"]["counts"]) == (5, "WORKING")


async def test_loading_twice_changes_nothing(database: None) -> None:
    assert await load_catalogue() > len(FILES)
    assert await load_catalogue() == 0


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a programme that a test may change."""
    (tmp_path / "programmes").mkdir()
    (tmp_path / "reference_amounts.json").write_text("[]")
    target = tmp_path / "programmes" / "winter-warmth.json"
    target.write_bytes((FOLDER / "programmes" / "winter-warmth.json").read_bytes())
    monkeypatch.setattr(seed, "FOLDER", tmp_path)
    return target


def change(copy: Path, added: Row | None = None, **terms: Any) -> None:
    """Change the newest version in the file, and add another."""
    file: Row = json.loads(copy.read_text(encoding="utf-8"))
    file["versions"][-1].update(terms)
    file["versions"] += [added] if added else []
    copy.write_text(json.dumps(file), encoding="utf-8")


async def test_a_version_in_force_is_never_changed(database: None, copy: Path) -> None:
    await load_catalogue()
    change(copy, amounts=[])
    with pytest.raises(VersionInForceError, match="version 1"):
        await load_catalogue()
    assert (await ProgrammeVersion.get(number=1)).amounts != []


async def test_a_change_comes_as_a_new_version_and_the_old_one_stays(database: None, copy: Path) -> None:
    await load_catalogue()
    added = {"number": 2, "like": 1, "effective_from": "2099-01-01", "effective_to": None, "amounts": []}
    change(copy, added, effective_to="2098-12-31")
    assert await load_catalogue() == 2
    programme = await catalogue.programme_by_code("winter-warmth")
    assert programme
    for day, number in ((date(2098, 12, 31), 1), (date(2099, 1, 1), 2)):
        assert (await catalogue.current_terms([programme["id"]], day))[programme["id"]].number == number


async def test_a_version_to_come_may_still_be_corrected(database: None, copy: Path) -> None:
    change(copy, effective_from="2099-01-01")
    await load_catalogue()
    change(copy, amounts=[])
    assert await load_catalogue() == 1
    assert (await ProgrammeVersion.get(number=1)).amounts == []


async def test_a_window_that_staff_have_moved_is_left_alone(database: None) -> None:
    await load_catalogue()
    programme = await catalogue.programme_by_code("tuition-aid")
    assert programme
    in_2026 = OpeningWindow.filter(programme_id=programme["id"], opens_at=clock.start_of_day(date(2026, 7, 1)))
    assert await in_2026.update(closes_at=clock.start_of_day(date(2026, 8, 1))) == 1
    assert await load_catalogue() == 0


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-06-30T23:59:59+08:00", False), ("2026-07-01T00:00:00+08:00", True),
        ("2026-08-25T23:59:59+08:00", True), ("2026-08-26T00:00:00+08:00", False),
    ],
)  # fmt: skip
async def test_tuition_aid_is_open_from_july_to_late_august(database: None, moment: str, is_open: bool) -> None:
    await load_catalogue()
    programme = await catalogue.programme_by_code("tuition-aid")
    assert programme
    with clock.at(datetime.fromisoformat(moment)):
        opening = (await catalogue.openings([programme["id"]]))[programme["id"]]
        assert opening.is_open(clock.now()) is is_open

"""Forms that staff of any union write: what they may ask, and that none holds the service up."""

from time import perf_counter
from typing import Any

import pytest

from models.kit import forms
from models.kit.errors import Checks, DomainError

TWICE = {f"d{number}": {"allOf": [{"$ref": f"#/$defs/d{number + 1}"}] * 2} for number in range(24)}
CHOICE = {"const": "S", "title": "小号", "x-en": {"title": "Small"}}


def asking(**question: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"size": question}, "required": ["size"], "additionalProperties": False}


def refused(form: Any) -> bool:
    try:
        forms.check_form(form)
    except DomainError:
        return True
    return False


@pytest.mark.parametrize(
    "form",
    [
        {},
        asking(type="string", maxLength=9, title="尺码", description="量一量"),
        asking(oneOf=[CHOICE, {"const": None}]),
        asking(enum=["S", "M", 3, None]),
        asking(type="array", items={"type": "object", "properties": {"$ref": {"format": "date"}}}, maxItems=9),
        {"$schema": forms.DIALECT, "additionalProperties": {"type": "integer", "multipleOf": 2}},
    ],
)
def test_a_form_asks_plain_questions(form: dict[str, Any]) -> None:
    assert not refused(form)


@pytest.mark.parametrize(
    "form",
    [
        {"$ref": "#"},
        {"$ref": "#/nowhere"},
        {"$dynamicRef": "#nowhere"},
        {"$ref": "#/$defs/d0", "$defs": {**TWICE, "d24": {}}},
        asking(type="string", pattern="^(a+)+$"),
        {"patternProperties": {"^(a+)+$": {}}},
        {"propertyNames": {"pattern": "^(a+)+$"}},
        asking(items={"allOf": [{}] * 100}),
        asking(additionalProperties={"not": {"$ref": "#"}}),
        asking(uniqueItems=True),
        asking(oneOf=[{"const": 1, "oneOf": [{"const": 1}]}]),
        asking(oneOf=[{"$ref": "#"}]),
        asking(oneOf=["S"]),
        asking(enum=[[1, 2], {}]),
        asking(const={"a": 1}),
        asking(enum=list(range(forms.MAX_PARTS))),
        {"properties": {str(number): {} for number in range(forms.MAX_PARTS)}},
        {"$schema": "http://json-schema.org/draft-07/schema#"},
        {"properties": []},
        {"oneOf": 1},
        True,
    ],
)
def test_a_form_says_nothing_that_goes_round_in_circles_or_takes_for_ever(form: Any) -> None:
    assert refused(form)


def test_the_longest_answers_to_the_longest_form_are_looked_at_within_seconds() -> None:
    form = {"items": {"enum": list(range(forms.MAX_PARTS - 2))}}
    forms.check_form(form)
    began = perf_counter()
    assert forms.check_answers(form, [forms.MAX_PARTS - 3] * (forms.MAX_VALUES - 1), Checks())
    assert perf_counter() - began < 5


@pytest.mark.parametrize("answers", [[0] * forms.MAX_VALUES, {"a": [[0] * 500, {"b": [0] * 500}]}])
def test_answers_of_endless_parts_are_refused(answers: Any) -> None:
    checks = Checks()
    assert not forms.check_answers({}, answers, checks)
    assert [str(problem.code) for problem in checks.problems] == ["TOO_LONG"]

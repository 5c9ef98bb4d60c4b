"""The examples beside the editor: every operation that the schema answers, in both languages, with good variables."""

import json
from typing import Any

import pytest
from graphql import OperationDefinitionNode, parse, validate
from graphql.execution.values import get_variable_values

from schema import roots
from schema.http.graphiql import serving
from tests.api import documents

SCHEMA = roots.build()._schema
EXAMPLES = json.loads((serving.DIST.parent / "page" / "examples.json").read_text(encoding="utf-8"))
SHOWN = {name: example for section in EXAMPLES["sections"] for name, example in section["operations"].items()}
ANSWERED = {name for name, document in documents().items() if not validate(SCHEMA, parse(document))}


def filled(value: Any) -> Any:
    """An example's variables with something in place of what the page asks the service for."""
    if isinstance(value, list):
        return [filled(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "$ask" in value:
        name, _, path = value["$ask"].partition(".")
        assert name in EXAMPLES["asks"]
        return {"version": 1, "startsAt": "2026-03-01T09:00:00+08:00", "endsAt": "2026-03-01T10:00:00+08:00"}.get(
            path.rpartition(".")[2], "an id"
        )
    if "$day" in value:
        return f"2026-03-01T{value['at']}:00+08:00" if "at" in value else "2026-03-01"
    return 2026 if "$year" in value else {key: filled(item) for key, item in value.items()}


def test_every_operation_that_can_be_answered_is_shown() -> None:
    assert ANSWERED - set(SHOWN) == set(), "give it a title and variables in page/examples.json"
    assert set(SHOWN) - set(documents()) == set()


@pytest.mark.parametrize("name", sorted(ANSWERED & set(SHOWN)))
def test_an_example_has_a_title_and_variables_that_fit(name: str) -> None:
    example = SHOWN[name]
    assert example["zh"]
    assert example["en"]
    operation = next(node for node in parse(documents()[name]).definitions if isinstance(node, OperationDefinitionNode))
    given, wanted = filled(example.get("variables", {})), operation.variable_definitions or ()
    errors = get_variable_values(SCHEMA, wanted, given)
    assert not isinstance(errors, list), errors
    assert set(given) <= {variable.variable.name.value for variable in wanted}


@pytest.mark.parametrize("name", EXAMPLES["asks"])
def test_what_the_page_asks_for_an_example_can_be_answered(name: str) -> None:
    assert validate(SCHEMA, parse(EXAMPLES["asks"][name]["query"])) == []

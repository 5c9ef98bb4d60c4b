"""Whatever the schema lets a client ask or change, as member and as staff: an answer or a refusal, never a fault."""

import os
from collections import Counter
from collections.abc import Callable
from typing import Any

import schemathesis
from graphql import introspection_from_schema
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode

from models.kit.errors import ApiCode
from models.kit.settings import Settings
from tests.conftest import ENGINES
from tests.fuzz.demo import SCHEMA, Demo, demo
from tests.fuzz.values import teach

# Of each operation, on both engines together: ten in every run of the tests, as many as wanted by `make fuzz`.
EXAMPLES = int(os.environ.get("EXAMPLES", "10"))
SAME = 100  # up to so many they are the same ones each time; more are a search for others
HOW = settings(
    max_examples=EXAMPLES // len(ENGINES),
    phases=[Phase.generate],
    database=None,
    derandomize=EXAMPLES <= SAME,
    suppress_health_check=list(HealthCheck),
)


def test_no_operation_fails_whatever_it_is_given(settings: Settings, report: Callable[[str], None]) -> None:
    with demo(settings) as service:
        teach(service)
        schema = schemathesis.graphql.from_dict(dict(introspection_from_schema(SCHEMA)))
        operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
        answers: Counter[str] = Counter()
        faults = [fault for operation in operations for fault in _faults(service, operation, answers)]
    engine = "PostgreSQL" if settings.on_postgres else "SQLite"
    report(f"schemathesis, {engine}: {len(operations)} operations, {answers.total()} answers, {len(faults)} faults")
    assert faults == []
    assert answers["data"] > answers.total() / 2  # most get past the first checks


def _faults(service: Demo, operation: Any, answers: Counter[str]) -> list[str]:
    """What made an operation fail, and by whom it was sent."""
    faults = []
    fitting, unfit = (operation.as_strategy(mode) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE))

    @HOW
    @given(st.sampled_from(list(service.accounts)), st.integers(0, 9).flatmap(lambda turn: fitting if turn else unfit))
    def ask(viewer: str, case: Any) -> None:
        answer = service.send(case.body, viewer)
        body = answer.json()
        codes = [error["extensions"]["code"] for error in body.get("errors", ())]
        answers["data" if body.get("data") else codes[0]] += 1
        if answer.status_code >= 500 or ApiCode.INTERNAL_SERVER_ERROR in codes:
            faults.append(f"{operation.label} as {viewer}: {case.body}")

    ask()
    return faults

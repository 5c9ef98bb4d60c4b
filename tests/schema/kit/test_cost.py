"""What an operation costs is known before it runs: by what it asks for, however that is spelled."""

import time
from typing import Any

import pytest
from graphql import (
    DocumentNode,
    GraphQLObjectType,
    OperationDefinitionNode,
    get_nullable_type,
    is_list_type,
    parse,
    validate,
)
from hypothesis import given
from hypothesis import strategies as st

from schema import roots
from schema.kit.cost import Cost, Prices, answered, bill
from schema.kit.documents import Documents
from schema.kit.price import price_of
from tests.api import documents

SCHEMA = roots.build()._schema
BUILT = sorted(name for name, text in documents().items() if not validate(SCHEMA, parse(text)))
PAGED = [name for name in BUILT if "$first" in documents()[name]]
MOST = 250  # points, for a page of a hundred: four of those a second are nothing unusual for one person's screens


def cost(text: str, /, **variables: Any) -> Cost:
    """What the first operation of a document costs."""
    document: DocumentNode = parse(text)
    operation = next(d for d in document.definitions if isinstance(d, OperationDefinitionNode))
    return Prices(SCHEMA, document).of(operation, variables)


def points(text: str, /, **variables: Any) -> int:
    """The same in points."""
    return cost(text, **variables).requested


@pytest.mark.parametrize("name", BUILT)
def test_every_operation_of_the_frontends_is_cheap_enough_with_a_hundred_rows(name: str) -> None:
    assert 1 <= points(documents()[name], first=100) <= MOST


@given(st.sampled_from(PAGED), st.integers(1, 99))
def test_one_row_more_never_costs_less_and_a_hundred_cost_more_than_one(name: str, first: int) -> None:
    text = documents()[name]
    assert cost(text, first=first).values < cost(text, first=first + 1).values
    assert points(text, first=first) <= points(text, first=first + 1)
    assert points(text, first=1) < points(text, first=100)


def test_the_size_of_a_page_is_known_from_a_variable_its_default_or_the_document() -> None:
    asked = "events(first: %s) { nodes { id title } }"
    plain = cost("{" + asked % 50 + "}")
    assert plain.values > 100
    assert cost("query($n: Int!) {" + asked % "$n" + "}", n=50) == plain
    assert cost("query($n: Int! = 50) {" + asked % "$n" + "}") == plain
    assert cost("query($n: Int! = 5) {" + asked % "$n" + "}", n=50) == plain


@pytest.mark.parametrize("first", ["x", 10**9, True, [], {}, 1.5])
def test_a_size_that_is_none_counts_as_a_full_page_at_most(first: Any) -> None:
    text = "query($n: Int!) { events(first: $n) { nodes { id } } }"
    assert points(text, n=first) <= points(text, n=100)
    assert points(text, n=-5) == points(text) == points(text, n=None) == points(text, n=1)


FIELDS = "id number kind status applicant { id name } timeline { at action by { name } }"


@pytest.mark.parametrize(
    "text",
    [
        "{ viewer { cases(first: 9) { nodes { ...F } } } } fragment F on Case { FIELDS }",
        (
            "{ viewer { ...V } } fragment V on Viewer { cases(first: 9) { ...C } } "
            "fragment C on CaseConnection { nodes { ... { ...F } } } fragment F on Case { FIELDS }"
        ),
        "query A { viewer { cases(first: 9) { nodes { ... on Case { FIELDS } } } } } query B { __typename }",
        "{ viewer { other: cases(first: 9) { rows: nodes { FIELDS } } } }",
    ],
)
def test_fragments_names_and_aliases_make_nothing_cheaper(text: str) -> None:
    listed = f"cases(first: 9) {{ nodes {{ {FIELDS} }} }}"
    plain = cost(f"{{ viewer {{ {listed} }} }}")
    assert cost(text.replace("FIELDS", FIELDS)) == plain
    aliased = cost(f"{{ viewer {{ a: {listed} b: {listed} }} }}")
    assert aliased.values > 1.9 * plain.values


def test_lists_in_lists_multiply_and_reads_of_a_level_are_paid_once() -> None:
    text = "query($n: Int!, $m: Int!) { events(first: $n) { nodes { registrations(first: $m) { nodes { id } } } } }"
    assert cost(text, n=10, m=10).values > 3 * cost(text, n=10, m=1).values
    assert cost(text, n=100, m=1).points == cost(text, n=1, m=1).points
    assert points(text, n=100, m=100) > 100


def test_a_row_has_the_values_of_one_type_and_rows_of_every_type_are_read() -> None:
    one, other = "... on AidApplication { payee { name } }", "... on InsuranceClaim { claimKind days ownPaid }"
    asked = "{ viewer { cases(first: 100) { nodes { %s } } } }"
    both = cost(asked % (one + other))
    assert both.values == max(cost(asked % one).values, cost(asked % other).values)
    assert cost(asked % (one + "... on Case { number }")).values > cost(asked % one).values


def test_deciding_many_cases_costs_for_each() -> None:
    text = "mutation($i: DecideCasesInput!) { decideCases(input: $i) { results { id ok } } }"
    few, many = (points(text, i={"to": "APPROVED", "items": [{}] * count}) for count in (1, 500))
    assert many - few > 499
    assert many <= 1000
    items = "mutation($l: [DecideCaseItem!]!) { decideCases(input: { items: $l, to: APPROVED }) { results { id ok } } }"
    assert points(items, l=[{}] * 500) == many
    assert points("mutation { decideCases(input: { items: [{}, {}], to: APPROVED }) { results { id ok } } }") > few


def test_looking_at_the_schema_costs_whatever_is_asked_of_it() -> None:
    assert points("{ __schema { types { name } } }") >= 200
    assert points("{ a: __typename b: __typename }") == 1


@pytest.mark.parametrize(
    "text",
    [
        "{" + "".join(f"a{i}: events(first: 100) {{ nodes {{ id title }} }} " for i in range(49)) + "}",
        "{ viewer { cases(first: 100) { nodes {" + "...F " * 30 + "} } } } fragment F on Case { " + FIELDS + "}",
        "{...f0}"
        + "".join(f" fragment f{i} on Query {{ ...f{i + 1} ...f{i + 1} }}" for i in range(6))
        + " fragment f6 on Query { events(first: 2) { nodes { id } } }",
    ],
    ids=["wide", "spread often", "doubled"],
)
def test_the_price_of_a_large_document_is_found_quickly(text: str) -> None:
    ready = Documents(SCHEMA, introspection=True, trusted={}, free=True).get(text)
    operation = next(d for d in ready.document.definitions if isinstance(d, OperationDefinitionNode))
    started = time.process_time()
    assert ready.prices.of(operation, None).requested > 10
    planned = time.process_time()
    for _ in range(100):
        ready.prices.of(operation, None)
    assert planned - started < 0.05
    assert time.process_time() - planned < 0.2


def test_what_was_answered_is_counted_by_its_names() -> None:
    assert answered({"a": 1, "b": [{"c": 1}, {"c": None}], "d": {"e": "x"}}) == 6
    assert (bill(0, 0), bill(2, 1), bill(2, 100), bill(2, 101)) == (1, 3, 3, 4)


def test_the_lists_that_prices_are_by_are_there() -> None:
    kinds = [kind for kind in SCHEMA.type_map.values() if isinstance(kind, GraphQLObjectType)]
    priced = [field for kind in kinds for field in kind.fields.values() if price_of(field).by]
    assert len(priced) >= 2
    for field in priced:
        name, *inner = str(price_of(field).by).split(".")
        found: Any = get_nullable_type(field.args[name].type)
        for step in inner:
            found = get_nullable_type(found.fields[step].type)
        assert is_list_type(found)

"""Whatever a field is given of its own type: an answer or a refusal, never a fault."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any
from uuid import uuid4

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
)

from models.accounts import Account
from models.kit.actor import Role
from models.kit.ids import global_id
from models.kit.paging import encode_cursor
from schema import roots
from tests.access.world import World
from tests.api import Api
from tests.factories import people

pytestmark = pytest.mark.asyncio(loop_scope="module")
SCHEMA = roots.build()._schema
LONG = "长" * 2000
NUL = "甲\0乙"
# Each is one that its scalar takes: what it does not take reaches no field.
VALUES: dict[str, list[Any]] = {
    "String": ["", NUL, LONG, "%_'\"\\;--", "🀄\u202e\ufeff", "2026-03-05"],
    "ID": ["", NUL, LONG, "T3JnYW5pc2F0aW9uOjE", global_id("Member", uuid4())],
    "Int": [0, -1, 2**31 - 1, -(2**31), 1],
    "Float": [0, -1.5, 1e308, 1e-308],
    "Boolean": [True, False],
    "Date": ["0001-01-02", "9999-12-30", "2026-02-28"],
    "DateTime": ["0001-01-02T00:00:00Z", "9999-12-30T00:00:00+08:00", "2026-03-05T09:00:00+08:00"],
    "Money": ["0.00", "10000000000.00", "100.00", "1.00"],
    "JSON": [{}, [], NUL, {NUL: 1}, {"a": 10**18}, [[[[LONG]]]]],
}
KEYS: tuple[Any, ...] = (
    NUL,
    LONG,
    2**64 - 1,
    1e308,
    True,
    {},
    [NUL],
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
)
CURSORS = [
    encode_cursor(values) for key in KEYS for values in ([key], [key, str(uuid4())], [key, key], [key, key, key])
]
ROUNDS = 6
WAYS = {"Query": "{ %s }", "Mutation": "{ %s }", "Viewer": "{ viewer { %s } }"}

Document = tuple[str, dict[str, Any]]


class Hostile:
    """Values for whatever a field takes, others in each round. Ids are good in every second one, so that what
    stands beside them gets far."""

    def __init__(self, world: World, number: int) -> None:
        self.things = {thing.type_name: thing.id for thing in world.things.values()}
        self._number = number

    def value(self, kind: GraphQLInputType, node: str | None = None, place: int = 0) -> Any:
        """A value of a type and, for an id, of the type of node that is asked for."""
        turn = self._number + place
        if isinstance(kind, GraphQLNonNull):
            return self.value(kind.of_type, node, place)
        if isinstance(kind, GraphQLList):
            return [self.value(kind.of_type, node, place)] * (1, 0, 2, 101)[turn % 4]
        if isinstance(kind, GraphQLInputObjectType):
            return {
                name: self.value(field.type, _node(kind, name), index)
                for index, (name, field) in enumerate(kind.fields.items())
            }
        if isinstance(kind, GraphQLEnumType):
            return list(kind.values)[turn % len(kind.values)]
        if kind.name == "ID" and self._number % 2:
            ids = [id for name, id in self.things.items() if node in (None, "*") or name in str(node).split("|")]
            return ids[turn % len(ids)] if ids else ""
        return VALUES[kind.name][turn % len(VALUES[kind.name])]


def _node(kind: GraphQLInputObjectType, name: str) -> str | None:
    origin = kind.extensions["strawberry-definition"].origin
    named = {field.name: field.metadata.get("node") for field in fields(origin)}
    return named.get(str(kind.fields[name].out_name or name)) or "|"


def _asked() -> Iterator[tuple[str, str, str, GraphQLField]]:
    """Every field that takes arguments: its type, the text that leads to it, its name and itself."""
    for type_name, kind in SCHEMA.type_map.items():
        if not isinstance(kind, GraphQLObjectType) or type_name.startswith("__"):
            continue
        if type_name not in WAYS and "Node" not in {interface.name for interface in kind.interfaces}:
            continue
        way = WAYS.get(type_name, f"{{ node(id: $node) {{ ... on {type_name} {{ %s }} }} }}")
        for name, field in kind.fields.items():
            if field.args:
                yield type_name, way, name, field


def _document(type_name: str, way: str, name: str, field: GraphQLField, values: dict[str, Any]) -> str:
    declared = [f"${arg}: {field.args[arg].type}" for arg in values]
    declared += ["$node: ID!"] if "$node" in way else []
    passed = ", ".join(f"{arg}: ${arg}" for arg in values)
    selection = "" if is_leaf_type(get_named_type(field.type)) else " { __typename }"
    kind = "mutation" if type_name == "Mutation" else "query"
    return f"{kind} ({', '.join(declared)}) " + way % f"{name}({passed}){selection}"


async def _keeper(world: World) -> Account:
    """A member who holds every role over the whole city."""
    member = await people.member(world.unions["unit"])
    return await people.account(member, **{role.lower(): world.unions["city"] for role in Role})


async def _faults(api: Api, who: Account, text: str, values: dict[str, Any]) -> list[str]:
    answer = await api.as_(await people.token(who)).send(text, **values)
    return [e["message"] for e in answer.get("errors", []) if e["extensions"]["code"] == "INTERNAL_SERVER_ERROR"]


@pytest.mark.parametrize("number", range(ROUNDS))
async def test_no_value_makes_a_field_fail(tour: tuple[World, Api], number: int) -> None:
    world, api = tour
    keeper = await _keeper(world)
    hostile = Hostile(world, number)
    failed = []
    for type_name, way, name, field in _asked():
        values = {arg: hostile.value(taken.type, None, index) for index, (arg, taken) in enumerate(field.args.items())}
        node = {"node": hostile.things.get(type_name, "")} if "$node" in way else {}
        if await _faults(api, keeper, _document(type_name, way, name, field, values), values | node):
            failed.append(f"{type_name}.{name} {str(values)[:300]}")
    assert failed == []


async def test_no_cursor_makes_a_list_fail(tour: tuple[World, Api]) -> None:
    world, api = tour
    keeper = await _keeper(world)
    hostile = Hostile(world, 1)
    failed = []
    for type_name, way, name, field in _asked():
        if "after" not in field.args:
            continue
        required = [arg for arg, taken in field.args.items() if isinstance(taken.type, GraphQLNonNull)]
        values = {arg: hostile.value(field.args[arg].type) for arg in required} | {"first": 2, "after": ""}
        text = _document(type_name, way, name, field, values)
        node = {"node": hostile.things.get(type_name, "")} if "$node" in way else {}
        failed += [
            f"{type_name}.{name} {cursor}"
            for cursor in CURSORS
            if await _faults(api, keeper, text, values | node | {"after": cursor})
        ]
    assert failed == []


@pytest.mark.parametrize(
    "field", ['organisations(first: 5, filter: {divisionCode: "TEXT"})', 'members(first: 5, filter: {text: "TEXT"})']
)
async def test_a_text_that_is_longer_than_its_column_finds_nothing(tour: tuple[World, Api], field: str) -> None:
    world, api = tour
    keeper = await _keeper(world)
    asked = field.replace("TEXT", "1" * 300)
    assert await api.as_(await people.token(keeper))(f"{{ {asked} {{ nodes {{ id }} }} }}") == {"nodes": []}

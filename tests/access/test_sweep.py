"""Everybody looks at everything: what the policy allows is there, and nothing else of anybody."""

from typing import Any
from uuid import uuid4

import orjson
import pytest
from graphql import FieldNode, TypeInfo, TypeInfoVisitor, Visitor, parse, visit

from models.kit.ids import global_id
from tests.access.asking import Asking
from tests.access.city import NOW
from tests.access.oracle import SCHEMA, canaries_for, nodes, sees
from tests.access.policy import policy
from tests.access.world import Viewer, World
from tests.api import Api

pytestmark = pytest.mark.asyncio(loop_scope="module")
REFUSALS = {"UNAUTHENTICATED", "FORBIDDEN", "NOT_FOUND"}
# What only a change answers with.
OF_CHANGES = {"*Payload", "DecideCaseResult", "SessionTokens", "UserError"}


async def test_everybody_sees_what_the_policy_allows_and_nothing_else(
    tour: tuple[World, Api], capfd: pytest.CaptureFixture[str]
) -> None:
    world, api = tour
    documents = _documents(world)
    wrong = {}
    for viewer in world.viewers.values():
        told = "\n".join([await _answer(api, viewer, text) for text in documents])
        found, expected = _canaries_in(world, told), canaries_for(viewer, world)
        if found != expected:
            wrong[viewer.name] = {"leaked": found - expected, "withheld": expected - found}
    assert wrong == {}
    assert _canaries_in(world, "".join(capfd.readouterr())) == set()


async def test_what_is_hidden_looks_like_what_does_not_exist(tour: tuple[World, Api]) -> None:
    world, api = tour
    things = list(nodes(world).items())
    ids = [id for _, thing in things for id in (thing.id, global_id(thing.type_name, uuid4()))]
    document = " ".join(f'n{number}: node(id: "{id}") {{ __typename }}' for number, id in enumerate(ids))
    wrong = []
    for viewer in world.viewers.values():
        answer = await api.as_(viewer.token).send(f"{{ {document} }}")
        assert "errors" not in answer
        shown = [answer["data"][f"n{number}"] is not None for number in range(len(ids))]
        right = [see for _, thing in things for see in (sees(viewer, thing), False)]
        wrong += [(viewer.name, ids[number]) for number in range(len(ids)) if shown[number] != right[number]]
    assert wrong == []


async def test_the_sweep_asks_for_every_field(tour: tuple[World, Api]) -> None:
    world, _ = tour
    asked: set[tuple[str, str]] = set()
    for text in _documents(world):
        asked |= _fields_of(text)
    stated = {
        (name, field) for name, entry in policy().types.items() if name not in OF_CHANGES for field in entry.classes
    }
    assert {(name, field) for name, field in stated if not name.startswith("*")} <= asked | {("Node", "id")}


def _fields_of(text: str) -> set[tuple[str, str]]:
    """The fields that a document asks for, each with its type and the interfaces that have it, too."""
    info, found = TypeInfo(SCHEMA), set[tuple[str, str]]()

    class Asked(Visitor):
        def enter_field(self, node: FieldNode, *_: Any) -> None:
            parent = info.get_parent_type()
            assert parent
            found.add((parent.name, node.name.value))

    visit(parse(text), TypeInfoVisitor(info, Asked()))
    return found


def _documents(world: World) -> list[str]:
    """All nodes by their ids, and all lists and fields of the roots."""
    assert SCHEMA.query_type
    asking = Asking(SCHEMA, _values(world))
    by_type: dict[str, list[str]] = {}
    for thing in nodes(world).values():
        by_type.setdefault(thing.type_name, []).append(thing.id)
    by_ids = [
        f"{{ nodes(ids: {orjson.dumps(ids).decode()}) {{ ... on {name} {{ {part} }} }} }}"
        for name, ids in by_type.items()
        for part in asking.parts(name)
    ]
    return [*by_ids, *asking.roots(SCHEMA.query_type, without=("node", "nodes"))]


def _values(world: World) -> dict[str, str]:
    """What the arguments of fields are that have to be given."""
    return {
        "first": "100",
        "date": f'"{NOW:%Y-%m-%d}"',
        "year": str(NOW.year),
        "members.filter": '{ text: "秦" }',
        "auditLog.filter": "{}",
        "organisationId": f'"{global_id("Organisation", world.unions["unit"].id)}"',
        "programmeId": f'"{world.programmes["temporary-aid"]}"',
        "caseId": f'"{world.things["hardship"].id}"',
    }


async def _answer(api: Api, viewer: Viewer, text: str) -> str:
    answer = await api.as_(viewer.token).send(text)
    codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
    assert codes <= REFUSALS, (viewer.name, text, answer["errors"])
    return orjson.dumps(answer).decode()


def _canaries_in(world: World, text: str) -> set[str]:
    return {canary for canary in world.canaries if canary in text}

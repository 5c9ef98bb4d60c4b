"""What the policy says of somebody and something: the oracle of the sweep."""

from collections.abc import Iterable

from graphql import GraphQLInterfaceType, GraphQLObjectType

from schema import roots
from tests.access.policy import RootPolicy, TypePolicy, policy
from tests.access.world import Place, Thing, Viewer, World

SCHEMA = roots.build()._schema
_CASE = SCHEMA.type_map["Case"]
assert isinstance(_CASE, GraphQLInterfaceType)
CASES = {kind.name for kind in SCHEMA.get_possible_types(_CASE)}


def entry_of(type_name: str) -> TypePolicy:
    """What the policy says of a type."""
    entry = policy().of(type_name)
    assert entry
    return entry


def sees(viewer: Viewer, thing: Thing) -> bool:
    """Whether somebody sees an object; a part of another one is seen by nobody by itself."""
    rule = entry_of(thing.type_name).rule
    return rule is not None and thing.is_for(viewer, rule)


def is_node(thing: Thing) -> bool:
    """Whether `node` knows things of this type."""
    found = SCHEMA.type_map[thing.type_name]
    assert isinstance(found, GraphQLObjectType | GraphQLInterfaceType)
    return "Node" in {above.name for above in found.interfaces}


def nodes(world: World) -> dict[str, Thing]:
    """The objects that `node` knows."""
    return {name: thing for name, thing in world.things.items() if is_node(thing)}


def canaries_for(viewer: Viewer, world: World) -> set[str]:
    """The canaries that somebody may see."""
    return {canary for canary, places in world.canaries.items() if _somewhere(viewer, places)}


def may_change(viewer: Viewer, stated: RootPolicy, thing: Thing | None) -> bool:
    """Whether somebody may do something to an object (None: to their own)."""
    admitted = {
        "anyone": True,
        "account": viewer.account_id is not None,
        "member": viewer.member_id is not None,
        "staff": any(role in stated.rule.staff for role, _ in viewer.grants),
    }[str(stated.who)]
    return admitted and (thing is None or thing.is_for(viewer, stated.rule))


def _somewhere(viewer: Viewer, places: Iterable[Place]) -> bool:
    return any(all(_is_shown(viewer, thing, field) for field in path) for thing, path in places)


def _is_shown(viewer: Viewer, thing: Thing, path: str) -> bool:
    """A field of the thing itself asks for the rule of its type, too; a field further on is a part of it."""
    type_name, _, field = path.partition(".")
    entry = entry_of(type_name)
    assert field in entry.classes, path
    own = type_name in {thing.type_name, "Viewer"} | (CASES if thing.type_name == "Case" else set())
    rules = [rule for rule in (entry.rule if own else None, entry.only.get(field)) if rule]
    return all(thing.is_for(viewer, rule) for rule in rules)

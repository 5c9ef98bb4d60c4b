"""The access policy says something of everything, nothing of what is not there, and what the guards say."""

import inspect
from collections import defaultdict

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType

from models.kit.actor import Role
from resolvers.kit.action import Registered, commands, queries
from resolvers.kit.guard import Guard
from schema import roots
from tests.access.policy import FILE, RootPolicy, Rule, policy

SCHEMA = roots.build()._schema
ROOTS = {"Query", "Mutation", "Subscription"}
TYPES = {
    name: found
    for name, found in SCHEMA.type_map.items()
    if isinstance(found, GraphQLObjectType | GraphQLInterfaceType) and not name.startswith("__") and name not in ROOTS
}
READS = policy().queries | policy().subscriptions


def test_every_field_of_every_type_has_a_class_and_no_other_is_named() -> None:
    stated = {name: set(found.classes) for name, found in policy().types.items()}
    there: dict[str, set[str]] = defaultdict(set)
    for name, found in TYPES.items():
        entry = policy().of(name)
        inherited = {field for above in found.interfaces for field in above.fields} - set(
            entry.classes if entry else ()
        )
        there[entry.pattern if entry else name] |= found.fields.keys() - inherited
    assert there == stated


def test_every_field_of_a_root_has_an_entry_and_no_other_is_named() -> None:
    assert SCHEMA.query_type
    assert SCHEMA.mutation_type
    assert set(SCHEMA.query_type.fields) == set(policy().queries)
    assert SCHEMA.subscription_type
    assert set(SCHEMA.mutation_type.fields) == set(policy().mutations)
    assert set(SCHEMA.subscription_type.fields) == set(policy().subscriptions)


def test_every_rule_of_the_policy_is_used() -> None:
    told = FILE.read_text(encoding="utf-8")
    rules = told.partition("[rules]")[2].partition("\n# -")[0]
    named = {line.partition(" = ")[0] for line in rules.splitlines() if " = " in line}
    assert {name for name in named if told.count(f'"{name}"') == 0} == set()


@pytest.mark.parametrize("field", sorted(policy().mutations))
def test_a_mutation_is_guarded_as_the_policy_says(field: str) -> None:
    assert SCHEMA.mutation_type
    stated, command = policy().mutations[field], _command_behind(field)
    assert (command.name, command.guard.rule) == (stated.function, stated.who)
    assert command.guard.rule != "staff" or command.guard.roles == stated.rule.staff


@pytest.mark.parametrize("field", sorted(name for name, stated in READS.items() if stated.function))
def test_a_query_or_subscription_is_guarded_as_the_policy_says(field: str) -> None:
    stated: RootPolicy = READS[field]
    registered = queries[str(stated.function)]
    assert registered.function.__name__ in _names_used(field)
    assert _admits(registered.guard) == _asked_of_a_caller(stated.rule)


def test_nothing_sensitive_is_for_everybody() -> None:
    for name, entry in policy().types.items():
        if entry.rule and entry.rule.anyone:
            assert "sensitive" not in entry.classes.values(), name


def test_only_commands_named_as_such_have_no_mutation() -> None:
    assert set(commands) - {stated.function for stated in policy().mutations.values()} == policy().inside


def _command_behind(field: str) -> Registered:
    assert SCHEMA.mutation_type
    definition = SCHEMA.mutation_type.fields[field].extensions["strawberry-definition"]
    function = inspect.unwrap(definition.metadata["command"])
    return next(command for command in commands.values() if command.function is function)


def _names_used(field: str) -> tuple[str, ...]:
    assert SCHEMA.query_type
    assert SCHEMA.subscription_type
    fields = SCHEMA.query_type.fields | SCHEMA.subscription_type.fields
    resolver = fields[field].extensions["strawberry-definition"].base_resolver
    names: tuple[str, ...] = inspect.unwrap(resolver.wrapped_func).__code__.co_names
    return names


def _admits(guard: Guard) -> Rule:
    if guard.rule == "staff":
        return Rule(staff=guard.roles or frozenset(Role))
    return Rule(anyone=guard.rule == "anyone", account=guard.rule == "account")


def _asked_of_a_caller(rule: Rule) -> Rule:
    """What a rule asks whatever the object is."""
    if rule.self:
        return Rule(account=True)
    return Rule(staff=rule.staff) if rule.staff else Rule(anyone=bool(rule.anyone), account=rule.account)

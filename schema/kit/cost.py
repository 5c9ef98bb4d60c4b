"""What an operation costs at most, known before it runs: a point is about a millisecond of the service's work.

A field that reads other tables costs a point, once for all rows of its level: they are read together. Beside that,
every hundred values of the answer cost a point. How long lists are is taken from `first`, from the length of a list
that is sent along, or from what the schema declares. A document is made into plans once, in time linear to its text
(limits.py bounds what its fragments spread out to); a request only puts the variables in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_composite_type,
    is_list_type,
    is_object_type,
)

from models.kit.paging import MAX_FIRST
from schema.kit.limits import INTROSPECTING
from schema.kit.price import Price, price_of

VALUES_A_POINT = 100
INTROSPECTION = 200  # points for one look at the schema
LONGEST = 500  # what a list that is sent along counts for at most; commands refuse longer ones
UNKNOWN_LIST = 10  # how long a list is taken to be that declares nothing


@dataclass(frozen=True)
class Size:
    """How long a list will be: known, or by an argument (`path` leads into an input object)."""

    known: int = 1
    argument: ValueNode | None = None
    path: tuple[str, ...] = ()

    def under(self, variables: Mapping[str, Any]) -> int:
        """The size under some variables; what cannot be one counts for the most, and is refused later."""
        if self.argument is None:
            return self.known
        value = _value(self.argument, variables)
        for name in self.path:
            value = _value(value.get(name), variables) if isinstance(value, Mapping) else None
        if isinstance(value, list | tuple):
            return min(len(value), LONGEST)
        if value is None:
            return 1
        return min(max(value, 1), MAX_FIRST) if type(value) is int else MAX_FIRST


def _value(node: Any, variables: Mapping[str, Any]) -> Any:
    """What an argument says, as far as sizes need it."""
    if isinstance(node, VariableNode):
        return _value(variables.get(node.name.value), variables)
    if isinstance(node, IntValueNode):
        return int(node.value)
    if isinstance(node, ListValueNode):
        return node.values
    if isinstance(node, ObjectValueNode):
        return {item.name.value: item.value for item in node.fields}
    return None if isinstance(node, ValueNode) else node


@dataclass(frozen=True)
class Plan:
    """The price of a selection for one row: points for its reads, values, and what is multiplied by sizes."""

    points: int = 0
    values: int = 0
    lists: tuple[tuple[Size, int, "Plan"], ...] = ()  # size, points for each row, and the plan of one row

    def plus(self, other: "Plan") -> "Plan":
        """Both."""
        return Plan(self.points + other.points, self.values + other.values, self.lists + other.lists)

    def times(self, size: Size) -> "Plan":
        """For every row of a list; what its fields read they read once."""
        if size.argument is None and not self.lists:
            return Plan(self.points, self.values * size.known)
        return Plan(lists=((size, 0, self),))

    def total(self, variables: Mapping[str, Any]) -> tuple[int, int]:
        """Points and values under some variables."""
        points, values = self.points, self.values
        for size, each, plan in self.lists:
            count = size.under(variables)
            inner_points, inner_values = plan.total(variables)
            points += inner_points + each * count
            values += inner_values * count
        return points, values


def _either(plans: Iterable[Plan]) -> Plan:
    """One of several, by the type of a row: rows of all types may be there to be read, each has the values of one."""
    total, most = Plan(), 0
    for plan in plans:
        most = max(most, plan.values)
        total = total.plus(Plan(plan.points, 0, plan.lists))
    return total.plus(Plan(values=most))


class Cost(NamedTuple):
    """What an operation costs: points for its reads and changes, and how many values its answer may have."""

    points: int
    values: int

    @property
    def requested(self) -> int:
        """All in points."""
        return bill(self.points, self.values)


class Prices:
    """The plans of one document."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        self._schema = schema
        self._plans: dict[int, Plan] = {}  # by operation
        self._spread: dict[tuple[str, Size | None], Plan] = {}
        self._fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}

    def of(self, operation: OperationDefinitionNode, variables: Mapping[str, Any] | None) -> Cost:
        """What an operation of the document costs under some variables."""
        plan = self._plans.get(id(operation))
        if plan is None:
            root = self._schema.get_root_type(operation.operation)
            assert root
            plan = self._plans[id(operation)] = self._selection(operation.selection_set, root, None)
        return Cost(*plan.total({**_defaults(operation), **(variables or {})} if plan.lists else {}))

    def _selection(self, selections: SelectionSetNode, on: GraphQLCompositeType, page: Size | None) -> Plan:
        """`page` is the size of the lists in here, when the field above has an argument for it."""
        total, by_type = Plan(), dict[str, Plan]()
        for node in selections.selections:
            if isinstance(node, FieldNode):
                total = total.plus(self._field(node, on, page))
                continue
            narrowed, plan = self._narrowed(node, on, page)
            if is_object_type(narrowed) and is_abstract_type(on):
                by_type[narrowed.name] = by_type.get(narrowed.name, Plan()).plus(plan)
            else:
                total = total.plus(plan)
        return total.plus(_either(by_type.values()))

    def _narrowed(
        self, node: SelectionNode, on: GraphQLCompositeType, page: Size | None
    ) -> tuple[GraphQLCompositeType, Plan]:
        """The type that a fragment narrows its rows to, and its plan."""
        if isinstance(node, FragmentSpreadNode):
            return self._spread_out(self._fragments[node.name.value], page)
        assert isinstance(node, InlineFragmentNode)
        narrowed = self._type(node.type_condition.name.value) if node.type_condition else on
        return narrowed, self._selection(node.selection_set, narrowed, page)

    def _spread_out(self, fragment: FragmentDefinitionNode, page: Size | None) -> tuple[GraphQLCompositeType, Plan]:
        narrowed, key = self._type(fragment.type_condition.name.value), (fragment.name.value, page)
        if key not in self._spread:
            self._spread[key] = self._selection(fragment.selection_set, narrowed, page)
        return narrowed, self._spread[key]

    def _field(self, node: FieldNode, on: GraphQLCompositeType, page: Size | None) -> Plan:
        name = node.name.value
        if name.startswith("__"):
            return Plan(INTROSPECTION if name in INTROSPECTING else 0, 1)
        assert isinstance(on, GraphQLObjectType | GraphQLInterfaceType)
        field, price = on.fields[name], price_of(on.fields[name])
        own, many = _argued(price, field, node), is_list_type(get_nullable_type(field.type))
        inner, kind = Plan(), get_named_type(field.type)
        if node.selection_set and is_composite_type(kind):
            inner = self._selection(node.selection_set, kind, None if many else own)
        if many:
            inner = inner.times(own or _listed(price, page))
        return Plan(price.points, 1).plus(inner).plus(_each(price, own))

    def _type(self, name: str) -> GraphQLCompositeType:
        found = self._schema.get_type(name)
        assert is_composite_type(found)
        return found


def bill(points: int, values: int) -> int:
    """Points for reads and changes, and for the values of an answer."""
    return max(1, points + ceil(values / VALUES_A_POINT))


def answered(value: Any) -> int:
    """How many values an answer has."""
    if type(value) is dict:
        return len(value) + sum(answered(item) for item in value.values() if type(item) in _NESTED)
    return sum(answered(item) for item in value if type(item) in _NESTED)


_NESTED = (dict, list)


def _argued(price: Price, field: GraphQLField, node: FieldNode) -> Size | None:
    """The size that an argument gives to a field: `first`, or the list that its price is by."""
    name, *path = (price.by or "first").split(".")
    if name not in field.args:
        return None
    given = next((argument.value for argument in node.arguments or () if argument.name.value == name), None)
    return Size(MAX_FIRST, given, tuple(path))


def _listed(price: Price, page: Size | None) -> Size:
    """The size of a list without an argument of its own."""
    return Size(price.size) if price.size else page or Size(UNKNOWN_LIST)


def _each(price: Price, own: Size | None) -> Plan:
    return Plan(lists=((own, price.each, Plan()),)) if own and price.each else Plan()


def _defaults(operation: OperationDefinitionNode) -> dict[str, Any]:
    return {d.variable.name.value: d.default_value for d in operation.variable_definitions or () if d.default_value}

"""What fields are declared to cost, in points: about a millisecond of the service's work each."""

from dataclasses import dataclass, replace
from typing import Any

from graphql import FieldNode, GraphQLField, GraphQLSchema, OperationDefinitionNode
from strawberry.schema.schema_converter import GraphQLCoreConverter


@dataclass(frozen=True)
class Price:
    """What one field costs beside its values: `points` for all rows of its level together, and `each` for every
    item of the list `by` which it is sized (an argument, or a path into one, like `input.items`).

    `size` is how long the field's own list usually is at most, where no argument says so. Fields that are
    `always` answered cost as much, but are not refused for want of points.
    """

    points: int = 0
    each: int = 0
    by: str | None = None
    size: int | None = None
    always: bool = False


FREE = Price()
READ = Price(points=1)
SEVERAL = Price(points=3)  # rows of several types
CHANGE = Price(points=10)  # a command: its transaction, the record, what it leaves to the worker
OWN_WAY_OUT = replace(CHANGE, always=True)  # to take something back, to sign out, to stay signed in
HASHING = Price(points=100)  # a password is hashed on purpose slowly
_NAME = "price"


def priced(price: Price, **others: Any) -> dict[str, Any]:
    """The metadata of a field that has a price."""
    return {_NAME: price, **others}


def price_of(field: GraphQLField) -> Price:
    """The price of a field of the schema."""
    definition = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    found = definition.metadata.get(_NAME, FREE) if definition else FREE
    assert isinstance(found, Price)
    return found


def always_answered(schema: GraphQLSchema, operation: OperationDefinitionNode) -> bool:
    """True for an operation all of whose fields are `always` answered; it need not be valid."""
    root = schema.get_root_type(operation.operation)
    fields = root.fields if root else {}
    return all(
        isinstance(node, FieldNode) and node.name.value in fields and price_of(fields[node.name.value]).always
        for node in operation.selection_set.selections
    )

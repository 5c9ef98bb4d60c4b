"""The words in which the schema is written: described types, and fields that read a row, a level, or a command.

Types are never instantiated: their fields read rows (plain mappings) by name.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from enum import Enum
from functools import wraps
from typing import Any, TypeVar

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition

from models.kit.errors import DomainError
from schema.kit.context import BatchFunction, Info, Row
from schema.kit.inputs import check, values
from schema.kit.price import CHANGE, FREE, READ, Price, priced

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])
E = TypeVar("E", bound=Enum)


def _described(cls: type[Any]) -> str:
    text = inspect.getdoc(cls)
    if not text or "__doc__" not in cls.__dict__:
        raise TypeError(f"{cls.__name__} has no description")
    return text


def output(cls: type[T]) -> type[T]:
    """An object type, described by its docstring."""
    if not hasattr(cls, "is_type_of"):
        cls.is_type_of = classmethod(lambda cls, row, info: True)  # type: ignore[attr-defined]
    return strawberry.type(cls, description=_described(cls))


def input_type(cls: type[T]) -> type[T]:
    """An input type, described by its docstring."""
    return strawberry.input(cls, description=_described(cls))


def interface(cls: type[T]) -> type[T]:
    """An interface, described by its docstring."""
    return strawberry.interface(cls, description=_described(cls))


def enum(cls: type[E], name: str | None = None, /, **descriptions: str) -> type[E]:
    """Show a domain's enum, under another name if need be, with a description for each value."""
    strawberry.enum(cls, name=name, description=_described(cls))
    definition: StrawberryEnumDefinition = cls.__strawberry_definition__  # type: ignore[attr-defined]
    for value in definition.values:
        value.description = descriptions.pop(value.name)
    if descriptions:
        raise TypeError(f"{cls.__name__} has no {', '.join(descriptions)}")
    return cls


# Where a field costs more than its kind does, `price` says how much: see `schema.kit.price`.


def column(description: str, *, price: Price = FREE, **options: Any) -> Any:
    """A field that reads its row by name."""
    return strawberry.field(description=description, metadata=priced(price), **options)


def described(*, description: str, price: Price = READ) -> Callable[[F], F]:
    """A field with a resolver of its own, written as a method: for roots and the viewer."""

    def decorate(method: F) -> F:
        field: F = strawberry.field(resolver=_checked(method), description=description, metadata=priced(price))
        return field

    return decorate


def followed(*, description: str, price: Price = READ) -> Callable[[F], F]:
    """A subscription, written as a method that answers with a `Stream`."""

    def decorate(method: F) -> F:
        field: F = strawberry.subscription(resolver=_checked(method), description=description, metadata=priced(price))
        return field

    return decorate


def _checked(method: Callable[..., Any]) -> Callable[..., Any]:
    if len(inspect.signature(method).parameters) < 3:  # no arguments besides self and info
        return method

    @wraps(method)
    async def run(self: Any, info: Info, **arguments: Any) -> Any:
        check(arguments)
        return await method(self, info, **arguments)

    return run


def computed(function: Callable[..., Any], description: str, *, price: Price = FREE, **options: Any) -> Any:
    """A field computed from its row alone: `function(row, info)`, with the field's arguments after them."""
    resolver = _as_resolver(function, function)
    return strawberry.field(resolver=resolver, description=description, metadata=priced(price), **options)


def batch(function: BatchFunction, description: str, *, price: Price = READ) -> Any:
    """A field that reaches to other rows: `function(rows, info, **arguments) -> list`, called once per level."""

    async def resolve(root: Row, info: Info, **arguments: Any) -> Any:
        return await info.context.load(info, function, root, arguments)

    return strawberry.field(resolver=_as_resolver(resolve, function), description=description, metadata=priced(price))


def part(function: BatchFunction, name: str, description: str) -> Any:
    """A field that reads a column of the row behind: `function(rows, info) -> list` is asked once for all of them."""

    async def resolve(root: Row, info: Info) -> Any:
        row = await info.context.load(info, function, root, {})
        return row and row[name]

    return strawberry.field(resolver=_as_resolver(resolve, resolve), description=description)


def change(
    command: Callable[..., Awaitable[Row]],
    input_class: type[Any],
    description: str,
    *,
    price: Price = CHANGE,
) -> Any:
    """A mutation field: passes the plain values of its input to a command; refusals become `userErrors`."""

    async def resolve(root: None, info: Info, input: Any) -> Row:
        try:
            result = await command(info.context.actor, **values(input))
        except DomainError as refusal:
            return {**refusal.payload, "user_errors": list(refusal.problems)}
        return {**result, "user_errors": []}

    resolve.__annotations__ = {"root": None, "info": Info, "input": input_class}
    parameters = [
        inspect.Parameter("root", inspect.Parameter.POSITIONAL_OR_KEYWORD),
        inspect.Parameter("info", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Info),
        inspect.Parameter("input", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=_input_argument(input_class)),
    ]
    resolve.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    resolve.__module__ = input_class.__module__
    return strawberry.field(resolver=resolve, description=description, metadata=priced(price, command=command))


def _input_argument(input_class: type[Any]) -> Any:
    from typing import Annotated

    return Annotated[input_class, strawberry.argument(description="What to do, in one object.")]


def _as_resolver(resolve: Callable[..., Any], function: Callable[..., Any]) -> Callable[..., Any]:
    """Give `resolve` the GraphQL arguments of `function`: all its parameters but the first two."""
    _, _, *arguments = inspect.signature(function).parameters.values()
    head = [
        inspect.Parameter("root", inspect.Parameter.POSITIONAL_OR_KEYWORD),
        inspect.Parameter("info", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Info),
    ]
    if inspect.iscoroutinefunction(resolve):

        async def wrapper(root: Row, info: Info, **kwargs: Any) -> Any:
            check(kwargs)
            return await resolve(root, info, **kwargs)

    else:

        def wrapper(root: Row, info: Info, **kwargs: Any) -> Any:  # type: ignore[misc]
            return resolve(root, info, **kwargs)

    wrapper.__signature__ = inspect.Signature([*head, *arguments])  # type: ignore[attr-defined]
    wrapper.__module__ = function.__module__
    wrapper.__name__ = wrapper.__qualname__ = function.__name__
    return wrapper


def read_row(row: Any, name: str) -> Any:
    """Strawberry's default resolver here: a row's column, absent ones are null."""
    return row.get(name) if isinstance(row, Mapping) else getattr(row, name)

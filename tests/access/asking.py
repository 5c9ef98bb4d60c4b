"""Documents made from the schema: everything that can be read of something, in as many parts as the limits ask for."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_composite_type,
    is_interface_type,
    is_object_type,
    is_required_argument,
)

DEEP = 3
MOST_FIELDS = 300  # of 500


@dataclass(frozen=True)
class Selection:
    """A piece of a document and how many fields it has."""

    name: str
    text: str
    fields: int


@dataclass(frozen=True)
class Asking:
    """Selects all there is, with `values` (GraphQL literals by `field.argument` or `argument`) where one has to say."""

    schema: GraphQLSchema
    values: Mapping[str, str]

    def parts(self, type_name: str) -> list[str]:
        """Selections of a type that together select all of it, each within the limits."""
        pieces = self._inner(self.schema.type_map[type_name], DEEP, (type_name,))
        return [part.text for part in _packed("", pieces)]

    def roots(self, root: GraphQLObjectType, without: tuple[str, ...] = ()) -> list[str]:
        """A document for each part of each field of a root."""
        documents = []
        for name, field in root.fields.items():
            if name not in without and (call := self._call(name, field)):
                named = get_named_type(field.type)
                parts = self.parts(named.name) if is_composite_type(named) else [""]
                documents += [f"{{ {call} {{ {part} }} }}" if part else f"{{ {call} }}" for part in parts]
        return documents

    def _pieces(self, type_: GraphQLNamedType, deep: int, above: tuple[str, ...]) -> Iterator[Selection]:
        assert is_object_type(type_) or is_interface_type(type_)
        yield Selection("__typename", "__typename", 1)
        for name, field in type_.fields.items():
            named, call = get_named_type(field.type), self._call(name, field)
            if call is None:
                continue
            if name == "node" and type_.name.endswith("Edge"):  # the same rows are in `nodes`
                yield Selection(name, "node { __typename }", 2)
            elif not is_composite_type(named):
                yield Selection(name, call, 1)
            elif not deep or named.name in above:
                yield Selection(name, f"{call} {{ __typename }}", 2)
            else:
                for part in _packed(name, self._inner(named, deep - 1, (*above, named.name))):
                    yield Selection(name, f"{call} {{ {part.text} }}", part.fields + 1)

    def _inner(self, named: GraphQLNamedType, deep: int, above: tuple[str, ...]) -> Iterator[Selection]:
        yield from self._pieces(named, deep, above)
        if is_interface_type(named) and named.name != "Node":
            for concrete in self.schema.get_possible_types(named):
                own = [piece for piece in self._pieces(concrete, deep, above) if piece.name not in named.fields]
                text = " ".join(piece.text for piece in own)
                yield Selection(concrete.name, f"... on {concrete.name} {{ {text} }}", sum(p.fields for p in own))

    def _call(self, name: str, field: GraphQLField) -> str | None:
        """The field with its arguments; None where one is needed that nobody knows."""
        given = {arg: self.values.get(f"{name}.{arg}", self.values.get(arg)) for arg in field.args}
        if any(is_required_argument(arg) and given[key] is None for key, arg in field.args.items()):
            return None
        said = ", ".join(f"{arg}: {value}" for arg, value in given.items() if value is not None)
        return f"{name}({said})" if said else name


def _packed(name: str, pieces: Iterable[Selection]) -> Iterator[Selection]:
    """Pieces put together as far as the limits allow."""
    held: list[Selection] = []
    for piece in pieces:
        if sum(item.fields for item in held) + piece.fields > MOST_FIELDS:
            yield _together(name, held)
            held = []
        held.append(piece)
    yield _together(name, held)


def _together(name: str, pieces: list[Selection]) -> Selection:
    return Selection(name, " ".join(piece.text for piece in pieces), sum(piece.fields for piece in pieces))

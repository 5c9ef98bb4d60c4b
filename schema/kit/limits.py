"""How large a document may be, measured once and before validation, in time linear to its text.

Each fragment is walked once and its measure remembered, so that spreads cannot multiply the work.
"""

from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from models.kit.errors import ApiCode, ApiError

MAX_BODY = 1_000_000  # bytes
MAX_JSON_DEPTH = 40
MAX_JSON_VALUES = 10_000  # and as many brackets in the text
MAX_SOURCE = 50_000  # characters
MAX_TOKENS = 3_000
MAX_COMMENTS = 500
MAX_DEPTH = 12
MAX_FIELDS = 500
MAX_ALIASES = 50
MAX_DIRECTIVES = 50
MAX_DEFINITIONS = 40
MAX_INTROSPECTIONS = 3
# Units of work for comparing fields that may be merged; the largest document of the frontends takes 60.
MAX_COMPARING = 2_000
INTROSPECTING = {"__schema", "__type"}


@dataclass
class Measure:
    """The size of a selection with its fragments spread out."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    introspections: int = 0

    def add(self, other: "Measure", deeper: int = 0) -> None:
        """Count `other` in, `deeper` levels below."""
        self.depth = max(self.depth, other.depth + deeper)
        self.fields += other.fields
        self.aliases += other.aliases
        self.directives += other.directives
        self.introspections += other.introspections

    def refuse_excess(self) -> None:
        """Raise QUERY_TOO_COMPLEX beyond the limits but that of depth, which only an operation as a whole has."""
        if (
            self.fields > MAX_FIELDS
            or self.aliases > MAX_ALIASES
            or self.directives > MAX_DIRECTIVES
            or self.introspections > MAX_INTROSPECTIONS
        ):
            raise ApiError(ApiCode.QUERY_TOO_COMPLEX)


def check(document: DocumentNode) -> None:
    """Raise QUERY_TOO_COMPLEX when an operation of the document is over the limits."""
    if len(document.definitions) > MAX_DEFINITIONS:
        raise ApiError(ApiCode.QUERY_TOO_COMPLEX)
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    known: dict[str, Measure] = {}
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode):
            found = _measure(definition.selection_set, fragments, known)
            found.directives += len(definition.directives or ())
            found.refuse_excess()
            if isinstance(definition, OperationDefinitionNode) and found.depth > MAX_DEPTH:
                raise ApiError(ApiCode.QUERY_TOO_COMPLEX)


def _measure(
    selections: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode], known: dict[str, Measure]
) -> Measure:
    total = Measure()
    for node in selections.selections:
        total.directives += len(node.directives or ())
        if isinstance(node, FieldNode):
            total.add(_field(node, fragments, known))
        elif isinstance(node, FragmentSpreadNode):
            total.add(_fragment(node.name.value, fragments, known))
        elif isinstance(node, InlineFragmentNode):
            total.add(_measure(node.selection_set, fragments, known))
        total.refuse_excess()
    return total


def _field(node: FieldNode, fragments: dict[str, FragmentDefinitionNode], known: dict[str, Measure]) -> Measure:
    total = Measure(1, 1, node.alias is not None)
    if node.selection_set:
        total.add(_measure(node.selection_set, fragments, known), deeper=1)
    if node.name.value in INTROSPECTING:  # deep by nature; validation bounds its lists
        total.depth, total.introspections = 1, total.introspections + 1
    return total


def _fragment(name: str, fragments: dict[str, FragmentDefinitionNode], known: dict[str, Measure]) -> Measure:
    if name not in known:
        known[name] = Measure()  # a cycle counts once here; validation names it
        if name in fragments:
            known[name] = _measure(fragments[name].selection_set, fragments, known)
    return known[name]

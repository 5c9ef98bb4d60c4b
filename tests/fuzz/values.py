"""Values for generated documents: mostly ones that get past the scalars, so that what lies behind them is reached."""

import schemathesis
from graphql import NameNode, ObjectFieldNode, ValueNode
from hypothesis import strategies as st
from schemathesis.graphql import nodes

from tests.fuzz.demo import Demo

Values = st.SearchStrategy[ValueNode]
# Longer ones than most columns hold come often: the database, not the schema, knows how long is too long.
ANYTHING = (
    st.text(max_size=20) | st.text("1长", min_size=30, max_size=60) | st.from_regex("[0-9]{20,40}", fullmatch=True)
)
GOOD = {
    "Date": st.dates().map(str),
    "DateTime": st.datetimes().map(lambda moment: f"{moment.isoformat()}+08:00"),
    "Money": st.from_regex(r"[0-9]{1,9}\.[0-9]{2}", fullmatch=True),
}
WHOLE = st.integers(1, 20) | st.integers(-1, 101) | st.integers(-(2**31), 2**31 - 1)
LEAVES = (
    ANYTHING.map(nodes.String)
    | st.integers(-(2**70), 2**70).map(nodes.Int)
    | st.booleans().map(nodes.Boolean)
    | st.just(nodes.Null)
)


def teach(service: Demo) -> None:
    """Let schemathesis make values of every scalar of the schema, with the ids and cursors of this service."""
    good = GOOD | {"ID": st.sampled_from(service.ids)}
    for name, values in good.items():
        schemathesis.graphql.scalar(name, _mostly(values).map(nodes.String))
    schemathesis.graphql.scalar("String", (ANYTHING | st.sampled_from(service.cursors)).map(nodes.String))
    schemathesis.graphql.scalar("Int", WHOLE.map(nodes.Int))
    schemathesis.graphql.scalar("JSON", _json())


def _mostly(good: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.integers(0, 4).flatmap(lambda turn: good if turn else ANYTHING)


def _json() -> Values:
    def within(inner: Values) -> Values:
        fields = st.dictionaries(st.from_regex("[a-z]{1,8}", fullmatch=True), inner, max_size=3)
        return st.lists(inner, max_size=3).map(nodes.List) | fields.map(_object)

    return st.recursive(LEAVES, within, max_leaves=5)


def _object(fields: dict[str, ValueNode]) -> ValueNode:
    return nodes.Object([ObjectFieldNode(name=NameNode(value=name), value=value) for name, value in fields.items()])

"""Relay connections over keyset pages."""

from typing import Annotated, Any, Generic, TypeVar

import strawberry

from models.kit.paging import Page
from schema.kit.build import column, computed, output
from schema.kit.context import Info, Row

Node = TypeVar("Node")

First = Annotated[int, strawberry.argument(description="How many, 1 to 100.")]
After = Annotated[str | None, strawberry.argument(description="Start after this cursor; null for the beginning.")]


@output
class PageInfo:
    """Whether a list goes on, and from where."""

    has_next_page: bool = column("True when more follow.")
    has_previous_page: bool = column("True when the page does not start at the beginning.")
    start_cursor: str | None = column("The cursor of the first row; null on an empty page.")
    end_cursor: str | None = column("The cursor of the last row, for `after`; null on an empty page.")


def _edges(page: Row, info: Info) -> list[Row]:
    return [{"cursor": cursor, "node": node} for cursor, node in zip(page["cursors"], page["nodes"], strict=True)]


@strawberry.type(description="One row of a list and its cursor.")
class Edge(Generic[Node]):
    """One row of a list and its cursor."""

    cursor: str = column("Where this row stands in the list.")
    node: Node = column("The row.")


@strawberry.type(description="A page of a list.")
class Connection(Generic[Node]):
    """A page of a list."""

    edges: list[Edge[Node]] = computed(_edges, "The rows with their cursors.")
    nodes: list[Node] = column("The rows.")
    page_info: PageInfo = column("Whether the list goes on.")


def connection(page: Page, after: str | None = None) -> Any:
    """A page as the row of a connection."""
    return {
        "nodes": page.rows,
        "cursors": page.cursors,
        "page_info": {
            "has_next_page": page.has_next,
            "has_previous_page": after is not None,
            "start_cursor": page.cursors[0] if page.cursors else None,
            "end_cursor": page.cursors[-1] if page.cursors else None,
        },
    }

"""What the pages for frontends promise besides their examples."""

import re
from datetime import date, timedelta

import pytest
from graphql import GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, build_schema
from graphql.type import GraphQLEnumType

from schema import roots
from tests import sources

PAGES = ("README.md", "CONTRIBUTING.md", "schema/guide.md", "schema/reference.md")


def deprecations(schema: GraphQLSchema) -> dict[str, str]:
    """The reason of everything that is marked @deprecated, by its coordinate."""
    found: dict[str, str | None] = {}
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLEnumType):
            found |= {f"{kind.name}.{name}": value.deprecation_reason for name, value in kind.values.items()}
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            found |= {f"{kind.name}.{name}": field.deprecation_reason for name, field in kind.fields.items()}
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for name, field in kind.fields.items():
                found |= {f"{kind.name}.{name}({arg}:)": value.deprecation_reason for arg, value in field.args.items()}
    return {where: reason for where, reason in found.items() if reason and not where.startswith("__")}


def broken(schema: GraphQLSchema, today: date) -> list[str]:
    """Deprecations without the day they were marked on and what to use instead."""
    wrong = []
    for where, reason in deprecations(schema).items():
        marked = re.fullmatch(r"Since (\d{4}-\d{2}-\d{2}): .{10,}\.", reason)
        if not marked or date.fromisoformat(marked[1]) > today:
            wrong.append(where)
    return wrong


def test_whatever_will_go_says_since_when_and_what_comes_instead() -> None:
    assert broken(roots.build()._schema, date.today() + timedelta(days=1)) == []  # noqa: DTZ011 - a day's grace


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("Since 2026-11-22: use `fullName`, which has both.", []),
        ("use `fullName`, which has both.", ["Query.name"]),
        ("Since 2026-13-01: use", ["Query.name"]),
        ("Since 2027-11-22: use `fullName`, which has both.", ["Query.name"]),
    ],
)
def test_a_deprecation_without_its_day_is_found(reason: str, expected: list[str]) -> None:
    schema = build_schema(f'type Query {{ name: String @deprecated(reason: "{reason}") fullName: String }}')
    assert broken(schema, date(2026, 12, 1)) == expected


def anchors(page: str) -> set[str]:
    """The anchors of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", sources.text(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_between_the_pages_leads_somewhere(page: str) -> None:
    folder = page.rpartition("/")[0]
    links = re.findall(r"\]\(([^)#]*)#?([^)]*)\)", sources.text(page))
    assert page == "CONTRIBUTING.md" or links
    for target, anchor in links:
        path = page if not target else f"{folder}/{target}".lstrip("/")
        assert path in sources.repository_files(), (target, anchor)
        assert not anchor or anchor in anchors(path), (target, anchor)

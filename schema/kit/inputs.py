"""From GraphQL inputs to plain values: ids become UUIDs of the right type, names stay as the commands have them."""

from dataclasses import fields, is_dataclass
from typing import Any

import strawberry
from strawberry.utils.str_converters import to_camel_case

from models.kit import db
from models.kit.codes import ErrorCode
from models.kit.errors import refuse
from models.kit.identity import InvalidValue
from models.kit.ids import parse_global_id

ANY = "*"


def given(description: str, **options: Any) -> Any:
    """An input field."""
    return strawberry.field(description=description, **options)


def id_of(node_type: str, description: str, **options: Any) -> Any:
    """An input field that takes the global id of a `node_type` (or of one of several, separated by `|`). One of
    `ANY` type arrives as (type name, row id)."""
    return strawberry.field(description=description, metadata={"node": node_type}, **options)


def values(input: Any, path: str = "") -> dict[str, Any]:
    """The fields of an input object by their Python names."""
    plain: dict[str, Any] = {}
    for item in fields(input):
        where = path + to_camel_case(item.name)
        value = getattr(input, item.name)
        if value is strawberry.UNSET:
            continue
        node_type = item.metadata.get("node")
        plain[item.name] = row_ids(value, node_type, where) if node_type else _plain(value, where)
    return plain


def _plain(value: Any, path: str) -> Any:
    if isinstance(value, list):
        return [_plain(item, f"{path}.{index}") for index, item in enumerate(value)]
    if isinstance(value, dict):
        return {_plain(name, path): _plain(item, f"{path}.{name}") for name, item in value.items()}
    if is_dataclass(value) and hasattr(value, "__strawberry_definition__"):
        return values(value, f"{path}.")
    if not db.can_keep(value):
        refuse(ErrorCode.INVALID, path)
    return value


def check(arguments: dict[str, Any]) -> None:
    """Refuse arguments of a query that no column can hold, as those of changes are."""
    for name, value in arguments.items():
        _plain(value, to_camel_case(name))


def row_ids(value: Any, node_type: str, path: str) -> Any:
    """The row id behind one global id, or those behind a list of them."""
    if isinstance(value, list):
        return [row_ids(item, node_type, f"{path}.{index}") for index, item in enumerate(value)]
    return None if value is None else row_id(value, node_type, path)


def row_id(global_id: str, node_type: str, path: str) -> Any:
    """The row id behind a global id; a malformed one or one of another type is NOT_FOUND like any other."""
    try:
        name, found = parse_global_id(global_id)
    except InvalidValue:
        refuse(ErrorCode.NOT_FOUND, path)
    if node_type == ANY:
        return name, found
    if name not in node_type.split("|"):
        refuse(ErrorCode.NOT_FOUND, path)
    return found

"""What one request carries, and the loaders of one operation."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import strawberry
from strawberry.dataloader import DataLoader

from models.kit.actor import Actor

Row = dict[str, Any]
Rows = list[Row]
BatchFunction = Callable[..., Awaitable[list[Any]]]


@dataclass
class Context:
    """The request as fields see it."""

    actor: Actor
    # Loaders live for one root mutation field or one query: after a change, reads are fresh.
    loaders: dict[Any, DataLoader[Any, Any]] = field(default_factory=dict)

    @property
    def locale(self) -> str:
        """The reader's language."""
        return self.actor.locale

    def load(self, info: "Info", function: BatchFunction, row: Row, args: Mapping[str, Any]) -> Awaitable[Any]:
        """Answer `row` together with every other row that asks the same of `function` at this level."""
        path = info.path
        while path.prev:
            path = path.prev
        cache_key = (path.key, function, _frozen(args))
        loader = self.loaders.get(cache_key)
        if loader is None:

            async def load_all(rows: Rows) -> list[Any]:
                return await function(rows, info, **args)

            loader = self.loaders[cache_key] = DataLoader(load_all, cache=False)
        return loader.load(row)


Info = strawberry.Info[Context, None]


def _frozen(value: Any) -> Any:
    if isinstance(value, Mapping):
        return tuple(sorted((k, _frozen(v)) for k, v in value.items()))
    if isinstance(value, list):
        return tuple(map(_frozen, value))
    if hasattr(value, "__strawberry_definition__"):
        return tuple(sorted((k, _frozen(v)) for k, v in vars(value).items()))
    return value

"""Talking to the application as a frontend does: the documents of `tests/operations/` over HTTP."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx
from graphql import FragmentDefinitionNode, OperationDefinitionNode, parse, print_ast
from graphql.language import FragmentSpreadNode, Visitor, visit

# Points for tests that ask more often than people do.
AMPLE = {
    "OPERATION_POINTS": "100000",
    "ACCOUNT_POINTS": "1000000,1000000",
    "ADDRESS_POINTS": "1000000,1000000",
}
FOLDER = Path(__file__).parent / "operations"


@lru_cache
def documents() -> dict[str, str]:
    """Every operation by name, each with the fragments it needs."""
    definitions = [
        definition
        for path in sorted(FOLDER.glob("*.graphql"))
        for definition in parse(path.read_text(encoding="utf-8")).definitions
    ]
    fragments = {d.name.value: d for d in definitions if isinstance(d, FragmentDefinitionNode)}
    return {
        d.name.value: "\n".join(print_ast(part) for part in (d, *_needed(d, fragments)))
        for d in definitions
        if isinstance(d, OperationDefinitionNode) and d.name
    }


def _needed(definition: Any, fragments: dict[str, FragmentDefinitionNode]) -> list[FragmentDefinitionNode]:
    names: dict[str, None] = {}

    class Spreads(Visitor):
        def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> None:
            if node.name.value not in names:
                names[node.name.value] = None
                visit(fragments[node.name.value], self)

    visit(definition, Spreads())
    return [fragments[name] for name in names]


class Api:
    """A client of the application, signed in or not."""

    def __init__(self, http: httpx.AsyncClient, token: str | None = None, locale: str = "zh") -> None:
        self._http = http
        self.token = token
        self._headers = {"accept-language": locale} | ({"authorization": f"Bearer {token}"} if token else {})

    def as_(self, token: str | None, locale: str = "zh") -> "Api":
        """The same client with another token."""
        return Api(self._http, token, locale)

    async def send(self, query: str, **variables: Any) -> dict[str, Any]:
        """Post a document or, by its name, an operation of the frontends; the whole answer."""
        text = documents().get(query, query)
        response = await self._http.post(
            "/graphql", json={"query": text, "variables": variables}, headers=self._headers
        )
        answer = response.json()
        assert isinstance(answer, dict)
        return answer

    async def __call__(self, query: str, **variables: Any) -> Any:
        """The data of an answer without top-level errors; with one field, that field's value."""
        answer = await self.send(query, **variables)
        assert "errors" not in answer, answer["errors"]
        data = answer["data"]
        return next(iter(data.values())) if len(data) == 1 else data

    async def codes(self, query: str, **variables: Any) -> list[str]:
        """The codes of the user errors of a mutation, after checking that nothing else went wrong."""
        return [error["code"] for error in (await self(query, **variables))["userErrors"]]

    async def fetch(self, method: str, path: str, headers: dict[str, str] | None = None, **sent: Any) -> httpx.Response:
        """The answer of any other address."""
        return await self._http.request(method, path, headers={**self._headers, **(headers or {})}, **sent)

    async def upload(self, content: bytes, name: str = "photo.jpg", purpose: str = "CASE_DOCUMENT") -> httpx.Response:
        """What comes of giving a file."""
        given = {"file": (name, content, "image/jpeg")}
        return await self.fetch("POST", "/uploads", data={"purpose": purpose}, files=given)


def operation_names(path: str) -> list[str]:
    """The operations of one file, in its order."""
    return re.findall(
        r"^(?:query|mutation|subscription) (\w+)", (FOLDER / path).read_text(encoding="utf-8"), re.MULTILINE
    )

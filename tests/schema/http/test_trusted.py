"""Trusted documents: what a frontend's build wrote down is asked for by hash, and may be all that is run."""

import hashlib
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import get_introspection_query

from models.kit import settings
from models.kit.settings import SettingsError
from schema.http.app import application

JSON, GRAPHQL_JSON = "application/json", "application/graphql-response+json"
TEXT = "query Type { __typename }"
CHANGE = 'mutation Leave { refreshSession(input: { refreshToken: "x" }) { userErrors { code } } }'
OTHER = "query Other { __typename }"


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def manifest(folder: Path, *texts: str, name: str = "persisted-documents.json") -> Path:
    """A manifest as graphql-codegen's client preset writes it."""
    path = folder / name
    path.write_text(json.dumps({f"sha256:{sha(text)}": text for text in texts}))
    return path


def client(**environment: str) -> httpx.AsyncClient:
    """A client of an application with these settings."""
    app = application(settings.read({"ACCESS_LOG": "0", **environment}))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


async def ask(http: httpx.AsyncClient, accept: str = JSON, **body: Any) -> tuple[int, Any]:
    """The status of an answer, and its data or its code."""
    answer = await http.post("/graphql", json=body, headers={"accept": accept})
    found = answer.json()
    return answer.status_code, found["errors"][0]["extensions"]["code"] if "errors" in found else found["data"]


def apollo(text: str) -> dict[str, Any]:
    """How Apollo's client names a document."""
    return {"persistedQuery": {"version": 1, "sha256Hash": sha(text)}}


async def test_a_trusted_document_is_asked_for_by_its_hash(tmp_path: Path) -> None:
    manifests = f"{manifest(tmp_path, TEXT)}, {manifest(tmp_path, CHANGE, name='desk.json')}"
    async with client(TRUSTED_DOCUMENTS=manifests) as http:
        for named in ({"documentId": f"sha256:{sha(TEXT)}"}, {"extensions": apollo(TEXT)}):
            assert await ask(http, **named) == (200, {"__typename": "Query"})
            assert await ask(http, query=TEXT, **named) == (200, {"__typename": "Query"})
            assert await ask(http, query="", **named) == (200, {"__typename": "Query"})
        read = await http.get("/graphql", params={"documentId": f"sha256:{sha(TEXT)}"})
        changed = await http.get("/graphql", params={"extensions": json.dumps(apollo(CHANGE))})
    assert read.json()["data"] == {"__typename": "Query"}
    assert changed.status_code == 405


async def test_an_unknown_hash_asks_the_client_for_the_text(tmp_path: Path) -> None:
    async with client(TRUSTED_DOCUMENTS=str(manifest(tmp_path, TEXT))) as http:
        for named in ({"documentId": f"sha256:{sha(OTHER)}"}, {"documentId": "x-y:z"}, {"extensions": apollo(OTHER)}):
            assert await ask(http, **named) == (200, "PERSISTED_QUERY_NOT_FOUND")
            assert await ask(http, GRAPHQL_JSON, **named) == (400, "PERSISTED_QUERY_NOT_FOUND")
        assert await ask(http, query=OTHER, extensions=apollo(OTHER)) == (200, {"__typename": "Query"})
        assert await ask(http, documentId=f"sha256:{sha(OTHER)}") == (200, "PERSISTED_QUERY_NOT_FOUND")


@pytest.mark.parametrize(
    "body",
    [
        {"query": OTHER, "documentId": f"sha256:{sha(TEXT)}"},
        {"query": OTHER, "extensions": apollo(TEXT)},
        {"documentId": 1},
        {"documentId": None},
        {"extensions": {"persistedQuery": 1}},
        {"extensions": {"persistedQuery": {"version": 2, "sha256Hash": sha(TEXT)}}},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": 7}}},
    ],
)
async def test_a_hash_that_names_nothing_or_something_else_is_refused(tmp_path: Path, body: dict[str, Any]) -> None:
    async with client(TRUSTED_DOCUMENTS=str(manifest(tmp_path, TEXT))) as http:
        assert await ask(http, GRAPHQL_JSON, **body) == (400, "BAD_USER_INPUT")


async def test_with_free_documents_off_nothing_else_is_run(tmp_path: Path) -> None:
    async with client(TRUSTED_DOCUMENTS=str(manifest(tmp_path, TEXT)), FREE_DOCUMENTS="0") as http:
        for text in (OTHER, get_introspection_query(), "{", TEXT + " "):
            for body in ({"query": text}, {"query": text, "operationName": "Type"}):
                assert await ask(http, GRAPHQL_JSON, **body) == (400, "DOCUMENT_NOT_TRUSTED")
        assert await ask(http, GRAPHQL_JSON, query=OTHER, extensions=apollo(OTHER)) == (400, "DOCUMENT_NOT_TRUSTED")
        assert await ask(http, documentId=f"sha256:{sha(TEXT)}") == (200, {"__typename": "Query"})
        assert await ask(http, query=TEXT) == (200, {"__typename": "Query"})


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (None, "No such file"),
        ("{", "unexpected end"),
        ("[]", "expected an object"),
        (json.dumps({sha(TEXT): OTHER}), "is not the SHA-256"),
        (json.dumps({sha(TEXT): 1}), "is not the SHA-256"),
        (json.dumps({sha("{ nothing }"): "{ nothing }"}), "Cannot query field"),
        (json.dumps({sha("{"): "{"}), "Syntax Error"),
        (json.dumps({sha("{" + "a " * 4000 + "}"): "{" + "a " * 4000 + "}"}), "QUERY_TOO_COMPLEX"),
    ],
)
def test_the_service_does_not_start_with_a_manifest_that_is_wrong(
    tmp_path: Path, content: str | None, fault: str
) -> None:
    path = tmp_path / "persisted-documents.json"
    if content:
        path.write_text(content)
    with pytest.raises(SettingsError, match=r"^TRUSTED_DOCUMENTS: .*" + fault):
        application(settings.read({"TRUSTED_DOCUMENTS": str(path)}))


def test_free_documents_can_only_be_switched_off_where_there_are_others() -> None:
    with pytest.raises(SettingsError, match="FREE_DOCUMENTS"):
        settings.read({"FREE_DOCUMENTS": "0"})

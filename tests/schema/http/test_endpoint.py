"""`/graphql` as GraphQL over HTTP has it: methods, media types, deadlines, and faults that say nothing."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from models.kit import settings
from schema import roots
from schema.http import endpoint, incoming
from schema.http.app import application
from tests.api import documents
from tests.schema.http.test_malformed import GRAPHQL_JSON, JSON

QUERY = "{ __typename }"
CANARY = "canary-330302198506150016"


def client(**environment: str) -> httpx.AsyncClient:
    """A client of an application with other settings."""
    app = application(settings.read({"ACCESS_LOG": "0", **environment}))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


def code(answer: httpx.Response) -> str:
    """The code of an answer's first error."""
    return str(answer.json()["errors"][0]["extensions"]["code"])


async def test_a_query_may_be_sent_by_get_and_a_change_may_not(http: httpx.AsyncClient) -> None:
    query = await http.get(
        "/graphql", params={"query": "query Q { __typename }", "operationName": "Q", "variables": "{}"}
    )
    assert query.json()["data"] == {"__typename": "Query"}
    change = await http.get("/graphql", params={"query": "mutation { __typename }"})
    assert (change.status_code, code(change), change.headers["allow"]) == (405, "METHOD_NOT_ALLOWED", "GET, POST")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"])
async def test_other_methods_are_refused(http: httpx.AsyncClient, method: str) -> None:
    answer = await http.request(method, "/graphql", json={"query": QUERY})
    assert (answer.status_code, code(answer), answer.headers["allow"]) == (405, "METHOD_NOT_ALLOWED", "GET, POST")


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON),
        ("*/*", JSON),
        ("application/*;q=0.5", JSON),
        ("application/json; charset=utf-8", JSON),
        ("text/html,application/xhtml+xml,*/*;q=0.8", JSON),
        (GRAPHQL_JSON, GRAPHQL_JSON),
        ("application/graphql-response+json; charset=utf-8, application/json; charset=utf-8", GRAPHQL_JSON),
        ("application/graphql-response+json;q=0.5, application/json", JSON),
        ("application/graphql-response+json;q=0, application/json", JSON),
    ],
)
async def test_the_media_type_that_the_client_likes_best_is_answered(
    http: httpx.AsyncClient, accept: str | None, expected: str
) -> None:
    headers = {} if accept is None else {"accept": accept}
    answer = await http.post("/graphql", json={"query": QUERY}, headers=headers)
    assert answer.headers["content-type"] == f"{expected}; charset=utf-8"


async def test_a_media_type_that_is_not_json_cannot_be_had(http: httpx.AsyncClient) -> None:
    answer = await http.post("/graphql", json={"query": QUERY}, headers={"accept": "text/html"})
    assert (answer.status_code, code(answer)) == (406, "NOT_ACCEPTABLE")


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "multipart/form-data; boundary=x"},
        {"content-type": JSON, "content-encoding": "gzip"},
        {"content-type": f"{JSON}; charset=gbk"},
        {"content-type": f"{JSON}, text/plain"},
        {"content-type": "application/json-seq"},
        {"content-type": GRAPHQL_JSON},
    ],
)
async def test_only_plain_json_is_taken(http: httpx.AsyncClient, headers: dict[str, str]) -> None:
    answer = await http.post("/graphql", content=b'{"query": "{ __typename }"}', headers=headers)
    assert (answer.status_code, code(answer)) == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_a_content_type_that_is_said_twice_is_not_taken(http: httpx.AsyncClient) -> None:
    twice = [("content-type", JSON), ("content-type", "text/plain")]
    answer = await http.post("/graphql", content=b'{"query": "{ __typename }"}', headers=twice)
    assert (answer.status_code, code(answer)) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize("content_type", [f'{JSON}; charset="UTF-8"', "Application/JSON ; charset=utf8", f"{JSON};v=1"])
async def test_json_may_say_that_it_is_utf_8(http: httpx.AsyncClient, content_type: str) -> None:
    headers = {"content-type": content_type, "content-encoding": "identity"}
    answer = await http.post("/graphql", content=b'{"query": "{ __typename }"}', headers=headers)
    assert answer.json()["data"] == {"__typename": "Query"}


async def test_of_a_member_that_is_said_twice_the_last_counts_as_in_every_browser(http: httpx.AsyncClient) -> None:
    body = b'{"query": "{ node }", "query": "{ __typename }"}'
    answer = await http.post("/graphql", content=body, headers={"content-type": JSON})
    assert answer.json()["data"] == {"__typename": "Query"}


@pytest.mark.parametrize(
    ("parameters", "status", "expected"),
    [
        ([("query", QUERY), ("query", QUERY)], 400, "BAD_USER_INPUT"),
        ([("query", QUERY), ("variables", "[]")], 400, "BAD_USER_INPUT"),
        ([("query", QUERY), ("variables", "{")], 400, "BAD_USER_INPUT"),
        ([("query", QUERY), ("extensions", "1")], 400, "BAD_USER_INPUT"),
        ([("query", QUERY), ("variables", "[" * 5000)], 400, "BAD_USER_INPUT"),
        ([("variables", "{}")], 400, "BAD_USER_INPUT"),
        ([("query", "a" * incoming.MAX_QUERY_STRING)], 414, "URI_TOO_LONG"),
    ],
)
async def test_a_get_that_is_not_well_formed_is_refused(
    http: httpx.AsyncClient, parameters: list[tuple[str, str]], status: int, expected: str
) -> None:
    answer = await http.get("/graphql", params=tuple(parameters))
    assert (answer.status_code, code(answer)) == (status, expected)


async def test_who_subscribes_by_post_is_told_where_to(http: httpx.AsyncClient) -> None:
    for accept in (JSON, GRAPHQL_JSON):
        headers = {"accept": accept, "accept-language": "en"}
        answer = await http.post("/graphql", json={"query": documents()["NotificationAdded"]}, headers=headers)
        assert (answer.status_code, code(answer)) == (400, "WEBSOCKET_REQUIRED")
        assert "graphql-transport-ws" in answer.json()["errors"][0]["message"]


async def test_refusals_are_in_the_readers_language(http: httpx.AsyncClient) -> None:
    words = [
        (await http.post("/graphql", json=1, headers={"accept-language": language})).json()["errors"][0]["message"]
        for language in ("zh-CN", "en-GB,en;q=0.9,zh;q=0.1")
    ]
    assert words == ["请求内容有误。", "The request is not well formed."]


async def test_a_body_that_does_not_arrive_in_time_is_given_up(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slowly() -> AsyncIterator[bytes]:
        yield b'{"query"'
        await asyncio.sleep(1)

    monkeypatch.setattr(incoming, "BODY_WITHIN", 0.05)
    answer = await http.post("/graphql", content=slowly(), headers={"content-type": JSON})
    assert (answer.status_code, code(answer)) == (408, "TIMEOUT")


async def test_a_query_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = asyncio.Event()

    async def slowly(*_: Any) -> list[None]:
        try:
            await asyncio.sleep(30)
        finally:
            ended.set()
        return [None]

    monkeypatch.setattr(roots, "by_global_ids", slowly)
    async with client(EXECUTION_TIMEOUT="1") as http:
        answer = await http.post("/graphql", json={"query": '{ node(id: "x") { id } }'})
    assert (answer.status_code, code(answer)) == (503, "TIMEOUT")
    assert ended.is_set()


async def test_a_fault_in_a_field_shows_its_place_in_the_log_and_nothing_to_the_client(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> list[None]:
        raise ValueError(CANARY)

    monkeypatch.setattr(roots, "by_global_ids", broken)
    with capture_logs() as logged:
        answer = await http.post("/graphql", json={"query": '{ node(id: "x") { id } }'})
    assert answer.json()["data"] == {"node": None}
    assert answer.json()["errors"][0]["extensions"] == {
        "code": "INTERNAL_SERVER_ERROR", "requestId": answer.headers["x-request-id"],
    }  # fmt: skip
    assert CANARY not in answer.text
    assert logged[0]["event"] == "field.failed"
    assert logged[0]["request_id"] == answer.headers["x-request-id"]


async def test_a_fault_outside_of_any_field_is_masked_as_well(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> None:
        raise ValueError(CANARY)

    monkeypatch.setattr(endpoint, "identify", broken)
    answer = await http.post("/graphql", json={"query": QUERY})
    assert (answer.status_code, code(answer)) == (500, "INTERNAL_SERVER_ERROR")
    assert answer.json()["errors"][0]["extensions"]["requestId"] == answer.headers["x-request-id"]
    assert CANARY not in answer.text


async def test_without_introspection_the_schema_is_neither_shown_nor_guessed() -> None:
    async with client(INTROSPECTION="0") as http:
        shown = await http.post("/graphql", json={"query": "{ __schema { types { name } } }"})
        guessed = await http.post("/graphql", json={"query": "{ viewe { id } }"})
        cut_short = await http.post("/graphql", json={"query": "{ viewer }"})
        plain = await http.post("/graphql", json={"query": QUERY})
    assert code(shown) == code(guessed) == code(cut_short) == "GRAPHQL_VALIDATION_FAILED"
    assert "Did you mean" not in guessed.text + cut_short.text
    assert plain.json()["data"] == {"__typename": "Query"}


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, ["10.0.0.1"], "127.0.0.1"),
        (1, ["6.6.6.6, 10.0.0.1"], "10.0.0.1"),
        (1, ["6.6.6.6", "10.0.0.1"], "10.0.0.1"),
        (2, ["6.6.6.6, 10.0.0.1, 10.0.0.2"], "10.0.0.1"),
        (2, ["10.0.0.2"], "127.0.0.1"),
    ],
)
async def test_only_trusted_proxies_say_where_a_caller_is(
    monkeypatch: pytest.MonkeyPatch, proxies: int, forwarded: list[str], address: str
) -> None:
    seen = []

    async def look(_: Any, caller: Any) -> Any:
        seen.append(caller.address)
        return caller

    monkeypatch.setattr(endpoint, "identify", look)
    async with client(TRUSTED_PROXIES=str(proxies)) as http:
        headers = [("x-forwarded-for", value) for value in forwarded]
        await http.post("/graphql", json={"query": QUERY}, headers=headers)
    assert seen == [address]

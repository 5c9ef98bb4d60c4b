"""Pages of other origins: let in where they are named, and otherwise unable to make a browser do anything here."""

import httpx
import pytest

from tests.schema.http.test_endpoint import client, code

ORIGIN = "https://app.example.org"
QUERY = "{ __typename }"
DATA = {"__typename": "Query"}
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


async def test_frontends_of_other_origins_are_let_in_only_when_named() -> None:
    asked = {
        "origin": ORIGIN,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,graphql-require-preflight",
    }
    for named, allowed in (("", None), ("https://other.example.org", None), (ORIGIN, ORIGIN)):
        async with client(ALLOWED_ORIGINS=named) as http:
            before = await http.options("/graphql", headers=asked)
            answer = await http.post("/graphql", json={"query": QUERY}, headers={"origin": ORIGIN})
        assert before.headers.get("access-control-allow-origin") == allowed
        assert answer.headers.get("access-control-allow-origin") == allowed
        assert answer.json()["data"] == DATA


async def test_a_browser_remembers_for_an_hour_that_an_origin_is_let_in() -> None:
    asked = {"origin": ORIGIN, "access-control-request-method": "GET"}
    async with client(ALLOWED_ORIGINS=ORIGIN) as http:
        before = await http.options("/graphql", headers=asked)
        answer = await http.post("/graphql", json={"query": QUERY}, headers={"origin": ORIGIN})
        other = await http.post("/graphql", json={"query": QUERY})
    assert (before.status_code, before.headers["access-control-max-age"]) == (200, "3600")
    assert "Origin" in before.headers["vary"]
    assert answer.headers["access-control-expose-headers"] == "retry-after, x-request-id"
    assert answer.headers["vary"] == other.headers["vary"] == "Origin"
    assert "access-control-allow-credentials" not in answer.headers  # nothing here is known by a cookie


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_a_browser_is_not_told_to_go_on_with_what_is_not_taken(method: str) -> None:
    asked = {"origin": ORIGIN, "access-control-request-method": method}
    async with client(ALLOWED_ORIGINS=ORIGIN) as http:
        assert (await http.options("/graphql", headers=asked)).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "user-agent": FIREFOX},
        {"sec-fetch-site": "same-site", "sec-fetch-mode": "cors", "origin": ORIGIN, "user-agent": FIREFOX},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "user-agent": FIREFOX},
        {"user-agent": FIREFOX, "accept": "application/json"},  # over plain HTTP a browser does not say more
        {"origin": "null"},
        {"sec-fetch-site": "cross-site", "content-type": "text/plain"},
    ],
    ids=["image", "script", "link", "plain HTTP", "sandbox", "safelisted header"],
)
async def test_a_foreign_page_cannot_make_a_browser_ask(http: httpx.AsyncClient, headers: dict[str, str]) -> None:
    answer = await http.get("/graphql", params={"query": QUERY}, headers={"accept": "application/json"} | headers)
    assert (answer.status_code, code(answer)) == (403, "CROSS_SITE_REQUEST")


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site", "origin": ORIGIN, "graphql-require-preflight": "1"},
        {"sec-fetch-site": "cross-site", "origin": ORIGIN, "authorization": ""},
        {"sec-fetch-site": "cross-site", "origin": ORIGIN, "content-type": "application/json"},
        {"user-agent": FIREFOX, "x-requested-with": "XMLHttpRequest"},
        {"sec-fetch-site": "same-origin", "user-agent": FIREFOX},
        {"sec-fetch-site": "none", "user-agent": FIREFOX},
        {"sec-fetch-mode": "cors", "user-agent": "node"},
        {"user-agent": "curl/8.5.0"},
    ],
    ids=["preflight", "token", "JSON", "script", "own page", "typed", "node", "curl"],
)
async def test_who_may_ask_is_answered(http: httpx.AsyncClient, headers: dict[str, str]) -> None:
    answer = await http.get("/graphql", params={"query": QUERY}, headers={"accept": "application/json"} | headers)
    assert (answer.status_code, answer.json()["data"]) == (200, DATA)


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "text/plain",
        "text/plain; application/json",
        "text/plain;charset=UTF-8",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ],
)
async def test_a_form_of_a_foreign_page_changes_nothing(http: httpx.AsyncClient, content_type: str | None) -> None:
    headers = {"origin": ORIGIN} | ({"content-type": content_type} if content_type else {})
    answer = await http.post("/graphql", content=b'{"query": "mutation { __typename }"}', headers=headers)
    assert (answer.status_code, code(answer)) == (415, "UNSUPPORTED_MEDIA_TYPE")

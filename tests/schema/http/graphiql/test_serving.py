"""GraphiQL at `/graphql`: for browsers alone, under a strict policy, and never in the way of programs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from models.kit import settings
from schema.http.app import application
from schema.http.graphiql import serving

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
PRODUCTION = {
    "ENVIRONMENT": "production",
    "CODE_SENDER": "https://messages.example.org",
    "DATA_KEYS": f"2026:{'QUFB' * 10}QUE=",
}
TITLE = "<title>GraphiQL</title>"
HTML = f"""<!doctype html>{TITLE}<script nonce="$nonce" src="/graphiql/page-1A.js"></script><p data-demo="$demo"></p>"""


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that has been built."""
    assets = tmp_path / "assets"
    assets.mkdir()
    (tmp_path / "index.html").write_text(HTML)
    (assets / "page-1A.js").write_text("run()")
    monkeypatch.setattr(serving, "DIST", tmp_path)
    monkeypatch.setattr(serving, "ASSETS", assets)


@asynccontextmanager
async def service(**environment: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application that is not connected to anything."""
    transport = httpx.ASGITransport(application(settings.read(environment)))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest.mark.parametrize(
    ("accept", "wants_page"),
    [
        (BROWSER, True),
        ("text/html", True),
        ("*/*", False),
        ("", False),
        ("application/json", False),
        ("application/graphql-response+json, application/json;q=0.9", False),
        ("text/html, application/json", False),
        ("text/html;q=0.1, */*", False),
        ("application/json;q=0.5, text/html;q=0.4", False),
    ],
)
async def test_only_who_likes_html_best_gets_the_page(
    built: None, http: httpx.AsyncClient, accept: str, wants_page: bool
) -> None:
    answer = await http.get("/graphql", headers={"accept": accept})
    assert (TITLE in answer.text) is wants_page
    assert answer.headers["content-type"].startswith("text/html" if wants_page else "application/")


async def test_what_is_not_a_visit_goes_to_the_endpoint(built: None, http: httpx.AsyncClient) -> None:
    answer = await http.post("/graphql", json={"query": "{ __typename }"}, headers={"accept": BROWSER})
    assert answer.json()["data"] == {"__typename": "Query"}


async def test_the_policy_lets_nothing_in_from_outside_and_no_script_of_the_pages_own(
    built: None, http: httpx.AsyncClient
) -> None:
    first, second = [await http.get("/graphql", headers={"accept": BROWSER}) for _ in range(2)]
    policy = dict(rule.split(" ", 1) for rule in first.headers["content-security-policy"].split("; "))
    nonce = first.text.partition('nonce="')[2].partition('"')[0]
    assert policy.pop("style-src") == f"'self' 'nonce-{nonce}'"
    assert policy.pop("style-src-attr") == "'unsafe-inline'"  # the editor writes styles into the lines that it draws
    assert {name for name, allowed in policy.items() if allowed == "'none'"} == {
        "default-src", "base-uri", "form-action", "frame-ancestors",
    }  # fmt: skip
    assert set(policy.values()) == {"'none'", "'self'", "'self' data:"}
    assert nonce not in second.text


async def test_a_file_keeps_for_ever_under_its_name(built: None, http: httpx.AsyncClient) -> None:
    answer = await http.get("/graphiql/page-1A.js")
    assert answer.text == "run()"
    assert "javascript" in answer.headers["content-type"]
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")  # what a worker may reach


@pytest.mark.parametrize("name", ["index.html", "%2e%2e", "..%2findex.html", "%00", "x" * 4000, "a/b"])
async def test_nothing_else_is_found(built: None, http: httpx.AsyncClient, name: str) -> None:
    answer = await http.get(f"/graphiql/{name}")
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["extensions"]["code"] == "NOT_FOUND"


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_where_it_was_not_built_a_browser_is_told_how(
    http: httpx.AsyncClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setattr(serving, "DIST", tmp_path)
    answer = await http.get("/graphql", headers={"accept": BROWSER, "accept-language": language})
    assert answer.status_code == 503
    assert "make graphiql" in answer.text
    assert "Node.js" in answer.text


async def test_production_has_it_only_by_setting_and_without_demo_accounts(built: None) -> None:
    async with service(**PRODUCTION) as http:
        assert TITLE not in (await http.get("/graphql", headers={"accept": BROWSER})).text
        assert (await http.get("/graphiql/page-1A.js")).status_code == 404
        assert 'href="/graphql"' not in (await http.get("/")).text
    async with service(**PRODUCTION, GRAPHIQL="1") as http:
        assert 'data-demo="[]"' in (await http.get("/graphql", headers={"accept": BROWSER})).text
        assert (await http.post("/graphiql/token", json={"phone": "15400000001"})).status_code in (404, 405)
        assert 'href="/graphql"' in (await http.get("/")).text

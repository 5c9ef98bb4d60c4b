"""What goes with every answer, and the page for browsers."""

import base64
import hashlib
import re

import httpx
import pytest

from tests.schema.http.test_endpoint import code


@pytest.mark.parametrize("path", ["/", "/graphql", "/livez", "/nowhere"])
async def test_every_answer_keeps_browsers_careful_and_has_an_id(http: httpx.AsyncClient, path: str) -> None:
    headers = (await http.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert re.fullmatch("[0-9a-f]{16}", headers["x-request-id"])


@pytest.mark.parametrize(("language", "title"), [("zh-CN", "工会会员自助服务"), ("en", "Union self-service")])
async def test_a_browser_finds_a_page_in_its_language(http: httpx.AsyncClient, language: str, title: str) -> None:
    page = await http.get("/", headers={"accept-language": language})
    assert f"<h1>{title}</h1>" in page.text
    for way in ("/graphql", "README.md", "/readyz", "demo-accounts"):
        assert way in page.text
    assert "$" not in page.text


async def test_the_page_asks_nothing_of_other_hosts_and_its_style_is_allowed(http: httpx.AsyncClient) -> None:
    page = await http.get("/")
    assert not re.search(r"https?:|//|<script|<img|<link|url\(|@import", page.text)
    style = page.text.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in page.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/nowhere", "/graphql/", "/livez/", "/graphql/x"])
async def test_where_there_is_nothing_a_code_says_so_and_nobody_is_sent_elsewhere(
    http: httpx.AsyncClient, path: str
) -> None:
    answer = await http.post(path, headers={"accept-language": "en"})
    assert answer.status_code == 404
    assert answer.json() == {"errors": [{"message": "Not found.", "extensions": {"code": "NOT_FOUND"}}]}


async def test_a_page_takes_no_changes(http: httpx.AsyncClient) -> None:
    answer = await http.post("/livez")
    assert (answer.status_code, code(answer)) == (405, "METHOD_NOT_ALLOWED")
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}


async def test_alive_needs_no_database_and_ready_does(http: httpx.AsyncClient) -> None:
    assert (await http.get("/livez")).status_code == 200
    assert (await http.get("/readyz")).status_code == 503

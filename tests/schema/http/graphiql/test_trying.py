"""Tokens for the demo's accounts: for theirs alone."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from models import members
from models.kit.actor import SYSTEM
from models.kit.identity import resident_id
from models.kit.settings import Settings
from models.seed.demo.accounts import demo_accounts
from resolvers.accounts import signing_in
from resolvers.kit.auth import recognise, visitor
from schema.http.app import application
from schema.http.graphiql import trying
from tests.factories import people

DEMO, OTHER = "15400000001", "13900000001"


@pytest_asyncio.fixture
async def http(database: None, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a service in which both a number of the demo and another one have an account."""
    for phone in (DEMO, OTHER):
        await members.register_person("陈雨桐", resident_id(people.id_number()), phone)
        await signing_in.demo_token(SYSTEM, phone=phone)
    transport = httpx.ASGITransport(application(settings))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


async def test_a_demo_account_gets_a_token_that_is_good_for_minutes(http: httpx.AsyncClient) -> None:
    answer = (await http.post("/graphiql/token", json={"phone": DEMO})).json()
    assert (await recognise(answer["accessToken"], visitor({}, "", ""))).name == "陈雨桐"
    assert 500 < answer["expiresIn"] <= 600


@pytest.mark.parametrize(
    "phone", [OTHER, "15400009999", "1540", "", None, ["15400000001"], {"phone": DEMO}, "154" * 50]
)
async def test_no_other_number_gets_one(http: httpx.AsyncClient, phone: Any) -> None:
    assert (await http.post("/graphiql/token", json={"phone": phone})).status_code == 404


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("text/plain", f'{{"phone": "{DEMO}"}}', 415),
        ("application/x-www-form-urlencoded", f"phone={DEMO}", 415),
        ("application/json", "{", 400),
        ("application/json", "[]", 404),
        ("application/json", " " * 2_000_000, 413),
    ],
)
async def test_what_a_foreign_page_can_send_and_what_is_no_request_gets_none(
    http: httpx.AsyncClient, content_type: str, body: str, status: int
) -> None:
    answer = await http.post("/graphiql/token", content=body, headers={"content-type": content_type})
    assert answer.status_code == status


async def test_the_page_lists_every_demo_account_in_both_languages() -> None:
    listed = trying.accounts()
    assert [account["phone"] for account in listed] == [account["phone"] for account in demo_accounts()]
    members_listed = [account for account in listed if not account["staff"]]
    assert all(account["shows"]["zh"] != account["shows"]["en"] for account in members_listed)
    assert all(account["role"]["zh"] != account["role"]["en"] for account in listed)
    assert not any("password" in account for account in listed)

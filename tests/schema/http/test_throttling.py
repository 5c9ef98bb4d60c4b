"""Whoever asks for more than their share waits, and is told how long. Everybody else goes on; the way out is open."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest_asyncio

from models.accounts import Account
from models.kit.leases import SHARE
from models.kit.settings import read as read_settings
from schema.http.app import application, running
from tests.api import documents
from tests.factories import people
from tests.live import live

WRONG = 'requestSignInCode(input: { phone: "1" }) { userErrors { code } }'
DEAR = f"mutation {{ a: {WRONG} b: {WRONG} c: {WRONG} }}"  # 31 points
CHEAP = "{ __typename }"
MANY_CASES = "query($n: Int!) { viewer { cases(first: $n) { nodes { id } } } }"
Client = Callable[..., Awaitable[httpx.AsyncClient]]


@pytest_asyncio.fixture
async def client(database_url: str, tmp_path: Path) -> AsyncIterator[Client]:
    """Makes clients of an application with other settings."""
    async with AsyncExitStack() as stack:

        async def make(**environment: str) -> httpx.AsyncClient:
            given = {"DATABASE_URL": database_url, "DATA_DIR": str(tmp_path), "ACCESS_LOG": "0", **environment}
            settings = read_settings(given)
            await stack.enter_async_context(running(settings, worker=False))
            transport = httpx.ASGITransport(application(settings))
            return await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://test"))

        yield make


async def ask(
    http: httpx.AsyncClient, query: str, token: str | None = None, address: str | None = None, **variables: Any
) -> httpx.Response:
    """Ask as somebody, from somewhere."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    if address:
        headers["x-forwarded-for"] = address
    body = {"query": documents().get(query, query), "variables": variables}
    return await http.post("/graphql", json=body, headers=headers)


def cost(answer: httpx.Response) -> dict[str, Any]:
    """What an answer says of its cost."""
    found: dict[str, Any] = answer.json()["extensions"]["cost"]
    return found


def left(answer: httpx.Response) -> int:
    """The points that are left after an answer."""
    return int(cost(answer)["throttleStatus"]["currentlyAvailable"])


def code(answer: httpx.Response) -> str:
    """The code of an answer's first error."""
    return str(answer.json()["errors"][0]["extensions"]["code"])


async def used_up(http: httpx.AsyncClient, token: str | None = None, address: str | None = None) -> httpx.Response:
    """Ask for something dear until it is refused."""
    for _ in range(100):
        answer = await ask(http, DEAR, token, address)
        if answer.status_code != 200:
            return answer
    raise AssertionError("never refused")


async def somebody() -> tuple[Account, str]:
    """A member's account and its token."""
    unions = await people.tree()
    account = await people.account(await people.member(unions["unit"]))
    return account, await people.token(account)


async def test_every_answer_says_what_it_cost_and_what_is_left(client: Client) -> None:
    http = await client(ACCOUNT_POINTS="2000,1")
    _, token = await somebody()
    first = await ask(http, MANY_CASES, token, n=100)
    told = cost(first)
    assert told["requestedQueryCost"] > told["actualQueryCost"] >= 1
    assert told["throttleStatus"] == {
        "maximumAvailable": 2000, "currentlyAvailable": 2000 - told["actualQueryCost"], "restoreRate": 1,
    }  # fmt: skip
    second = await ask(http, MANY_CASES, token, n=100)
    assert left(first) - left(second) in (
        told["actualQueryCost"],
        told["actualQueryCost"] - 1,
    )  # one may have come back


async def test_a_change_costs_what_it_was_said_to_and_a_request_that_does_not_fit_costs_a_little(
    client: Client,
) -> None:
    http = await client(ACCOUNT_POINTS="2000,1")
    _, token = await somebody()
    text = "mutation($v: Int!) { giveConsent(input: { purpose: PHOTO, version: $v }) { userErrors { code } } }"
    changed = await ask(http, text, token, v=1)
    assert cost(changed)["actualQueryCost"] == cost(changed)["requestedQueryCost"] > 10
    before = left(changed)
    assert code(await ask(http, text, token, v="x")) == "BAD_USER_INPUT"  # nothing was executed
    assert before - left(await ask(http, CHEAP, token)) <= 1
    assert code(await ask(http, "{ nothing }", token)) == "GRAPHQL_VALIDATION_FAILED"
    assert code(await ask(http, "{", token)) == "GRAPHQL_PARSE_FAILED"
    assert before - left(await ask(http, CHEAP, token)) in (21, 22)


async def test_who_has_used_their_points_up_waits_as_long_as_told_and_no_longer(client: Client) -> None:
    http = await client(OPERATION_POINTS="100", ACCOUNT_POINTS="100,20")
    _, token = await somebody()
    refused = await used_up(http, token)
    assert (refused.status_code, code(refused)) == (429, "THROTTLED")
    assert "data" not in refused.json()
    told, seconds = cost(refused), int(refused.headers["retry-after"])
    assert refused.json()["errors"][0]["extensions"]["seconds"] == seconds
    assert (told["actualQueryCost"], told["throttleStatus"]["maximumAvailable"]) == (None, 100)
    assert told["requestedQueryCost"] > told["throttleStatus"]["currentlyAvailable"]
    assert 1 <= seconds <= 2
    await asyncio.sleep(seconds)
    assert (await ask(http, DEAR, token)).status_code == 200


async def test_one_account_or_address_does_not_pay_for_another(client: Client) -> None:
    http = await client(OPERATION_POINTS="100", ACCOUNT_POINTS="100,1", ADDRESS_POINTS="100,1", TRUSTED_PROXIES="1")
    (_, token), other = await somebody(), await people.signed_in(None)
    await used_up(http, token, "10.0.0.1")
    assert (await ask(http, DEAR, other, "10.0.0.1")).status_code == 200
    assert (await ask(http, DEAR, token, "10.0.0.2")).status_code == 429
    await used_up(http, None, "10.0.0.1")
    assert (await ask(http, DEAR, other, "10.0.0.1")).status_code == 200
    assert (await ask(http, DEAR, None, "10.0.0.2")).status_code == 200
    await used_up(http, None, "2001:db8::1")
    assert (await ask(http, DEAR, None, "2001:db8::2")).status_code == 429
    assert (await ask(http, DEAR, None, "2001:db8:1::2")).status_code == 200
    assert (await ask(http, DEAR, "no such token", "10.0.0.1")).status_code == 429


LEAVING: dict[str, dict[str, Any]] = {
    "WithdrawConsent": {"purpose": "PHOTO"},
    "RevokeSession": {"id": "x"},
    "RefreshSession": {"refreshToken": "x"},
    "CancelRegistration": {"id": "x"},
    "CancelRoomBooking": {"id": "x"},
    "WithdrawCase": {"id": "x", "version": 1, "reason": "x"},
    "SignOut": {},
}


async def test_leaving_is_never_refused_for_want_of_points(client: Client) -> None:
    http = await client(OPERATION_POINTS="100", ACCOUNT_POINTS="100,1", ADDRESS_POINTS="100,1")
    _, token = await somebody()
    await used_up(http)
    assert (await ask(http, "RefreshSession", None, **LEAVING["RefreshSession"])).status_code == 200
    await used_up(http, token)
    for _ in range(10):  # not a point is left
        await ask(http, "{ nothing }", token)
    for name, variables in LEAVING.items():
        answer = await ask(http, name, token, **variables)
        assert (answer.status_code, "errors" in answer.json()) == (200, False), name
        assert left(answer) < 10


async def test_the_way_out_is_no_way_round(client: Client) -> None:
    http = await client(OPERATION_POINTS="300", ACCOUNT_POINTS="300,1")
    _, token = await somebody()
    await used_up(http, token)
    for _ in range(10):
        await ask(http, "{ nothing }", token)
    out = "signOut(input: {}) { signedOut }"
    dear = 'withdrawCase(input: { id: "x", version: 1 }) { case { timeline { at action step by { name } } } }'
    for text in (
        f"mutation {{ {out} giveConsent(input: {{ purpose: PHOTO, version: 1 }}) {{ userErrors {{ code }} }} }}",
        "mutation {" + "".join(f"a{number}: {dear} " for number in range(20)) + "}",
        f"mutation A {{ {out} }} query B {{ viewer {{ benefits {{ outcome }} }} }}",
    ):
        answer = await ask(http, text, token)
        assert (answer.status_code, code(answer)) == (429, "THROTTLED"), text
    assert (await ask(http, f"mutation {{ {out} }}", token)).json()["data"] == {"signOut": {"signedOut": True}}


async def test_an_operation_beyond_what_one_may_cost_is_refused_and_says_so(client: Client) -> None:
    http = await client(OPERATION_POINTS="200")
    listed = "events(first: 100) { nodes { id title rules registrations(first: 100) { nodes { id status } } } }"
    answer = await ask(http, f"{{ {listed} }}")
    assert (answer.status_code, code(answer)) == (400, "QUERY_TOO_COMPLEX")
    assert (cost(answer)["requestedQueryCost"] > 200, cost(answer)["actualQueryCost"]) == (True, None)
    assert "retry-after" not in answer.headers


async def test_who_sends_nothing_but_what_does_not_fit_is_refused_before_it_is_looked_at(client: Client) -> None:
    http = await client(OPERATION_POINTS="100", ADDRESS_POINTS="100,1")
    codes = [code(await ask(http, f"{{ nothing{number} }}")) for number in range(20)]
    assert codes[:10] == ["GRAPHQL_VALIDATION_FAILED"] * 10
    assert codes[-5:] == ["THROTTLED"] * 5
    refused = await ask(http, "{ viewer { id } }")
    assert (refused.status_code, cost(refused)["requestedQueryCost"]) == (429, None)


async def test_files_are_paid_for_from_the_same_points(client: Client) -> None:
    http = await client(OPERATION_POINTS="100", ACCOUNT_POINTS="150,1")
    _, token = await somebody()
    headers = {"authorization": f"Bearer {token}"}
    first, second = [await http.post("/uploads", content=b"x", headers=headers) for _ in "ab"]
    assert first.status_code == 415
    assert (second.status_code, code(second)) == (429, "THROTTLED")
    assert 48 <= int(second.headers["retry-after"]) <= 50
    assert 48 <= left(await ask(http, CHEAP, token)) <= 51


async def test_several_processes_let_one_account_through_as_one_would(postgres_url: str, tmp_path: Path) -> None:
    async with running(read_settings({"DATABASE_URL": postgres_url, "DATA_DIR": str(tmp_path)}), worker=False):
        _, token = await somebody()
    points = {"OPERATION_POINTS": "600", "ACCOUNT_POINTS": "600,30"}
    with live(postgres_url, tmp_path, workers=3, **points) as service:
        async with service.client(connections=12) as http:
            started, let_through, refused = time.monotonic(), 0, 0
            while time.monotonic() - started < 4:
                answers = await asyncio.gather(*(ask(http, DEAR, token) for _ in range(12)))
                let_through += sum(answer.status_code == 200 for answer in answers) * 31
                refused += sum(answer.status_code == 429 for answer in answers)
            took = time.monotonic() - started
    slices = 600 / SHARE
    assert 600 <= let_through <= 600 + 30 * took + slices
    assert refused > 10

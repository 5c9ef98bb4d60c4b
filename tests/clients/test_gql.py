"""A member app on Python's gql, against the running service."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any
from uuid import uuid4

import pytest
from gql import Client, gql
from gql.client import AsyncClientSession
from gql.transport.exceptions import TransportError, TransportQueryError
from gql.transport.httpx import HTTPXAsyncTransport
from gql.transport.websockets import WebsocketsTransport
from graphql import build_schema

from tests.api import documents
from tests.clients.conftest import SNAPSHOT
from tests.live import Live

Row = dict[str, Any]
PROGRAMME = "living-aid"
SCHEMA = build_schema(SNAPSHOT.read_text(encoding="utf-8"))


@dataclass
class App:
    """A signed-in session; documents are checked against the schema before they are sent."""

    visitor: dict[str, str]
    session: AsyncClientSession
    socket: AsyncClientSession

    async def ask(self, operation: str, **variables: Any) -> Any:
        """The one field that an operation asks for."""
        request = gql(documents()[operation])
        request.variable_values = variables
        request.operation_name = operation
        answer = await self.session.execute(request)
        (field,) = answer.values()
        return field

    async def apply(self, **more: Any) -> Row:
        """Begin a draft."""
        found = await self.ask("MyBenefits")
        programme = next(b["programme"]["id"] for b in found["benefits"] if b["programme"]["code"] == PROGRAMME)
        answer: Row = await self.ask("ApplyForAid", input={"programmeId": programme, "submit": False, **more})
        return answer

    async def draft(self) -> Row:
        """A draft."""
        answer = await self.apply(amountRequested="1000.00")
        assert answer["userErrors"] == []
        return dict(answer["case"])

    async def withdraw(self, case: Row) -> Row:
        """Take an application back."""
        answer = await self.ask("WithdrawCase", id=case["id"], version=case["version"])
        return dict(answer["case"])

    async def notifications(self, first: int) -> list[str]:
        """The ids of all notifications, page by page."""
        ids: list[str] = []
        page: Row = {"hasNextPage": True, "endCursor": None}
        while page["hasNextPage"]:
            found = (await self.ask("Notifications", first=first, after=page["endCursor"]))["notifications"]
            ids += [edge["node"]["id"] for edge in found["edges"]]
            page = found["pageInfo"]
        return ids

    async def changes(self, id: str) -> AsyncGenerator[Row, None]:
        """A case, each time it changes."""
        request = gql(documents()["CaseChanged"])
        request.variable_values = {"id": id}
        async for event in self.socket.subscribe(request):
            yield event["caseChanged"]


@asynccontextmanager
async def connected(visitor: dict[str, str], locale: str = "zh") -> AsyncIterator[App]:
    """A member app, until the block ends."""
    authorization, url = f"Bearer {visitor['TOKEN']}", f"{visitor['URL']}/graphql"
    http = HTTPXAsyncTransport(url, headers={"authorization": authorization, "accept-language": locale})
    socket = WebsocketsTransport(
        url.replace("http", "ws", 1), init_payload={"authorization": authorization},
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
    )  # fmt: skip
    async with Client(transport=http, schema=SCHEMA) as session, Client(transport=socket, schema=SCHEMA) as listening:
        yield App(visitor, session, listening)


async def query(app: App) -> None:
    assert (await app.ask("Home"))["member"]["name"] == app.visitor["MEMBER"]


async def mutation(app: App) -> None:
    begun = await app.draft()
    assert begun["status"] == "DRAFT"
    assert (await app.withdraw(begun))["status"] == "WITHDRAWN"


async def user_errors(app: App) -> None:
    refused = await app.apply(submit=True)
    async with connected(app.visitor, "en") as english:
        in_english = await english.apply(submit=True)
    assert refused["case"] is None
    assert all(error["code"] and error["field"] for error in refused["userErrors"])
    assert [e["code"] for e in in_english["userErrors"]] == [e["code"] for e in refused["userErrors"]]
    assert not any(e["message"].isascii() for e in refused["userErrors"])
    assert all(e["message"].isascii() for e in in_english["userErrors"])


async def conflict(app: App) -> None:
    seen = await app.draft()
    known = {"id": seen["id"], "version": seen["version"]}
    fresh = await app.ask("UpdateCase", input={**known, "amountRequested": "1100.00"})
    late = await app.ask("UpdateCase", input={**known, "amountRequested": "1200.00"})
    assert [error["code"] for error in late["userErrors"]] == ["CONFLICT"]
    assert late["case"]["version"] == fresh["case"]["version"]
    await app.withdraw(late["case"])


async def idempotency(app: App) -> None:
    key = str(uuid4())
    first = await app.apply(amountRequested="900.00", idempotencyKey=key)
    assert await app.apply(amountRequested="900.00", idempotencyKey=key) == first
    other = await app.apply(amountRequested="901.00", idempotencyKey=key)
    assert [error["code"] for error in other["userErrors"]] == ["IDEMPOTENCY_MISMATCH"]
    await app.withdraw(first["case"])


async def pagination(app: App) -> None:
    found = await app.notifications(3)
    assert len(found) > 12
    assert found == await app.notifications(100)
    assert len(set(found)) == len(found)


async def request_errors(app: App) -> None:
    with pytest.raises(TransportQueryError) as refused:
        await app.notifications(101)
    assert refused.value.errors
    assert refused.value.errors[0]["extensions"]["code"] == "BAD_USER_INPUT"


async def subscription(app: App) -> None:
    case = await app.draft()
    events = app.changes(case["id"])
    first = asyncio.ensure_future(anext(events))
    # Nothing says when a subscription has begun: go on changing until the first event is here.
    for yuan in range(1001, 1021):
        known = {"id": case["id"], "version": case["version"], "amountRequested": f"{yuan}.00"}
        case = (await app.ask("UpdateCase", input=known))["case"]
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(first), 0.5)
            break
    assert (await first)["id"] == case["id"]
    await app.withdraw(case)
    async for event in events:
        if event["status"] == "WITHDRAWN":
            break
    await events.aclose()


CHECKS: tuple[Callable[[App], Awaitable[None]], ...] = (
    query, mutation, user_errors, conflict, idempotency, pagination, request_errors, subscription,
)  # fmt: skip


async def test_a_member_app_works_on_gql(
    service: Live, visit: Callable[[Live], dict[str, str]], report: Callable[[str], None]
) -> None:
    visitor, problems = visit(service), dict[str, str]()
    for check in CHECKS:
        try:
            async with asyncio.timeout(20), connected(visitor) as app:
                await check(app)
        except (AssertionError, TransportError, TimeoutError) as problem:
            problems[check.__name__] = repr(problem)
    well = [check.__name__.replace("_", " ") for check in CHECKS if check.__name__ not in problems]
    report(f"clients: gql {version('gql')} {len(well)}/{len(CHECKS)} checks ({', '.join(well)})")
    assert problems == {}

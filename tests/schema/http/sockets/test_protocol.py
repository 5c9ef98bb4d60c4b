"""What `graphql-transport-ws` asks of the service, and the codes with which it closes."""

import json
import shutil
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from websockets.exceptions import ConnectionClosed, InvalidStatus

from models import notifications
from models.kit import db, settings
from models.kit.ids import uuid7
from schema.http.app import application
from schema.http.sockets import service as sockets
from schema.http.sockets import socket as one
from tests.factories import people
from tests.sockets import Client, client, served

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUERY = {"query": "{ viewer { unreadNotificationCount } }"}
WAITS = "subscription { notificationAdded { id } }"
INIT = {"type": "connection_init"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def url(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The service on one engine: none of this comes to the database."""
    folder = tmp_path_factory.mktemp("service")
    shutil.copy(sqlite_template, folder / "union.sqlite3")
    async with served(application(settings.read({"DATA_DIR": str(folder), "WORKER": "0", "ACCESS_LOG": "0"}))) as url:
        yield url


@pytest_asyncio.fixture(loop_scope="module")
async def token(url: str) -> str:
    """The token of somebody."""
    return await people.signed_in()


def subscribe(id: Any = "1", payload: Any = QUERY) -> dict[str, Any]:
    """The message that begins an operation."""
    return {"type": "subscribe", "id": id, "payload": payload}


async def say(socket: Client, *frames: Any) -> int:
    """The code with which the service closes after some frames: objects go as JSON."""
    with suppress(ConnectionClosed):
        for frame in frames:
            await socket.ws.send(frame if isinstance(frame, str | bytes) else json.dumps(frame))
    return await socket.closed()


UNFIT: dict[str, Any] = {
    "nothing": "", "half": "{", "null": "null", "number": "1", "text": '"text"', "list": "[]", "no type": "{}",
    "deep": "[" * 30_000, "not JSON": "NaN", "type null": {"type": None}, "type list": {"type": ["ping"]},
    "the older protocol": {"type": "start"}, "the service's": {"type": "next"},
    "ping with a number": {"type": "ping", "payload": 1}, "complete nothing": {"type": "complete"},
    "complete an empty id": {"type": "complete", "id": ""},
    "subscribe without payload": {"type": "subscribe", "id": "1"},
    "id a number": subscribe(id=1), "id null": subscribe(id=None), "id empty": subscribe(id=""),
    "id long": subscribe(id="x" * 101), "payload null": subscribe(payload=None), "payload list": subscribe(payload=[]),
    "payload text": subscribe(payload="{ viewer { __typename } }"), "no document": subscribe(payload={}),
    "document a number": subscribe(payload={"query": 1}), "document a list": subscribe(payload={"query": ["{ a }"]}),
    "variables a list": subscribe(payload=QUERY | {"variables": []}),
    "name a number": subscribe(payload=QUERY | {"operationName": 1}),
    "extensions a number": subscribe(payload=QUERY | {"extensions": 1}),
    "document id a number": subscribe(payload=QUERY | {"documentId": 1}),
}  # fmt: skip


async def test_a_message_that_the_protocol_does_not_know_closes_with_4400(url: str, token: str) -> None:
    found = {}
    for name, frame in UNFIT.items():
        async with client(url, token) as socket:
            found[name] = await say(socket, frame)
    assert found == dict.fromkeys(UNFIT, 4400)


async def test_who_does_not_say_who_they_are_is_closed_with_4408(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one, "INIT_WITHIN", 0.2)
    async with client(url) as silent, client(url) as talking:
        assert await silent.closed() == 4408
        assert await say(talking, {"type": "ping"}) == 4408


@pytest.mark.parametrize(
    "payload",
    [{}, {"authorization": ""}, {"authorization": "Bearer wrong"}, {"authorization": "Basic x"}, {"authorization": 1}],
)
async def test_without_a_good_token_a_socket_is_closed_with_4403(url: str, payload: dict[str, Any]) -> None:
    async with client(url) as socket:
        assert await say(socket, INIT | {"payload": payload}) == 4403


async def test_an_access_token_that_ran_out_opens_nothing(url: str) -> None:
    old = await people.token(await people.account(), lasts=timedelta(seconds=-1))
    async with client(url) as socket:
        assert await say(socket, INIT | {"payload": {"authorization": f"Bearer {old}"}}) == 4403


async def test_nothing_is_answered_before_one_has_said_who_one_is(url: str) -> None:
    async with client(url) as socket:
        assert await say(socket, subscribe()) == 4401


async def test_saying_twice_who_one_is_closes_with_4429(url: str, token: str) -> None:
    async with client(url, token) as socket:
        assert await say(socket, INIT) == 4429


async def test_an_id_that_is_in_use_closes_with_4409(url: str, token: str) -> None:
    async with client(url, token) as socket:
        assert await say(socket, *[subscribe(payload={"query": WAITS})] * 2) == 4409


async def test_binary_frames_close_with_1003(url: str, token: str) -> None:
    async with client(url, token) as socket:
        assert await say(socket, b'{"type": "ping"}') == 1003


async def test_a_ping_is_answered_and_a_pong_is_not(url: str) -> None:
    async with client(url) as socket:
        await socket.send(type="pong")
        await socket.send(type="ping", payload={"at": 1})
        assert await socket.receive() == {"type": "pong"}


async def test_a_twenty_first_operation_is_refused_and_an_ended_one_makes_room(url: str, token: str) -> None:
    async with client(url, token) as socket:
        ids = [await socket.begin(WAITS) for _ in range(20)]
        assert await socket.codes(await socket.begin(WAITS)) == ["THROTTLED"]
        await socket.send(type="complete", id=ids[0])
        await socket.send(**subscribe(id=ids[0]))
        assert await socket.next(ids[0]) == {"unreadNotificationCount": 0}
        assert await socket.receive() == {"type": "complete", "id": ids[0]}


async def test_completing_what_is_not_there_is_no_mistake(url: str, token: str) -> None:
    async with client(url, token) as socket:
        await socket.send(type="complete", id="never begun")
        await socket.send(type="ping")
        assert await socket.receive() == {"type": "pong"}


async def test_a_flood_of_messages_closes_with_4429(url: str, token: str) -> None:
    async with client(url, token) as socket:
        assert await say(socket, *[{"type": "ping"}] * 300) == 4429


async def test_only_the_newer_protocol_is_spoken(url: str) -> None:
    async with client(url, subprotocols=["graphql-ws"]) as older, client(url, subprotocols=None) as plain:
        assert (await older.closed(), await plain.closed()) == (4406, 4406)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1", "http://[", ""])
async def test_a_page_of_another_origin_opens_no_socket(url: str, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        async with client(url, origin=origin):
            pass
    response = refusal.value.response
    assert response.status_code == 403
    assert json.loads(response.body)["errors"][0]["extensions"]["code"] == "CROSS_SITE_REQUEST"


async def test_a_page_of_this_origin_opens_a_socket(url: str, token: str) -> None:
    async with client(url, token, origin=url) as socket:
        await socket.send(type="ping")
        assert await socket.receive() == {"type": "pong"}


async def test_an_account_has_only_so_many_sockets(url: str, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "SIGNED_IN", 2)
    async with client(url, token), client(url, token), client(url) as third:
        assert await say(third, INIT | {"payload": {"authorization": f"Bearer {token}"}}) == 4429


@pytest.mark.parametrize("limit", ["SOCKETS", "NOT_SIGNED_IN"])
async def test_there_are_only_so_many_sockets(url: str, limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, limit, 1)
    async with client(url):
        with pytest.raises(InvalidStatus) as refusal:
            async with client(url):
                pass
        assert refusal.value.response.status_code == 503


async def test_a_refused_document_says_why_as_over_http(url: str, token: str) -> None:
    async with client(url, token) as socket:
        for document, code in (
            ("{", "GRAPHQL_PARSE_FAILED"),
            ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
            ("subscription { notificationAdded { id } more: notificationAdded { id } }", "GRAPHQL_VALIDATION_FAILED"),
            ("{" + "a " * 4000 + "}", "QUERY_TOO_COMPLEX"),
            ("subscription A($id: ID!) { caseChanged(id: $id) { id } }", "BAD_USER_INPUT"),
            ('subscription { caseChanged(id: "nonsense") { id } }', "NOT_FOUND"),
            ("query A { __typename } query B { __typename }", "BAD_USER_INPUT"),
        ):
            assert await socket.codes(await socket.begin(document)) == [code], document


async def test_what_a_mutation_changed_is_read_afresh_on_the_same_socket(url: str) -> None:
    account = await people.account()
    async with db.transaction():
        await notifications.tell(account.id, uuid7(), "CASE_ACCEPTED", {})
    unread = {"unreadNotificationCount": 1}
    async with client(url, await people.token(account)) as socket:
        listed = await socket.ask("{ viewer { unreadNotificationCount notifications(first: 9) { nodes { id } } } }")
        assert unread.items() <= listed.items()
        ids = [node["id"] for node in listed["notifications"]["nodes"]]
        assert await socket.ask("MarkNotificationsRead", ids=ids) == {"unreadNotificationCount": 0, "userErrors": []}
        assert await socket.ask(QUERY["query"]) == {"unreadNotificationCount": 0}

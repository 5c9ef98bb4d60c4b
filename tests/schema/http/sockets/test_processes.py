"""Changes made by other processes are heard, also those of a while in which nothing was heard."""

import asyncio
import os
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from models import notifications
from models.cases import life
from models.cases.life import File
from models.cases.status import CaseAction
from models.kit import clock, db, listening
from models.kit.actor import SYSTEM
from models.kit.ids import global_id, uuid7
from models.kit.settings import Settings
from schema.http.app import application
from tests.factories import cases, people
from tests.live import running_process
from tests.sockets import Client, client, served

SOCKETS = 6


@dataclass
class Watched:
    """A case of a member, who is staff of the union, too; and the ids of what they follow."""

    file: File
    account_id: Any
    token: str
    union: str
    ids: set[str]

    async def follow(self, socket: Client) -> None:
        """Follow everything there is."""
        self.ids = {
            await socket.begin("CaseChanged", id=global_id("Case", self.file.case.id)),
            await socket.begin("QueueChanged", organisationId=self.union),
            await socket.begin("NotificationAdded"),
        }
        await asyncio.sleep(1)

    async def change(self) -> None:
        """Change the case and notify the member, as another process would."""
        async with db.transaction():
            await life.change(self.file, SYSTEM, CaseAction.EDIT, promised_on=clock.today())
            await notifications.tell(self.account_id, uuid7(), "CASE_ACCEPTED", {})

    async def heard(self, socket: Client) -> bool:
        """Whether each of what is followed said so, once."""
        found = [await socket.receive() for _ in self.ids]
        values = [value for message in found for value in message["payload"]["data"].values()]
        versions = {value["version"] for value in values if "version" in value}
        whole = {message["id"] for message in found} == self.ids and versions == {self.file.case.version}
        return whole and await socket.silent()


@pytest_asyncio.fixture
async def watched(database: None) -> Watched:
    """The case, made by this process."""
    unions = await people.tree()
    await cases.funded(unions["county"])
    member = await people.member(unions["unit"])
    account = await people.account(member, clerk=unions["county"])
    file = await cases.submitted(cases.actor_of(account, member), unions["unit"])
    county = global_id("Organisation", unions["county"].id)
    return Watched(file, account.id, await people.token(account), county, set())


async def test_changes_reach_the_sockets_of_every_process(watched: Watched, database_url: str, tmp_path: Path) -> None:
    workers = "1" if database_url.startswith("sqlite") else "2"
    chosen = {
        "DATABASE_URL": database_url,
        "DATA_DIR": str(tmp_path),
        "WORKERS": workers,
        "WORKER": "0",
        "DEMO_DATA": "0",
    }
    async with AsyncExitStack() as stack:
        service = stack.enter_context(
            running_process([sys.executable, "server.py", "serve"], {**os.environ, **chosen}, tmp_path)
        )
        sockets = [await stack.enter_async_context(client(service.url, watched.token)) for _ in range(SOCKETS)]
        await asyncio.gather(*(watched.follow(socket) for socket in sockets))
        await watched.change()
        assert [await watched.heard(socket) for socket in sockets] == [True] * SOCKETS
        service.process.terminate()
        assert {await socket.closed() for socket in sockets} == {1012}


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_nothing_is_missed_while_the_listening_connection_is_away(
    watched: Watched, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "DELAYS", (1.0, 1.0))
    async with served(application(settings)) as url, client(url, watched.token) as socket:
        await watched.follow(socket)
        for _ in range(2):
            await watched.change()
            assert await watched.heard(socket)
            assert await _cut_off(settings.database_url) == 1
            await watched.change()
            assert await watched.heard(socket)


async def _cut_off(url: str) -> int:
    """End the listening connections; how many there were."""
    connection = await asyncpg.connect(url)
    ended = await connection.fetch(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = $1 AND datname = current_database()",
        listening.NAME,
    )
    await connection.close()
    return len(ended)

"""How sockets end: with their session, with a reader who does not read, with the service."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from models.accounts import Session
from models.kit import clock, settings, signals
from models.kit.ids import global_id, uuid7
from models.kit.settings import Settings
from models.kit.signals import Signal, Topic
from schema.http.app import application
from schema.http.sockets import protocol, service
from schema.http.sockets import socket as one
from tests.api import AMPLE
from tests.factories import people
from tests.factories.scene import Scene
from tests.sockets import Client, client, served


async def test_signing_out_ends_every_socket_of_the_session_and_no_other(scene: Scene, url: str) -> None:
    mine, theirs = scene.member.token, scene.clerk.token
    async with client(url, mine) as first, client(url, mine) as second, client(url, theirs) as colleague:
        await first.follow("NotificationAdded")
        assert await scene.member.codes("SignOut") == []
        assert (await first.closed(), await second.closed()) == (4401, 4401)
        await colleague.send(type="ping")
        assert await colleague.receive() == {"type": "pong"}


async def test_signing_out_over_the_socket_is_answered_first(scene: Scene, url: str) -> None:
    async with client(url, scene.member.token) as member:
        assert await member.ask("SignOut") == {"signedOut": True, "userErrors": []}
        assert await member.closed() == 4401


async def test_a_session_that_runs_out_ends_its_sockets_within_seconds(scene: Scene, url: str) -> None:
    async with client(url, scene.member.token) as member:
        await Session.filter(ended_at=None).update(refresh_expires_at=clock.now() - timedelta(seconds=1))
        assert await member.closed() == 4401
    assert service.CHECKED_EVERY < 5


async def test_a_socket_outlives_the_access_token_that_opened_it(scene: Scene, url: str) -> None:
    async with client(url, scene.member.token) as member:
        await Session.filter(ended_at=None).update(access_expires_at=clock.now() - timedelta(seconds=1))
        assert await member.ask("{ viewer { unreadNotificationCount } }") == {"unreadNotificationCount": 0}


MUCH = "{ __schema { types { name description fields { name description } inputFields { name description } } } }"


@asynccontextmanager
async def slow(url: str, token: str) -> AsyncIterator[Client]:
    """Somebody who asks for much and has little room for it."""
    wire = socket.create_connection((urlsplit(url).hostname, urlsplit(url).port))
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32_768)
    async with client(url, token, sock=wire, max_queue=1) as made:
        for _ in range(6):
            await made.begin(MUCH)
        yield made


@pytest.fixture
def ample(sqlite_url: str, tmp_path: Path) -> Settings:
    """A service that leaves it to other limits."""
    chosen = {"DATABASE_URL": sqlite_url, "DATA_DIR": str(tmp_path), "WORKER": "0", "ACCESS_LOG": "0"}
    return settings.read(chosen | AMPLE)


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Set once the service, which has little patience, gives up on a socket."""
    gave_up, end = asyncio.Event(), one.Socket.end

    def give_up(socket: one.Socket, code: int, reason: str) -> None:
        end(socket, code, reason)
        gave_up.set()

    monkeypatch.setattr(one, "TAKEN_WITHIN", 0.3)
    monkeypatch.setattr(one.Socket, "end", give_up)
    return gave_up


async def test_who_does_not_take_what_is_sent_is_closed_with_1013(ample: Settings, ended: asyncio.Event) -> None:
    async with served(application(ample)) as url, slow(url, await people.signed_in()) as reader:
        await asyncio.wait_for(ended.wait(), 60)
        assert await reader.closed() == 1013


async def test_who_does_not_even_hear_that_is_cut_off(
    ample: Settings, ended: asyncio.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "GOODBYE_WITHIN", 0.3)
    async with served(application(ample)) as url, slow(url, await people.signed_in()) as reader:
        await asyncio.wait_for(ended.wait(), 60)
        await asyncio.sleep(1)
        assert await reader.closed() == 1006


async def test_who_is_far_behind_is_closed_with_1013(scene: Scene, url: str) -> None:
    async with client(url, scene.reviewer.token) as reviewer:
        union = scene.unions["unit"].id
        await reviewer.follow("QueueChanged", organisationId=global_id("Organisation", union))
        signals.publish(Signal(Topic.QUEUE, union, uuid7()) for _ in range(signals.WAITING + 2))
        assert await reviewer.closed() == 1013

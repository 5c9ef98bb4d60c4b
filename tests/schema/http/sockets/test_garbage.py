"""Whatever a signed-in client says, the service answers by the protocol."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed

from models.kit import settings
from schema.http.app import application
from schema.http.sockets.messages import TYPES
from tests.api import AMPLE, documents
from tests.factories import people
from tests.sockets import client, served

BY_THE_PROTOCOL = {1000, 4400, 4401, 4409, 4429}
ANSWERS = {"next", "error", "complete", "pong"}
TEXT = st.text(max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
DOCUMENTS = st.sampled_from(
    [documents()[name] for name in ("CaseChanged", "NotificationAdded", "QueueChanged", "Home")]
)
REQUEST = st.fixed_dictionaries(
    {"query": DOCUMENTS | TEXT},
    optional={
        "variables": st.dictionaries(st.sampled_from(["id", "organisationId", "first"]), JSON, max_size=3) | JSON,
        "operationName": st.none() | TEXT,
        "extensions": JSON,
    },
)
MESSAGE = st.fixed_dictionaries(
    {"type": st.sampled_from(sorted(TYPES)) | st.just("subscribe")},
    optional={"id": st.sampled_from(["1", "2", "3"]) | JSON, "payload": REQUEST | JSON},
)


@dataclass
class Home:
    """A service inside of this process, and the token of somebody."""

    runner: asyncio.Runner
    url: str
    token: str


@pytest.fixture(scope="module")
def home(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    folder = tmp_path_factory.mktemp("service")
    shutil.copy(sqlite_template, folder / "union.sqlite3")
    chosen = settings.read({"DATA_DIR": str(folder), "WORKER": "0", "ACCESS_LOG": "0", **AMPLE})
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        url = runner.run(stack.enter_async_context(served(application(chosen))))
        yield Home(runner, url, runner.run(people.signed_in()))
        runner.run(stack.aclose())


async def talk(home: Home, messages: list[dict[str, Any]]) -> tuple[set[str], int]:
    """Say it all; what kinds of answers came, and how the socket was closed."""
    kinds = set()
    async with client(home.url, home.token) as socket:
        try:
            for message in messages:
                await socket.send(**message)
            async with asyncio.timeout(0.1):
                while True:
                    kinds.add((await socket.receive())["type"])
        except TimeoutError:
            return kinds, 1000
        except ConnectionClosed as end:
            return kinds, end.rcvd.code if end.rcvd else 1006


@given(st.lists(MESSAGE, max_size=10))
@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_message_breaks_anything(
    home: Home, capfd: pytest.CaptureFixture[str], messages: list[dict[str, Any]]
) -> None:
    kinds, code = home.runner.run(talk(home, messages))
    assert kinds <= ANSWERS
    assert code in BY_THE_PROTOCOL
    said = capfd.readouterr()
    assert "failed" not in said.out + said.err

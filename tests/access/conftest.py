"""One city for each engine and module: building it takes longer than looking at it."""

import shutil
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from models.kit import clock
from models.kit.settings import read as read_settings
from schema.http.app import application, running
from tests.access import city
from tests.access.world import World
from tests.api import AMPLE, Api
from tests.conftest import ENGINES
from tests.postgres import Server

_numbers = count(1)


@pytest.fixture(scope="module", params=ENGINES)
def city_url(request: pytest.FixtureRequest, worker_id: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a fresh, migrated database that a module keeps."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        yield f"sqlite://{shutil.copy(template, tmp_path_factory.mktemp('city') / 'union.sqlite3')}"
        return
    server: Server = request.getfixturevalue("postgres")
    name = f"city_{worker_id}_{next(_numbers)}"
    server.create(name, template=request.getfixturevalue("postgres_template"))
    yield server.url(name)
    server.drop(name)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def tour(city_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[World, Api]]:
    """The city and a signed-out client of its service, with the clock held."""
    settings = read_settings({"DATABASE_URL": city_url, "DATA_DIR": str(tmp_path_factory.mktemp("data")), **AMPLE})
    with clock.at(city.NOW):
        async with running(settings, worker=False):
            world = await city.build()
            transport = httpx.ASGITransport(application(settings), raise_app_exceptions=True)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
                yield world, Api(http)

"""The application over HTTP: in this process, where no answer needs a database, and as it really runs."""

import gc
import os
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from models.kit import settings
from schema.http.app import application
from schema.http.outermost import Outermost
from tests.api import AMPLE
from tests.live import Live, running_process


@pytest.fixture(scope="session")
def app() -> Iterator[Outermost]:
    """An application that is not connected to anything."""
    made = application(settings.read({"ACCESS_LOG": "1", **AMPLE, "OPERATION_POINTS": "1000"}))
    gc.collect()
    gc.freeze()  # as the service does: no request is to pay for walking over all that was made before
    yield made
    gc.unfreeze()


@pytest_asyncio.fixture
async def http(app: Outermost) -> AsyncIterator[httpx.AsyncClient]:
    """A plain HTTP client."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        yield client


@pytest.fixture(scope="package")
def service(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The service as `make run` starts it, without the demo's people."""
    folder = tmp_path_factory.mktemp("service")
    shutil.copy(sqlite_template, folder / "union.sqlite3")
    settings = {"DATA_DIR": str(folder), "DEMO_DATA": "0", "ACCESS_LOG": "0"}
    with running_process([sys.executable, "server.py", "serve"], {**os.environ, **settings}, folder) as service:
        yield service

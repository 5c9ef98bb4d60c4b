"""The whole service inside of the test's process, on each engine."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest_asyncio

from models.kit.settings import Settings
from schema.http.app import application
from tests.api import Api
from tests.sockets import served


@pytest_asyncio.fixture
async def url(settings: Settings) -> AsyncIterator[str]:
    """The address of the service; its worker does nothing by itself."""
    async with served(application(replace(settings, worker=False))) as address:
        yield address


@pytest_asyncio.fixture
async def api(url: str) -> AsyncIterator[Api]:
    """A signed-out client of the service, for `scene`."""
    async with httpx.AsyncClient(base_url=url) as http:
        yield Api(http)

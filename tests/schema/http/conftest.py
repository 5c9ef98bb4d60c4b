"""The application over HTTP, where no answer needs a database."""

import gc
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from models.kit import settings
from schema.http.app import application
from schema.http.outermost import Outermost


@pytest.fixture(scope="session")
def app() -> Outermost:
    """An application that is not connected to anything."""
    made = application(settings.read({"ACCESS_LOG": "1"}))
    gc.collect()  # or the first test pays for the garbage of making it
    return made


@pytest_asyncio.fixture
async def http(app: Outermost) -> AsyncIterator[httpx.AsyncClient]:
    """A plain HTTP client."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        yield client

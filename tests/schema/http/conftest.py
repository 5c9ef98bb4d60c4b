"""The application over HTTP, where no answer needs a database."""

import gc
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import pytest_asyncio

from models.kit import settings
from schema.http.app import application
from schema.http.outermost import Outermost


@pytest.fixture(scope="session")
def app() -> Iterator[Outermost]:
    """An application that is not connected to anything."""
    made = application(settings.read({"ACCESS_LOG": "1"}))
    gc.collect()
    gc.freeze()  # as the service does: no request is to pay for walking over all that was made before
    yield made
    gc.unfreeze()


@pytest_asyncio.fixture
async def http(app: Outermost) -> AsyncIterator[httpx.AsyncClient]:
    """A plain HTTP client."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        yield client

"""What every test may ask for: a fresh, migrated database on each engine."""

import asyncio
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, closing
from functools import partial
from itertools import count
from pathlib import Path

import httpx
import hypothesis
import pytest
import pytest_asyncio

from models.kit import db
from models.kit.settings import Settings
from models.kit.settings import read as read_settings
from schema.http.app import application, running
from tests.api import AMPLE, Api
from tests.postgres import Server, postgres_server

ENGINES = ("sqlite", "postgres")
ADDRESS = "TEST_POSTGRES_ADDRESS"
COUNT = "count"

hypothesis.settings.register_profile("house", hypothesis.settings(deadline=None))
hypothesis.settings.load_profile("house")

_numbers = count(1)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Start one PostgreSQL for all workers, in the process that is about to start them."""
    config = session.config
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        stack = ExitStack()
        config.add_cleanup(stack.close)
        os.environ[ADDRESS] = stack.enter_context(postgres_server()).address


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests counted, from all workers, at the end of the run."""
    reports = [report for some in terminalreporter.stats.values() for report in some]
    found = {str(said) for report in reports for name, said in getattr(report, "user_properties", ()) if name == COUNT}
    if found:
        terminalreporter.section("counts")
        terminalreporter.write_line("\n".join(sorted(found)))


@pytest.fixture
def report(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Say a line like `GraphQL over HTTP: 61/61 audits`, which is printed at the end of the run."""
    return partial(record_property, COUNT)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """The PostgreSQL server of this run."""
    if address := os.environ.get(ADDRESS):
        yield Server(address)
    else:
        with postgres_server() as server:
            yield server


@pytest.fixture(scope="session")
def postgres_template(postgres: Server, worker_id: str) -> str:
    """The name of a migrated database to copy."""
    name = f"template_{worker_id}"
    postgres.create(name)
    _migrate(postgres.url(name))
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file to copy."""
    path = tmp_path_factory.mktemp("template") / "union.sqlite3"
    _migrate(f"sqlite://{path}")
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a fresh, migrated SQLite database."""
    return f"sqlite://{shutil.copy(sqlite_template, tmp_path / 'union.sqlite3')}"


@pytest.fixture
def postgres_url(postgres: Server, postgres_template: str, worker_id: str) -> Iterator[str]:
    """The URL of a fresh, migrated PostgreSQL database."""
    name = f"test_{worker_id}_{next(_numbers)}"
    postgres.create(name, template=postgres_template)
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a fresh, migrated database: every test that asks runs once for each engine."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """The settings of a service on that database."""
    return read_settings({"DATABASE_URL": database_url, "DATA_DIR": str(tmp_path), "ACCESS_LOG": "0", **AMPLE})


@pytest_asyncio.fixture
async def database(settings: Settings) -> AsyncIterator[None]:
    """The service's keys and a connected database, without the worker: tests call `work()` when it matters."""
    async with running(settings, worker=False):
        yield


@pytest_asyncio.fixture
async def api(database: None, settings: Settings) -> AsyncIterator[Api]:
    """A signed-out client of the application."""
    transport = httpx.ASGITransport(application(settings), raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        yield Api(http)


def _migrate(url: str) -> None:
    asyncio.run(db.migrate(url))

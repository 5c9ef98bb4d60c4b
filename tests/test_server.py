"""The command line: what each command does, says and answers with."""

import asyncio
import json
import logging
import re
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
import structlog
from graphql import parse, validate

import server
from models.kit import audit, clock, outbox, settings
from models.kit.actor import SYSTEM
from models.kit.audit import AuditEntry
from models.kit.outbox import OutboxMessage
from resolvers.kit.auth import recognise, visitor
from schema import roots
from schema.http.app import running
from tests import sources
from tests.factories import people

T = TypeVar("T")
PHONE = "13912345678"
PRODUCTION = {
    "ENVIRONMENT": "production",
    "CODE_SENDER": "https://messages.example.org",
    "DATA_KEYS": f"2026:{'QUFB' * 10}QUE=",
}
Run = Callable[..., int]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Run a command where nothing is installed yet; its exit status."""
    before = structlog.get_config()

    def command(*words: str, **environment: str) -> int:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return server.main(words)

    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DEMO_DATA", "0")
    yield command
    structlog.configure(**before)
    logging.root.handlers = [handler for handler in logging.root.handlers if type(handler).__name__ != "_Foreign"]


@pytest.fixture
def installed(run: Run, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on a migrated database; its exit status."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    return run


def inside(work: Callable[[], Awaitable[T]]) -> T:
    """Do something in the database that commands see."""

    async def connected() -> T:
        async with running(settings.read(), worker=False):
            return await work()

    return asyncio.run(connected())


async def record_kept() -> None:
    """Five entries in the record, of which the last is not sealed."""
    for number in range(5):
        if number == 4:
            await audit.seal()
        await audit.record(SYSTEM, f"test.{number}")


def test_the_check_finds_a_whole_record_and_counts_what_is_not_sealed(
    installed: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    inside(record_kept)
    assert installed("check") == 0
    assert "record: 4 entries hold, 1 not sealed yet" in capsys.readouterr().out


def test_the_check_names_the_first_broken_row(installed: Run, capsys: pytest.CaptureFixture[str]) -> None:
    async def tamper() -> Any:
        await record_kept()
        await AuditEntry.filter(seal_number__in=[2, 3]).update(what="x")
        return (await AuditEntry.get(seal_number=2)).id

    row = inside(tamper)
    assert installed("check") == 1
    assert f"record: BROKEN at entry 2 (row {row})" in capsys.readouterr().out


def test_a_token_is_given_for_an_account_that_is_there(installed: Run, capsys: pytest.CaptureFixture[str]) -> None:
    async def a_member() -> str:
        member = await people.member(await people.organisation())
        await people.account(member)
        return str(member.phone.open(member.id))

    async def name_behind(token: str) -> str:
        return (await recognise(token, visitor({}, "", ""))).name

    assert installed("token", "--phone", inside(a_member)) == 0
    token = capsys.readouterr().out.strip()
    assert inside(lambda: name_behind(token)) == "王小明"


def test_no_token_is_given_for_an_unknown_phone(installed: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert installed("token", "--phone", PHONE) == 1
    assert "no account has this phone" in capsys.readouterr().err


@pytest.mark.parametrize("words", [("token", "--phone", PHONE), ("demo-accounts",), ("seed", "demo")], ids=" ".join)
def test_nothing_of_the_demo_is_done_in_production(
    run: Run, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*words, **PRODUCTION) == 1
    assert capsys.readouterr().err == "server.py: not in production\n"


def test_the_demo_is_not_loaded_over_other_data(installed: Run, capsys: pytest.CaptureFixture[str]) -> None:
    inside(people.organisation)
    assert installed("seed", "demo") == 1
    assert capsys.readouterr().err == "server.py: the database holds data already\n"


def test_the_catalogue_may_be_loaded_again(installed: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert installed("seed", "catalogue") == 0
    assert installed("seed", "catalogue") == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first != second == "0 rows added or changed"


def test_dead_letters_are_listed_and_tried_again(installed: Run, capsys: pytest.CaptureFixture[str]) -> None:
    async def bury() -> None:
        await outbox.send("test.letter")
        await OutboxMessage.filter(dead_at=None).update(dead_at=clock.now(), attempts=8, error="ValueError")

    async def due() -> int:
        return await OutboxMessage.filter(dead_at=None, attempts=0, run_at__lte=clock.now() + timedelta(1)).count()

    inside(bury)
    assert installed("dead-letters") == 0
    assert re.search("test.letter 8 attempts ValueError", capsys.readouterr().out)
    assert inside(due) == 0
    assert installed("dead-letters", "--retry") == 0
    assert inside(due) == 1


def test_a_setting_that_makes_no_sense_is_one_clear_line(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("serve", PORT="http") == 2
    assert capsys.readouterr().err == "server.py: PORT: expected a whole number from 0 to 65535\n"


def test_a_database_that_is_away_is_one_clear_line(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", DATABASE_URL="postgres://union:pass-word@127.0.0.1:1/union") == 1
    assert capsys.readouterr().err == "server.py: the database cannot be reached (ConnectionRefusedError)\n"


def test_a_database_that_is_not_there_or_lacks_migrations_is_said_to(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("check") == 1
    assert "no database yet: run `python server.py migrate`" in capsys.readouterr().err
    (tmp_path / "union.sqlite3").touch()
    assert run("check") == 1
    assert "lacks migrations: run `python server.py migrate`" in capsys.readouterr().err
    assert run("migrate") == 0
    assert run("check") == 0


def test_the_demo_accounts_are_listed_for_programs_and_for_people(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("demo-accounts", "--json") == 0
    accounts = json.loads(capsys.readouterr().out)
    assert all(account.keys() >= {"role", "name", "phone", "organisation"} for account in accounts)
    roles = {account["role"] for account in accounts}
    assert roles >= {"MEMBER", "CLERK", "REVIEWER", "APPROVER", "FINANCE", "AUDITOR", "ADMINISTRATOR"}
    assert run("demo-accounts") == 0
    listed = capsys.readouterr().out
    assert all(account["phone"] in listed for account in accounts)


def test_the_schema_is_printed(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("schema") == 0
    assert capsys.readouterr().out == f"{roots.build().as_str()}\n"


def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        server.main(["--help"])
    shown = capsys.readouterr().out
    for name in ("serve", "worker", "migrate", "seed", "schema", "demo-accounts", "token", "check", "dead-letters"):
        assert re.search(rf"^    {name}\b", shown, re.MULTILINE)


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "schema/http/page.py"])
def test_every_command_in_the_documentation_exists(document: str) -> None:
    text = sources.text(document)
    targets = set(re.findall(r"^([a-z]+):", sources.text("Makefile"), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)", text)) - targets == set()
    parser = server._parser()
    for line in re.findall(r"server\.py ((?:[a-z-]+|1\d{10})(?: (?:[a-z-]+|1\d{10}))*)", text):
        parser.parse_args(line.split())


def test_every_setting_is_in_the_documentation() -> None:
    read = set(re.findall(r'environ(?:, |\.get\()"([A-Z_]+)"', sources.text("models/kit/settings.py")))
    explained = set(re.findall(r"`([A-Z_]+)`", sources.text("README.md").partition("## Configuration")[2]))
    assert len(read) > 10
    assert read - explained == set()


def test_every_query_in_the_documentation_fits_the_schema() -> None:
    found = re.findall(r'\{"query":\s*"((?:[^"\\]|\\.)*)"', sources.text("README.md"))
    assert found
    for text in found:
        assert validate(roots.build()._schema, parse(json.loads(f'"{text}"'))) == []

"""Wiring and command line of the union self-service backend."""

import argparse
import asyncio
import gc
import json
import os
import resource
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg
import uvicorn
from tortoise.exceptions import DBConnectionError

from models.accounts import holders
from models.cases import timeline
from models.kit import audit, clock, db, logs, outbox, settings
from models.kit.actor import SYSTEM
from models.kit.identity import InvalidValue, mobile
from models.kit.settings import Settings, SettingsError
from models.members import Organisation
from models.seed.catalogue import load_catalogue
from models.seed.demo.accounts import demo_accounts
from resolvers.accounts import sending, signing_in
from resolvers.demo import load_demo
from schema import roots
from schema.http.app import application, running
from schema.http.outermost import Outermost
from schema.http.protocol import PunctualProtocol
from schema.http.sockets.protocol import MAX_MESSAGE, LimitedProtocol
from schema.reference import reference

EPILOG = """\
Settings come from the environment (HOST, PORT, DATABASE_URL, DATA_DIR, …); README.md lists them.
Exit status: 0 done · 1 refused, or a check that failed · 2 a setting or an argument that makes no sense."""
AWAY = (ConnectionRefusedError, socket.gaierror, asyncpg.PostgresError, DBConnectionError)
CONNECTIONS = 2000  # of one process
LISTENING: dict[str, Any] = {
    "loop": "uvloop",
    "http": PunctualProtocol,
    "ws": LimitedProtocol,
    "ws_max_size": MAX_MESSAGE,
    "ws_ping_interval": 20,
    "ws_ping_timeout": 20,
    "ws_per_message_deflate": False,  # small messages unpack to large ones
    "lifespan": "on",
    "log_config": None,
    "access_log": False,
    "server_header": False,
    "proxy_headers": False,  # TRUSTED_PROXIES says whom to believe
    "limit_concurrency": CONNECTIONS,  # half-open ones are hung up on within seconds
    "timeout_keep_alive": 20,
    "timeout_graceful_shutdown": 10,
}
COLUMNS = ("phone", "role", "name", "organisation", "shows")


class RefusedError(Exception):
    """A command that cannot be done here, in words for whoever typed it."""


def app() -> Outermost:
    """The application, as uvicorn's processes make it."""
    chosen = _settings()
    made = application(chosen)
    gc.collect()
    gc.freeze()  # what was made at start lives for ever: walking it cost up to 100 ms now and then
    return made


def _settings(**overrides: str) -> Settings:
    chosen = settings.read(os.environ | overrides)
    sending.sender_for(chosen.code_sender)  # refuses a sender that does not exist
    logs.configure(readable=not chosen.production, debug=chosen.debug)
    return chosen


@asynccontextmanager
async def _connected(chosen: Settings, *, worker: bool = False) -> AsyncIterator[None]:
    _check_file(chosen)
    async with running(chosen, worker=worker):
        await db.rows("SELECT 1")  # when the database is away, say so instead of missing its migrations
        if not await db.at_head():
            raise RefusedError("the database lacks migrations: run `python server.py migrate`")
        yield


def _check_file(chosen: Settings) -> None:
    if not chosen.on_postgres and not Path(chosen.database_url.removeprefix("sqlite://")).exists():
        raise RefusedError("there is no database yet: run `python server.py migrate`")


def _for_trials(chosen: Settings) -> None:
    if chosen.production:
        raise RefusedError("not in production")


def serve(options: argparse.Namespace) -> None:
    """Migrate, load the demo data once (outside production), then answer requests and work off what follows."""
    chosen = _settings(**({"WORKERS": str(options.workers)} if options.workers else {}))
    application(chosen)  # refuses trusted documents that do not fit the schema
    asyncio.run(_prepare(chosen))
    print(f"http://{chosen.host}:{chosen.port}/ (GraphQL at /graphql)")
    if chosen.demo_data:
        print("Demo accounts; the code to sign in with appears below:")
        _print_accounts()
    sys.stdout.flush()
    _allow_connections()
    uvicorn.run(
        "server:app",
        factory=True,
        host=chosen.host,
        port=chosen.port,
        workers=chosen.workers,
        **LISTENING,
    )


def _allow_connections() -> None:
    """Raise the number of open files, which many systems set to 1024, to what the connections may need."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + 200
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


async def _prepare(chosen: Settings) -> None:
    """Of several processes that start together, one migrates and loads while the others wait."""
    await db.migrate(chosen.database_url)
    if chosen.demo_data:
        async with running(chosen, worker=False):
            await load_demo(clock.today())


async def worker(options: argparse.Namespace) -> None:
    """Work off what changes left to do, until told to stop; as many of these as wanted may run."""
    chosen, stop = _settings(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with _connected(chosen, worker=True):
        await stop.wait()


async def migrate(options: argparse.Namespace) -> None:
    """Bring the database to the newest schema."""
    await db.migrate(_settings().database_url)


async def seed_catalogue(options: argparse.Namespace) -> None:
    """Bring the catalogue of programmes in line with its files; safe to repeat."""
    async with _connected(_settings()):
        print(f"{await load_catalogue()} rows added or changed")


async def seed_demo(options: argparse.Namespace) -> None:
    """Load the demo data into an empty database; the same for the same day."""
    chosen = _settings()
    _for_trials(chosen)
    async with _connected(chosen):
        if await Organisation.exists():
            raise RefusedError("the database holds data already")
        await load_demo(options.today or clock.today())


def schema(options: argparse.Namespace) -> None:
    """Print the GraphQL schema (SDL)."""
    print(roots.build().as_str())


def print_reference(options: argparse.Namespace) -> None:
    """Print the reference for frontends (Markdown): the life of a case, and every code."""
    print(reference(), end="")


def list_demo_accounts(options: argparse.Namespace) -> None:
    """List the accounts to try the demo with."""
    _for_trials(_settings())
    if options.json:
        print(json.dumps(demo_accounts(), ensure_ascii=False, indent=2))
    else:
        _print_accounts()


def _print_accounts() -> None:
    for row in demo_accounts():
        print("  {:12} {:14} {}".format(*(row[name] or "" for name in COLUMNS[:2]), _words(row)))


def _words(row: dict[str, Any]) -> str:
    return " · ".join(row[name] for name in COLUMNS[2:] if row[name])


async def token(options: argparse.Namespace) -> None:
    """Print an access token (good for ten minutes) of a demo account, to paste into a client."""
    chosen = _settings()
    _for_trials(chosen)
    async with _connected(chosen):
        if await holders.with_password(options.phone) is None:
            raise RefusedError("no account has this phone; `demo-accounts` lists those that can be tried")
        print((await signing_in.demo_token(SYSTEM, phone=options.phone))["session"]["access_token"])


async def check(options: argparse.Namespace) -> int:
    """Walk the hash chains of the record and of every case; exit status 1 when one is broken."""
    async with _connected(_settings()):
        record, timelines = await audit.verify(), await timeline.verify()
    print(f"record: {record['checked']} entries hold, {record['unsealed']} not sealed yet")
    if record["broken"]:
        print(f"record: BROKEN at entry {record['broken']} (row {record['row'] or 'missing'})")
    print(f"timelines: {timelines['checked']} cases hold")
    if timelines["broken"]:
        print("timelines: BROKEN in case {case} at entry {entry}".format(**timelines["broken"]))
    return 1 if record["broken"] or timelines["broken"] else 0


async def dead_letters(options: argparse.Namespace) -> None:
    """List the messages that the worker gave up, or with --retry have them tried again."""
    async with _connected(_settings()):
        for row in await outbox.dead_letters():
            print("{id} {topic} {attempts} attempts {error} {dead_at:%Y-%m-%dT%H:%M:%SZ}".format(**row))
        if options.retry:
            print(f"{await outbox.revive()} will be tried again")


Run = Callable[[argparse.Namespace], Awaitable[int | None] | int | None]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="server.py", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True, metavar="command")

    def command(name: str, run: Run, under: Any = commands) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = under.add_parser(name, help=run.__doc__, description=run.__doc__)
        made.set_defaults(run=run)
        return made

    command("serve", serve).add_argument(
        "--workers", type=int, metavar="N", help="processes (PostgreSQL only; default: WORKERS, else 1)"
    )
    command("worker", worker)
    command("migrate", migrate)
    seeds = commands.add_parser("seed", help="Load data: seed catalogue, seed demo.").add_subparsers(
        required=True, metavar="what"
    )
    command("catalogue", seed_catalogue, seeds)
    command("demo", seed_demo, seeds).add_argument(
        "--today", type=date.fromisoformat, metavar="DATE", help="the day to tell the stories from (default: today)"
    )
    command("schema", schema)
    command("reference", print_reference)
    command("demo-accounts", list_demo_accounts).add_argument("--json", action="store_true", help="as JSON")
    command("token", token).add_argument("--phone", type=_phone, required=True, metavar="P", help="the account's phone")
    command("check", check)
    command("dead-letters", dead_letters).add_argument("--retry", action="store_true", help="try them again")
    return parser


def _phone(text: str) -> str:
    try:
        return mobile(text)
    except InvalidValue:
        raise argparse.ArgumentTypeError("not a mobile number") from None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status."""
    options = _parser().parse_args(arguments)
    try:
        result = options.run(options)
        return (asyncio.run(result) if asyncio.iscoroutine(result) else result) or 0
    except SettingsError as error:
        print(f"server.py: {error}", file=sys.stderr)
        return 2
    except RefusedError as error:
        print(f"server.py: {error}", file=sys.stderr)
    except AWAY as error:
        print(f"server.py: the database cannot be reached ({type(error).__name__})", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())

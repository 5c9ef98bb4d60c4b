"""Wiring and command line: serve · worker · migrate · seed · schema · demo-accounts · token · check."""

import argparse
import asyncio

import uvicorn
from starlette.applications import Starlette

from models.kit import db, settings
from schema import roots
from schema.http.app import application


def app() -> Starlette:
    """The application, as uvicorn's worker processes make it."""
    return application(settings.read())


def _serve(options: argparse.Namespace) -> None:
    chosen = settings.read()
    asyncio.run(db.migrate(chosen.database_url))
    uvicorn.run("server:app", factory=True, host=chosen.host, port=chosen.port, workers=chosen.workers, log_config=None)


def _migrate(options: argparse.Namespace) -> None:
    asyncio.run(db.migrate(settings.read().database_url))


def _schema(options: argparse.Namespace) -> None:
    print(roots.build().as_str())


def main() -> None:
    """Run one command."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True)
    for name, run, help_text in (
        ("serve", _serve, "migrate, then answer requests"),
        ("migrate", _migrate, "bring the database to the newest schema"),
        ("schema", _schema, "print the GraphQL schema (SDL)"),
    ):
        command = commands.add_parser(name, help=help_text)
        command.set_defaults(run=run)
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()

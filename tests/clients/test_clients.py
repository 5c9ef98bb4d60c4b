"""A member app on each of the clients that frontends use, against the running service."""

import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.live import Live
from tests.node import CLIENTS, node

# The program of each client, and the package whose version it is.
PROGRAMS = {
    "Apollo Client": ("clients/apollo.ts", "@apollo/client"),
    "urql": ("clients/urql.ts", "@urql/core"),
    "graphql-ws": ("clients/graphql_ws.ts", "graphql-ws"),
    "Relay": ("generated/relay.js", "relay-runtime"),
}
CHECKS = {
    "query", "mutation", "user errors", "conflict", "idempotency", "pagination", "request errors", "subscription",
}  # fmt: skip
VERSIONS = json.loads((CLIENTS / "package.json").read_text(encoding="utf-8"))["dependencies"]
Visit = Callable[[Live], dict[str, str]]
Report = Callable[[str], None]


def prove(client: str, program: str, environment: dict[str, str], report: Report) -> set[str]:
    """Run a program and hold every check of it to have gone well; the names of its checks."""
    said = [json.loads(line) for line in node(program, seconds=200, environment=environment).splitlines()]
    problems = {each["check"]: each["problem"] for each in said if each["problem"]}
    well = [each["check"] for each in said if not each["problem"]]
    report(f"clients: {client} {len(well)}/{len(said)} checks ({', '.join(well)})")
    assert problems == {}
    return set(well)


@pytest.mark.parametrize("client", PROGRAMS)
def test_a_member_app_works_on(client: str, generated: Path, service: Live, visit: Visit, report: Report) -> None:
    program, package = PROGRAMS[client]
    assert prove(f"{client} {VERSIONS[package]}", program, visit(service), report) == CHECKS


def test_a_member_app_works_where_only_trusted_documents_run(
    generated: Path, trusting: Live, visit: Visit, report: Report
) -> None:
    refused = httpx.post(f"{trusting.url}/graphql", json={"query": "{ __typename }"}).json()
    assert refused["errors"][0]["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"
    environment = {**visit(trusting), "TRUSTED": "1"}
    client = f"urql {VERSIONS['@urql/core']} on trusted documents alone"
    assert prove(client, "clients/urql.ts", environment, report) == CHECKS


def test_files_are_given_and_read_with_what_every_browser_has(
    generated: Path, service: Live, visit: Visit, report: Report
) -> None:
    assert prove("fetch and FormData", "clients/upload.ts", visit(service), report)

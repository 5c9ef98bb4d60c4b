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


def run(program: str, environment: dict[str, str]) -> dict[str, str | None]:
    """What each check of a program came to: null, or what went wrong."""
    said = [json.loads(line) for line in node(program, seconds=200, environment=environment).splitlines()]
    return {each["check"]: each["problem"] for each in said}


@pytest.mark.parametrize("client", PROGRAMS)
def test_a_member_app_works_on(client: str, generated: Path, service: Live, visit: Visit, report: Report) -> None:
    program, package = PROGRAMS[client]
    outcome = run(program, visit(service))
    well = [check for check, problem in outcome.items() if problem is None]
    report(f"clients: {client} {VERSIONS[package]} {len(well)}/{len(CHECKS)} checks ({', '.join(well)})")
    assert outcome == dict.fromkeys(CHECKS)


def test_a_member_app_works_where_only_trusted_documents_run(
    generated: Path, trusting: Live, visit: Visit, report: Report
) -> None:
    refused = httpx.post(f"{trusting.url}/graphql", json={"query": "{ __typename }"}).json()
    assert refused["errors"][0]["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"
    outcome = run("clients/urql.ts", {**visit(trusting), "TRUSTED": "1"})
    well = [check for check, problem in outcome.items() if problem is None]
    report(f"clients: urql {VERSIONS['@urql/core']} on trusted documents alone {len(well)}/{len(CHECKS)} checks")
    assert outcome == dict.fromkeys(CHECKS)

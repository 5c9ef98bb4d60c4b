"""What the specification of GraphQL over HTTP asks of a server, asked by its reference implementation."""

import json
from collections import Counter
from collections.abc import Callable

from tests.live import Live
from tests.node import node

AUDITS = 61


def test_every_audit_of_graphql_over_http_passes(service: Live, report: Callable[[str], None]) -> None:
    audits = json.loads(node("audit.mjs", f"{service.url}/graphql"))
    found = Counter(audit["status"] for audit in audits)
    report(f"GraphQL over HTTP: {found['ok']}/{len(audits)} audits")
    assert [audit for audit in audits if audit["status"] != "ok"] == []
    assert found == {"ok": AUDITS}

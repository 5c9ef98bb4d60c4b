"""`make bench`: loads a county, asks the service and a hand-written endpoint, and prints what came of it.

Only the ratios of one run mean something: the machines are noisy.
"""

import argparse
import asyncio
import itertools
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import orjson

from models.kit import db, settings
from models.kit.clients import Meter, meter
from models.kit.ids import global_id
from schema.http.app import application, running
from tests.api import AMPLE, documents
from tests.bench import client, delivery, hostile, uploads
from tests.bench.client import Result
from tests.bench.load import City, load
from tests.live import Live, live
from tests.postgres import postgres_server

Variables = dict[str, object]


@dataclass(frozen=True)
class Operation:
    """What is asked, by whom."""

    name: str
    tokens: list[str]
    variables: Variables
    compared: bool = False  # the hand-written endpoint answers it, too
    once: bool = False  # each token asks only once: a change


def operations(city: City) -> list[Operation]:
    """What is measured."""
    queue: Variables = {"first": 50}
    unit = {"organisationId": global_id("Organisation", city.unit), **queue}
    county = {"organisationId": global_id("Organisation", city.county), **queue}
    return [
        Operation("Home", city.members, {}, compared=True),
        Operation("MyBenefits", city.members, {}),
        Operation("MyCases", city.members, {"first": 20}),
        Operation("StaffQueue", [city.county_clerk], county, compared=True),
        Operation("StaffQueue", [city.clerk], unit, compared=True),
        Operation("Events", city.members, {"first": 20}),
        Operation("RegisterForEvent", city.members, {"eventId": global_id("Event", city.event)}, once=True),
    ]


def messages(url: str, operation: Operation) -> Iterator[bytes]:
    """The requests of an operation, each token in turn."""
    document = documents()[operation.name]
    made = [client.request(url, token, document, operation.variables) for token in operation.tokens]
    return iter(made) if operation.once else itertools.cycle(made)


async def statements(url: str, wanted: list[Operation], folder: Path) -> list[int]:
    """How many SQL statements each operation makes, counted inside one process."""
    chosen = settings.read({"DATABASE_URL": url, "DATA_DIR": str(folder), "DEMO_DATA": "0", "ACCESS_LOG": "0", **AMPLE})
    transport = httpx.ASGITransport(application(chosen))
    counts = []
    async with httpx.AsyncClient(transport=transport, base_url="http://bench") as http:
        for operation in wanted:
            counted = Meter()
            meter.set(counted)
            await http.post(
                "/graphql",
                json={"query": documents()[operation.name], "variables": operation.variables},
                headers={"authorization": f"Bearer {operation.tokens[-1]}"},
            )
            counts.append(counted.statements)
            meter.set(None)
    return counts


def same(ours: bytes, raw: bytes) -> bool:
    """Whether two answers say the same, cursors aside."""
    return bool(_plain(orjson.loads(ours)["data"]) == _plain(orjson.loads(raw)["data"]))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items() if name not in ("cursor", "endCursor")}
    return [_plain(item) for item in value] if isinstance(value, list) else value


async def compare(ours: Live, raw: Live, operation: Operation) -> None:
    """Both answer alike, or there is nothing to compare."""
    answers = [
        await client.ask(f"{service.url}/graphql", next(messages(f"{service.url}/graphql", operation)))
        for service in (ours, raw)
    ]
    if not same(*answers):
        raise SystemExit(f"{operation.name}: the answers differ\n{answers[0].decode()}\n{answers[1].decode()}")


async def measure(service: Live, operation: Operation, rounds: int, seconds: float) -> list[Result]:
    """Some rounds of one operation."""
    url = f"{service.url}/graphql"
    if operation.once:
        return [await client.run(url, messages(url, operation), connections=16, seconds=60)]
    return [await client.run(url, messages(url, operation), connections=16, seconds=seconds) for _ in range(rounds)]


def middle(results: list[Result], of: Callable[[Result], float]) -> float:
    """The median of the rounds."""
    return statistics.median(of(result) for result in results)


async def bench(options: argparse.Namespace, url: str, folder: Path) -> None:
    """Load, count, compare, measure, print."""
    started = time.perf_counter()
    chosen = settings.read({"DATABASE_URL": url, "DATA_DIR": str(folder), "DEMO_DATA": "0", "ACCESS_LOG": "0", **AMPLE})
    async with running(chosen, worker=False):
        city = await load(options.members, options.cases, options.readers)
        wanted = operations(city)
        print(f"{options.members} members, {options.cases} cases loaded in {time.perf_counter() - started:.0f} s")
        counts = await statements(url, wanted, folder)
    with live(url, folder) as ours, live(url, folder, app="tests.bench.raw:app") as raw:
        print("operation           requests/s   p50 ms   p99 ms  statements   by hand/s   ratio")
        for operation, count in zip(wanted, counts, strict=True):
            if operation.compared:
                await compare(ours, raw, operation)
            results = await measure(ours, operation, options.rounds, options.seconds)
            rate = middle(results, lambda r: r.rate)
            p50, p99 = (middle(results, partial(Result.percentile, share=share)) for share in (0.5, 0.99))
            line = f"{operation.name:18}{rate:12.0f}{p50:9.1f}{p99:9.1f}{count:12}"
            if operation.compared:
                by_hand = middle(await measure(raw, operation, options.rounds, options.seconds), lambda r: r.rate)
                line += f"{by_hand:12.0f}{rate / by_hand:8.2f}"
            print(line, flush=True)
        await uploads.measure(ours, city.members)


def main() -> None:
    """Run the benchmark on a PostgreSQL of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=100_000)
    parser.add_argument("--cases", type=int, default=300_000)
    parser.add_argument("--readers", type=int, default=500, help="members that ask")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3, help="length of a round")
    options = parser.parse_args()
    asyncio.run(hostile.measure())
    with postgres_server() as server, tempfile.TemporaryDirectory() as folder:
        server.create("bench")
        url = server.url("bench")
        asyncio.run(db.migrate(url))
        asyncio.run(bench(options, url, Path(folder)))
        delivery.run(server, Path(folder))


if __name__ == "__main__":
    main()

"""What it takes to refuse each of the hostile requests, and whether the memory they take comes back."""

import gc
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from models.kit import settings
from schema.http.app import application
from tests.api import AMPLE
from tests.hostile import GROUPS, afresh

AIM = 50.0  # milliseconds of CPU
PAGE = 4096  # bytes


def bodies() -> Iterator[tuple[str, str, bytes]]:
    """Each request, with its name and what refuses it."""
    for code, group in GROUPS.items():
        for name, body in group.items():
            yield name, code, body


async def cost(http: httpx.AsyncClient, code: str, body: bytes) -> float:
    """Milliseconds of CPU to refuse a request."""
    started = time.process_time()
    answer = await http.post("/graphql", content=body, headers={"content-type": "application/json"})
    took = (time.process_time() - started) * 1000
    assert answer.json()["errors"][0]["extensions"]["code"] == code, answer.text
    return took


def resident() -> float:
    """MB of memory that the process holds."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE / 2**20


async def measure(rounds: int = 3) -> None:
    """Send them all some times over; the cheapest time of each counts."""
    chosen = settings.read({"ACCESS_LOG": "0", **AMPLE, "OPERATION_POINTS": "1000"})
    transport = httpx.ASGITransport(application(chosen))
    times: dict[str, list[float]] = {}
    sizes = []
    async with httpx.AsyncClient(transport=transport, base_url="http://bench") as http:
        for number in range(rounds + 1):
            for name, code, body in bodies():
                times.setdefault(f"{code:26}{name}", []).append(await cost(http, code, afresh(body, number)))
            sizes.append(resident())
    print("ms of CPU  refused with              what")
    for name, took in sorted(times.items(), key=lambda item: -min(item[1])):
        print(f"{min(took):9.1f}  {name}")
    slow = sum(min(took) > AIM for took in times.values())
    print(
        f"{len(times)} hostile requests: {slow} above {AIM:.0f} ms of CPU; memory grew by {sizes[-1] - sizes[0]:.1f} MB"
    )

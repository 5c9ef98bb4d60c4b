"""Memory while 20 files of 10 MB arrive together."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

import httpx

from tests.factories import files
from tests.live import Live

FILES = 20
PICTURE = (5472, 4160)  # pixels; of noise, so that it takes 10 MB
EVERY = 0.02  # seconds


class Memory:
    """What a service and the processes it starts hold, at most, while it is watched. In MB."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self.before = self.service = self.cleaning = 0.0

    def look(self) -> None:
        """Look once."""
        service = _resident(self._pid)
        self.before = self.before or service
        self.service = max(self.service, service)
        self.cleaning = max(self.cleaning, sum(map(_resident, _children(self._pid))))

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Look again and again."""
        over = Event()

        def watch() -> None:
            while not over.wait(EVERY):
                self.look()

        watching = Thread(target=watch)
        self.look()
        watching.start()
        try:
            yield
        finally:
            over.set()
            watching.join()


def _resident(pid: int) -> float:
    """Its own share of the memory, with its part of what it shares with others."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        tasks = Path(f"/proc/{pid}/task").glob("*/children")
        return [int(child) for task in tasks for child in task.read_text(encoding="ascii").split()]
    return []


async def measure(service: Live, tokens: list[str]) -> None:
    """Send them, each by a member of its own, and print what the service held."""
    content = files.photo(width=PICTURE[0], height=PICTURE[1], quality=55)
    async with service.client() as http:
        await _send(http, tokens[0], files.photo())  # what the first one loads stays
        memory = Memory(service.process.pid)
        with memory.watched():
            answers = await asyncio.gather(*(_send(http, token, content) for token in tokens[-FILES:]))
    grown = memory.service - memory.before
    print(
        f"{len(answers)} uploads of {len(content) / 2**20:.1f} MB together: {sum(a == 201 for a in answers)} taken,"
        f" the service grew from {memory.before:.0f} MB by {grown:.0f} MB at most,"
        f" the processes that clean held {memory.cleaning:.0f} MB at most"
    )


async def _send(http: httpx.AsyncClient, token: str, content: bytes) -> int:
    form = {"data": {"purpose": "CASE_DOCUMENT"}, "files": {"file": ("photo.jpg", content, "image/jpeg")}}
    answer = await http.post("/uploads", headers={"authorization": f"Bearer {token}"}, **form)  # type: ignore[arg-type]
    return answer.status_code

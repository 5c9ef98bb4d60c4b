"""A load of bounded length from keep-alive connections, cheap enough to leave the cores to the servers."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import orjson


@dataclass
class Result:
    """What a round measured; latencies in seconds."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """A latency in milliseconds."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def request(url: str, token: str, document: str, variables: dict[str, object]) -> bytes:
    """A GraphQL request as it goes over the wire."""
    body = orjson.dumps({"query": document, "variables": variables})
    head = (
        f"POST {urlsplit(url).path} HTTP/1.1\r\nhost: {urlsplit(url).netloc}\r\ncontent-type: application/json\r\n"
        f"authorization: Bearer {token}\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def ask(url: str, message: bytes) -> bytes:
    """One request on a connection of its own; the body of the answer."""
    reader, writer = await asyncio.open_connection(urlsplit(url).hostname, urlsplit(url).port)
    writer.write(message)
    answer = await _answer(reader)
    writer.close()
    return answer


async def run(url: str, messages: Iterator[bytes], *, connections: int, seconds: float) -> Result:
    """Send messages over and over for some seconds."""
    result, ends = Result(), time.perf_counter() + seconds
    started = time.perf_counter()
    await asyncio.gather(*(_connection(url, messages, result, ends) for _ in range(connections)))
    result.seconds = time.perf_counter() - started
    return result


async def _connection(url: str, messages: Iterator[bytes], result: Result, ends: float) -> None:
    reader, writer = await asyncio.open_connection(urlsplit(url).hostname, urlsplit(url).port)
    while (sent := time.perf_counter()) < ends:
        message = next(messages, None)
        if message is None:
            break
        writer.write(message)
        answer = await _answer(reader)
        result.latencies.append(time.perf_counter() - sent)
        if b'"errors"' in answer[:40]:
            raise RuntimeError(answer[:300].decode())
    writer.close()


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    return await reader.readexactly(length)

"""Bytes that no browser sends, to the service as it really runs."""

import asyncio
import contextlib
import re
import socket
import time
from pathlib import Path
from typing import Any

import pytest

from schema.http import protocol
from tests.live import Live

BODY = b'{"query": "{ __typename }"}'
CHUNKED = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)
POST = b"POST /graphql HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n"
LENGTH = b"Content-Length: %d\r\n" % len(BODY)
# What a proxy in front took for the body of a request, and would then give to somebody else.
HIDDEN = b"GET /livez HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"
GIGABYTE = 2**30

TWO_LENGTHS = {
    "length and chunks": b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKED,
    "chunks and length": b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n" + CHUNKED,
    "two lengths": LENGTH + b"Content-Length: 3\r\n\r\n" + BODY,
    "list of lengths": b"Content-Length: 27, 3\r\n\r\n" + BODY,
    "negative length": b"Content-Length: -1\r\n\r\n" + BODY,
    "signed length": b"Content-Length: +27\r\n\r\n" + BODY,
    "hexadecimal length": b"Content-Length: 0x1b\r\n\r\n" + BODY,
    "length beyond numbers": b"Content-Length: 99999999999999999999999\r\n\r\n" + BODY,
    "no length": b"Content-Length:\r\n\r\n" + BODY,
    "unknown coding": b"Transfer-Encoding: xchunked\r\n\r\n" + CHUNKED,
    "chunks not last": b"Transfer-Encoding: chunked, identity\r\n\r\n" + CHUNKED,
    "chunks twice": b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKED,
    "space before colon": b"Transfer-Encoding : chunked\r\n\r\n" + CHUNKED,
    "vertical tab": b"Transfer-Encoding:\x0bchunked\r\n\r\n" + CHUNKED,
    "folded": b"Transfer-Encoding:\r\n chunked\r\n\r\n" + CHUNKED,
    "bare line feed": b"X: a\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKED,
    "bare carriage return": b"X: a\rTransfer-Encoding: chunked\r\n" + LENGTH + b"\r\n" + BODY,
    "NUL": b"X: a\0b\r\n" + LENGTH + b"\r\n" + BODY,
    "no colon": b"Xab\r\n" + LENGTH + b"\r\n" + BODY,
    "chunk of garbage": b"Transfer-Encoding: chunked\r\n\r\nzz\r\n" + CHUNKED,
    "chunk beyond numbers": b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffffffff\r\n" + CHUNKED,
    "negative chunk": b"Transfer-Encoding: chunked\r\n\r\n-1\r\n" + CHUNKED,
    "line feed in a chunk": b"Transfer-Encoding: chunked\r\n\r\n1b;a\nb\r\n" + BODY + b"\r\n0\r\n\r\n",
    "chunk without end": b"Transfer-Encoding: chunked\r\n\r\n1b\r\n" + BODY + b"0\r\n\r\n",
    "length in the trailer": b"Transfer-Encoding: chunked\r\n\r\n" + CHUNKED[:-2] + b"Content-Length: 5\r\n\r\n",
}

NO_HTTP = {
    "zeros": b"\0" * 100,
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"a" * 200,
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/3": b"GET /livez HTTP/3.0\r\n\r\n",
    "unknown method": b"FOO /graphql HTTP/1.1\r\nHost: test\r\n\r\n",
    "tunnel": b"CONNECT test:443 HTTP/1.1\r\nHost: test\r\n\r\n",
    "broken address": b"GET http://[/livez HTTP/1.1\r\nHost: test\r\n\r\n",
    "bytes in the address": b"GET /\xff HTTP/1.1\r\nHost: test\r\n\r\n",
}

LATIN = (
    b"Authorization: Bearer \xff\r\nAccept-Language: \xff;q=\xff\r\nX-Forwarded-For: \xff\r\n"
    b"Accept: */*;q=nan, application/json;q=inf"
)
ODD = {
    "everything": (b"OPTIONS * HTTP/1.1\r\nHost: test", 404),
    "another host": (b"GET http://test/livez HTTP/1.1\r\nHost: other", 200),
    "no host": (b"GET /livez HTTP/1.1\r\nX: y", 200),
    "broken host": (b"GET /graphql?query={__typename} HTTP/1.1\r\nHost: [", 200),
    "broken host of a page": (b"GET / HTTP/1.1\r\nHost: [::1", 200),
    "slash at the end": (b"POST /graphql/ HTTP/1.1\r\nHost: [", 404),
    "NUL in the path": (b"GET /graphql%00 HTTP/1.1\r\nHost: test", 404),
    "no UTF-8 in the path": (b"GET /%ff%fe HTTP/1.1\r\nHost: test", 404),
    "no UTF-8 in a parameter": (b"GET /graphql?query=%ff&variables=%ff HTTP/1.1\r\nHost: test", 400),
    "up and out": (b"GET /../../etc/passwd HTTP/1.1\r\nHost: test", 404),
    "unusual method": (b"PROPFIND /graphql HTTP/1.1\r\nHost: test", 405),
    "trace": (b"TRACE /graphql HTTP/1.1\r\nHost: test", 405),
    "only headers": (b"HEAD /graphql HTTP/1.1\r\nHost: test", 405),
    "method of a page": (b"DELETE / HTTP/1.1\r\nHost: test", 405),
    "Latin headers": (b"GET /graphql?query={__typename} HTTP/1.1\r\n" + LATIN, 200),
    "8000 headers": (b"GET /livez HTTP/1.1" + b"\r\nX: y" * 8000, 200),
    "a long address": (b"GET /graphql?query=" + b"a" * 60_000 + b" HTTP/1.1\r\nHost: test", 414),
    "an upgrade": (b"GET /livez HTTP/1.1\r\nUpgrade: h2c\r\nConnection: Upgrade", 200),
}


def named(rows: dict[str, Any]) -> Any:
    return [pytest.param(value, id=name) for name, value in rows.items()]


def connection(service: Live) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(service.url.rpartition(":")[2])), timeout=10)


def answers(wire: socket.socket) -> bytes:
    """All that comes until the service hangs up, which it must."""
    parts = []
    try:
        while part := wire.recv(65536):
            parts.append(part)
    except ConnectionResetError:  # it hung up without reading the rest
        pass
    return b"".join(parts)


def told(service: Live, request: bytes) -> tuple[list[int], bytes]:
    """The statuses of all answers on a connection of its own, and their text."""
    with connection(service) as wire:
        wire.sendall(request)
        text = answers(wire)
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", text)], text


@pytest.mark.parametrize("request_", named(TWO_LENGTHS))
def test_no_request_hides_behind_another(service: Live, request_: bytes) -> None:
    statuses, text = told(service, POST + request_ + HIDDEN)
    assert statuses == [400]
    assert b"status" not in text


@pytest.mark.parametrize("request_", named(NO_HTTP))
def test_what_is_no_http_is_refused(service: Live, request_: bytes) -> None:
    assert told(service, request_)[0] == [400]


@pytest.mark.parametrize(("request_", "status"), [pytest.param(*row, id=name) for name, row in ODD.items()])
def test_odd_requests_break_nothing(service: Live, request_: bytes, status: int) -> None:
    close = b"" if b"Connection" in request_ else b"\r\nConnection: close"
    assert told(service, request_ + close + b"\r\n\r\n")[0] == [status]


def test_the_first_clients_of_the_web_are_answered_and_hung_up_on(service: Live) -> None:
    old = POST.replace(b"1.1", b"1.0") + LENGTH + b"Connection: keep-alive\r\n\r\n" + BODY
    statuses, text = told(service, old + HIDDEN)
    assert statuses == [200]
    assert b'"__typename":"Query"' in text


def test_requests_sent_ahead_are_answered_in_their_order(service: Live) -> None:
    ahead = b"".join(b"GET /graphql?query={a%d:__typename} HTTP/1.1\r\nHost: test\r\n\r\n" % i for i in range(200))
    statuses, text = told(service, ahead + HIDDEN)
    assert statuses == [200] * 201
    assert [int(n) for n in re.findall(rb'"a(\d+)"', text)] == list(range(200))


def test_garbage_after_a_request_is_not_taken_for_another(service: Live) -> None:
    statuses, text = told(service, POST + LENGTH + b"\r\n" + BODY + b"\0\0\0" + HIDDEN)
    assert statuses[-1] == 400
    assert b"status" not in text


def test_who_waits_for_leave_is_refused_before_sending_anything(service: Live) -> None:
    with connection(service) as wire:
        wire.sendall(POST + b"Expect: 100-continue\r\nContent-Length: 1073741824\r\n\r\n")
        assert wire.recv(65536).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    ("head", "part", "status"),
    [
        pytest.param(POST + b"Content-Length: %d\r\n\r\n" % GIGABYTE, b"x" * 65536, 413, id="as it says"),
        pytest.param(
            POST + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65536 + b"\r\n", 413, id="in chunks"
        ),
        pytest.param(POST + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 10_000, 413, id="in small chunks"),
        pytest.param(
            b"GET /livez HTTP/1.1\r\nHost: test\r\nContent-Length: %d\r\n\r\n" % GIGABYTE, b"x" * 65536, 200,
            id="where none is wanted",
        ),
    ],
)  # fmt: skip
def test_a_gigabyte_ends_at_the_limit_and_takes_no_memory(service: Live, head: bytes, part: bytes, status: int) -> None:
    before = resident(service)
    with connection(service) as wire:
        wire.sendall(head)
        sent = pushed(wire, part)
        assert answers(wire).startswith(b"HTTP/1.1 %d " % status)
    assert sent < 32_000_000  # much of it in the buffers of the two ends
    assert resident(service) - before < 16


def pushed(wire: socket.socket, part: bytes) -> int:
    """How many bytes of a gigabyte are taken."""
    sent = 0
    with contextlib.suppress(ConnectionError):
        while sent < GIGABYTE:
            wire.sendall(part)
            sent += len(part)
    return sent


def resident(service: Live) -> int:
    """The most memory (MiB) that the service ever had."""
    status = Path(f"/proc/{service.process.pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found
    return int(found[1]) // 1024


async def test_who_does_not_go_on_is_not_waited_for(service: Live) -> None:
    stalled = await asyncio.gather(
        waited_for(service, b"", b""),
        waited_for(service, b"GET /livez HTTP/1.1\r\n", b"X: y\r\n"),
        waited_for(service, POST + LENGTH + b"\r\n", b""),
        waited_for(service, POST + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    )
    assert [text[:13] for text, _ in stalled] == [b"", b"", b"HTTP/1.1 408 ", b"HTTP/1.1 408 "]
    assert max(seconds for _, seconds in stalled) < protocol.BODY_WITHIN + 5


async def waited_for(service: Live, beginning: bytes, drop: bytes) -> tuple[bytes, float]:
    """What somebody gets who begins and then sends a drop now and then, and how long they were waited for."""
    started = time.monotonic()
    reader, writer = await asyncio.open_connection("127.0.0.1", int(service.url.rpartition(":")[2]))
    writer.write(beginning)
    text = b""
    with contextlib.suppress(ConnectionError):
        while not reader.at_eof() and time.monotonic() - started < 60:
            writer.write(drop)
            with contextlib.suppress(TimeoutError):
                text += await asyncio.wait_for(reader.read(65536), 0.5)
    writer.close()
    return text, time.monotonic() - started

"""HTTP/1.1 with deadlines: who connects and then says nothing, or one byte at a time, or does not take the answer, does
not keep a place for long.

uvicorn itself waits for ever for the end of a request and for its answer to be taken, reads headers of any size, and to
its end a body that was refused already.
"""

import asyncio
import socket
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADERS_WITHIN = 10.0  # seconds from the first byte, or from the connection
BODY_WITHIN = 20.0  # seconds from the headers, and from every BODY_STEP; the addresses answer 408 before
BODY_STEP = 64 * 1024  # bytes: a slow line may take its time
ANSWER_WITHIN = 20.0  # seconds without any of the answer being taken
MAX_HEADERS = 64 * 1024
MAX_UNWANTED = 1024 * 1024  # bytes of a body that still arrive after the answer


class PunctualProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which hangs up on requests that do not arrive."""

    _deadline: asyncio.TimerHandle | None = None
    _in_headers = False
    _header_bytes = 0
    _body_bytes = 0
    _unwanted_bytes = 0

    def connection_made(self, transport: Any) -> None:
        """Expect a request."""
        super().connection_made(transport)
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux
            wire = transport.get_extra_info("socket")
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(ANSWER_WITHIN * 1000))
        self._expect_within(HEADERS_WITHIN)

    def connection_lost(self, exc: Exception | None) -> None:
        """Expect nothing more."""
        self._expected()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take some bytes; between two requests they are the beginning of the next."""
        if self._deadline is None:
            self._expect_within(HEADERS_WITHIN)
        began_before = self._in_headers
        super().data_received(data)
        if began_before and self._in_headers:
            self._header_bytes += len(data)
            if self._header_bytes > MAX_HEADERS:
                self.send_400_response("The headers are too large.")

    def on_message_begin(self) -> None:
        """A request begins."""
        self._expect_within(HEADERS_WITHIN)
        self._in_headers, self._header_bytes, self._body_bytes, self._unwanted_bytes = True, 0, 0, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """A request's headers have arrived."""
        self._in_headers = False
        self._expect_within(BODY_WITHIN)
        super().on_headers_complete()
        if self.parser.should_upgrade() and not self._should_upgrade():
            self.cycle.keep_alive = False  # the parser reads no further request after an upgrade that was not granted

    def on_body(self, body: bytes) -> None:
        """Some of a request's body has arrived, wanted or not."""
        if not self.parser.should_upgrade() and self.cycle.response_complete:
            self._unwanted_bytes += len(body)
            if self._unwanted_bytes > MAX_UNWANTED:
                self._hang_up()
        else:
            self._body_bytes += len(body)
            if self._body_bytes >= BODY_STEP:
                self._body_bytes = 0
                self._expect_within(BODY_WITHIN)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """A request has arrived."""
        self._expected()
        super().on_message_complete()

    def _should_upgrade(self) -> bool:
        """Whether a request asks for a socket; others with such headers are answered as if they had none."""
        fits = self.parser.get_method() == b"GET" and self.scope["http_version"] == "1.1" and self.url.isascii()
        return fits and super()._should_upgrade()

    def handle_websocket_upgrade(self) -> None:
        """Become a socket; a request that cannot be one is refused instead of left waiting."""
        super().handle_websocket_upgrade()
        if not self.transport.get_protocol().handshake_initiated:  # type: ignore[attr-defined]
            self.send_400_response("This is no request for a WebSocket.")

    def _expect_within(self, seconds: float) -> None:
        self._expected()
        self._deadline = self.loop.call_later(seconds, self._hang_up)

    def _expected(self) -> None:
        if self._deadline:
            self._deadline.cancel()
            self._deadline = None

    def _hang_up(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()

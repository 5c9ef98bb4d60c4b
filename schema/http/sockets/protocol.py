"""WebSockets with limits: uvicorn's protocol answers every ping, keeps every fragment, and waits without end for a
client to take the goodbye."""

import socket
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame

from models.kit.buckets import Buckets, Rate

MAX_MESSAGE = 64 * 1024  # bytes
MAX_UNTAKEN = 128 * 1024  # bytes
FRAMES = Rate(200, 50)  # pings, pongs and fragments
GOODBYE_WITHIN = 5.0  # seconds


class LimitedProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol, which hangs up on clients that flood it or do not listen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._frames = Buckets(FRAMES)

    def connection_made(self, transport: Any) -> None:
        """Let the system keep no more for a client that does not read."""
        super().connection_made(transport)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MAX_UNTAKEN)

    def handle_ping(self) -> None:
        """Answer a ping, unless the client leaves the answers lying."""
        if self.writable.is_set() and self._counted():
            super().handle_ping()
        else:
            self.conn.data_to_send()

    def handle_pong(self, event: Frame) -> None:
        """Take a pong."""
        if self._counted():
            super().handle_pong(event)

    def handle_cont(self, event: Frame) -> None:
        """Take a fragment."""
        if self._counted():
            super().handle_cont(event)

    def send_receive_event_to_app(self) -> None:
        """Pass a whole message on, if it is text where it says so."""
        if self.curr_msg_data_type == "text" and not _is_text(b"".join(self.frames)):
            self._fail(CloseCode.INVALID_DATA, "Not UTF-8")
        else:
            super().send_receive_event_to_app()

    async def send(self, message: Any) -> None:
        """Send a message; a goodbye does not wait for what the client has not taken, nor long to be taken."""
        if message["type"] == "websocket.close":
            self.writable.set()
            self.loop.call_later(GOODBYE_WITHIN, self.transport.abort)
        await super().send(message)

    def shutdown(self) -> None:
        """Say goodbye because the service stops."""
        self.loop.call_later(GOODBYE_WITHIN, self.transport.abort)
        super().shutdown()

    def data_received(self, data: bytes) -> None:
        """Take some bytes, or drop them after the goodbye: closing on them would reset the connection, and the client
        would never read why."""
        if self.conn.eof_sent:
            return
        super().data_received(data)

    def handle_parser_exception(self) -> None:
        """Say goodbye to a client that broke the rules, and let it hang up."""
        assert self.conn.close_sent
        code, reason = self.conn.close_sent.code, self.conn.close_sent.reason
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.close_sent = True
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.transport.write_eof()
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self.close_timer = self.loop.call_later(GOODBYE_WITHIN, self.transport.abort)

    def _counted(self) -> bool:
        """False when a frame is not to be taken any more."""
        if self.close_sent:
            return False
        if not self._frames.left(""):
            self._fail(CloseCode.POLICY_VIOLATION, "Too many frames")
            return False
        self._frames.drain("", 1)
        return True

    def _fail(self, code: CloseCode, reason: str) -> None:
        self.frames = []
        self.conn.fail(code, reason)
        self.handle_parser_exception()


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True

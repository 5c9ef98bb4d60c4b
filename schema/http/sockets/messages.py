"""The messages of `graphql-transport-ws` and the codes with which it closes
(github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md)."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from models.kit.errors import ApiCode, ApiError
from schema.http.incoming import parsed

SUBPROTOCOL = "graphql-transport-ws"
MAX_ID = 100  # characters of an operation's id
TYPES = {"connection_init", "ping", "pong", "subscribe", "complete"}


class Close(IntEnum):
    """Why a socket is closed. Clients of the protocol come back by themselves after 1006, 1012, 1013, 4403 and 4408."""

    TEXT_ONLY = 1003
    GONE = 1006  # is never sent
    FAILED = 1011
    TOO_SLOW = 1013
    BAD_MESSAGE = 4400
    SIGNED_OUT = 4401
    NOT_SIGNED_IN = 4403
    SUBPROTOCOL_NOT_ACCEPTABLE = 4406
    INIT_TOO_LATE = 4408
    OPERATION_EXISTS = 4409
    TOO_MANY = 4429


class Closing(Exception):  # noqa: N818 - an end, not always an error
    """The socket is to be closed, for a reason in words for the client's programmer."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True)
class Message:
    """A message of a client: its `id` where it is about an operation."""

    type: str
    id: Any = ""
    payload: Any = None


def read(frame: dict[str, Any]) -> Message:
    """The message in a frame, as ASGI gives it; raises Closing for what the protocol does not know."""
    text = frame.get("text")
    if text is None:
        raise Closing(Close.TEXT_ONLY, "Only text frames are taken")
    try:
        found = parsed(text.encode())
    except ApiError:
        raise Closing(Close.BAD_MESSAGE, "Invalid message: not JSON, or too much of it") from None
    type = found.get("type") if isinstance(found, dict) else None
    if not isinstance(type, str) or type not in TYPES:
        raise Closing(Close.BAD_MESSAGE, "Invalid message: no type of the protocol")
    return _checked(Message(type, found.get("id", ""), found.get("payload")))


def _checked(message: Message) -> Message:
    about_operation = message.type in ("subscribe", "complete")
    if about_operation and not (isinstance(message.id, str) and 0 < len(message.id) <= MAX_ID):
        raise Closing(Close.BAD_MESSAGE, f"Invalid message: an id is a text of 1 to {MAX_ID} characters")
    if not isinstance(message.payload, dict) and (message.type == "subscribe" or message.payload is not None):
        raise Closing(Close.BAD_MESSAGE, "Invalid message: the payload is no object")
    return message


def malformed(error: ApiError) -> bool:
    """Whether an operation's payload has members of the wrong types, which the protocol answers by closing."""
    return error.code is ApiCode.BAD_USER_INPUT

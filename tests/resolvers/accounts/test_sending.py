"""How codes reach phones: the terminal while developing, a webhook in production."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from models.kit import settings
from models.kit.settings import SettingsError
from resolvers.accounts import sending


@asynccontextmanager
async def message_service(status: str, received: list[str]) -> AsyncIterator[str]:
    """A message service that answers with `status`; its URL."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length: ")[2].partition("\r\n")[0])
        received.append((await reader.readexactly(length)).decode())
        writer.write(f"HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode())
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/codes"


async def test_a_webhook_is_given_phone_and_code() -> None:
    received: list[str] = []
    async with message_service("204 No Content", received) as url:
        await sending.sender_for(url).send("13900000001", "123456")
    assert [json.loads(body) for body in received] == [{"phone": "13900000001", "code": "123456"}]


@pytest.mark.parametrize("status", ["302 Found", "400 Bad Request", "500 Internal Server Error"])
async def test_any_other_answer_means_that_the_code_was_not_sent(status: str) -> None:
    async with message_service(status, []) as url:
        with pytest.raises(sending.SendingError) as failure:
            await sending.sender_for(url).send("13900000001", "123456")
    assert "123456" not in str(failure.value)


async def test_a_service_that_is_away_means_that_the_code_was_not_sent() -> None:
    async with message_service("200 OK", []) as url:
        pass
    with pytest.raises(sending.SendingError):
        await sending.sender_for(url).send("13900000001", "123456")


async def test_the_terminal_shows_the_code_and_hides_the_phone() -> None:
    with capture_logs() as shown:
        await sending.sender_for("console").send("13900000001", "123456")
    assert [(line["phone"], line["code"]) for line in shown] == [("139****0001", "123456")]


def test_a_sender_that_nobody_knows_is_refused_at_start() -> None:
    with pytest.raises(SettingsError, match="CODE_SENDER"):
        sending.sender_for("pigeon")


@pytest.mark.parametrize("sender", ["console", "http://messages.example/codes"])
def test_production_sends_codes_by_an_encrypted_webhook_alone(sender: str) -> None:
    with pytest.raises(SettingsError, match="CODE_SENDER"):
        settings.read({"ENVIRONMENT": "production", "CODE_SENDER": sender})

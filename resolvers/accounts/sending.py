"""Sending one-time codes: a port with two adapters, the terminal and a webhook."""

from typing import Protocol

import httpx
import structlog

from models.kit.masking import mask_mobile
from models.kit.settings import SettingsError

log = structlog.get_logger()
TIMEOUT = 5.0


class SendingError(Exception):
    """A code could not be handed over; trying again later may help."""


class CodeSender(Protocol):
    """Whatever brings a code to a phone."""

    async def send(self, phone: str, code: str) -> None:
        """Send; raises SendingError."""


class Console:
    """Shows codes to whoever runs the service: for development."""

    async def send(self, phone: str, code: str) -> None:
        """Write the code where the log goes."""
        log.info("sign_in_code", phone=mask_mobile(phone), code=code)


class Webhook:
    """Posts `{"phone": …, "code": …}` to the message service at a URL."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._tls = httpx.create_ssl_context()

    async def send(self, phone: str, code: str) -> None:
        """Post; anything but a 2xx answer within TIMEOUT seconds is a failure."""
        try:
            async with httpx.AsyncClient(timeout=TIMEOUT, verify=self._tls) as client:
                answer = await client.post(self._url, json={"phone": phone, "code": code})
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise SendingError(type(error).__name__) from None


_sender: CodeSender = Console()


def use(sender: CodeSender) -> None:
    """Set what codes are sent by; called once at start."""
    global _sender
    _sender = sender


def sender_for(setting: str) -> CodeSender:
    """The adapter that CODE_SENDER names: `console`, or the URL of a webhook."""
    if setting == "console":
        return Console()
    if setting.startswith(("https://", "http://")):
        return Webhook(setting)
    raise SettingsError("CODE_SENDER: expected console or a URL")


async def send(phone: str, code: str) -> None:
    """Send a code by the adapter in use; raises SendingError."""
    await _sender.send(phone, code)

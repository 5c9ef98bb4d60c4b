"""Codes on their way: a sender that keeps what it sends, and signing in with it."""

from typing import Any

from resolvers.accounts import sending
from tests.api import Api


class Inbox:
    """Every phone's messages, the latest last."""

    def __init__(self) -> None:
        self.codes: dict[str, list[str]] = {}
        self.broken = False

    async def send(self, phone: str, code: str) -> None:
        """Keep the code; fails while `broken`."""
        if self.broken:
            raise sending.SendingError("broken")
        self.codes.setdefault(phone, []).append(code)

    def latest(self, phone: str) -> str:
        """The last code that came."""
        return self.codes[phone][-1]

    async def sign_in(self, api: Api, phone: str, device: str | None = None) -> Any:
        """Ask for a code and sign in with it; the payload of `signIn`."""
        asked = await api("RequestSignInCode", phone=phone)
        assert asked["userErrors"] == []
        return await api("SignIn", challengeId=asked["challengeId"], code=self.latest(phone), device=device)


def wrong(code: str) -> str:
    """Some other code."""
    return f"{(int(code) + 1) % 10**6:06}"

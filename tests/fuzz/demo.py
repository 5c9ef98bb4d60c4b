"""The demo's service, and two who send whatever its schema allows: a member, and staff who hold every role."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import httpx

from models.accounts import Account
from models.kit import clock, db
from models.kit.actor import Role
from models.kit.ids import parse_global_id
from models.kit.settings import Settings
from models.members import Level, Organisation, phone_index
from models.seed.demo.accounts import demo_accounts
from resolvers.demo import load_demo
from schema import roots
from schema.http.app import application, running
from tests.access.asking import Asking
from tests.api import Api
from tests.factories import people

OF_A_TYPE = 3
SCHEMA = roots.build()._schema


@dataclass
class Demo:
    """A running service with the demo's data. `ids` are of things that are there, some of each type, and `cursors` of
    lists that somebody has seen."""

    runner: asyncio.Runner
    http: httpx.AsyncClient
    accounts: dict[str, Account]
    ids: list[str]
    cursors: list[str]

    def send(self, document: str, viewer: str) -> httpx.Response:
        """What somebody gets who has just signed in: what was sent before may have signed them out."""
        return self.runner.run(self._send(document, viewer))

    async def _send(self, document: str, viewer: str) -> httpx.Response:
        await db.execute("DELETE FROM throttle")  # limits on tries would keep what follows from being tried
        headers = {"authorization": f"Bearer {await people.token(self.accounts[viewer])}"}
        return await self.http.post("/graphql", json={"query": document}, headers=headers)


@contextmanager
def demo(settings: Settings) -> Iterator[Demo]:
    """The demo in a migrated database."""
    with asyncio.Runner() as runner, ExitStack() as stack:
        service = running(settings, worker=False)
        runner.run(service.__aenter__())
        stack.callback(lambda: runner.run(service.__aexit__(None, None, None)))
        runner.run(load_demo(clock.today()))
        http = httpx.AsyncClient(transport=httpx.ASGITransport(application(settings)), base_url="http://test")
        stack.callback(lambda: runner.run(http.aclose()))
        accounts = runner.run(_accounts())
        seen = runner.run(_seen(Api(http), accounts))
        yield Demo(runner, http, accounts, _some_of_each_type(seen), re.findall(r"'endCursor': '([^']+)'", seen))


async def _accounts() -> dict[str, Account]:
    phone = next(row["phone"] for row in demo_accounts() if row["role"] == "MEMBER")
    city = await Organisation.get(level=Level.CITY)
    return {
        "member": await Account.get(phone_index=phone_index(phone)),
        "staff": await people.account(**{role.lower(): city for role in Role}),
    }


async def _seen(api: Api, accounts: dict[str, Account]) -> str:
    """The text of all that everybody sees without having to say of what."""
    assert SCHEMA.query_type
    documents = Asking(SCHEMA, {"first": "5"}).roots(SCHEMA.query_type)
    viewers = [api.as_(await people.token(account)) for account in accounts.values()]
    return "".join([str(await viewer.send(document)) for viewer in viewers for document in documents])


def _some_of_each_type(seen: str) -> list[str]:
    found: dict[str, dict[str, None]] = {}
    for id in re.findall(r"'id': '([^']+)'", seen):
        found.setdefault(parse_global_id(id)[0], {})[id] = None
    return [id for ids in found.values() for id in list(ids)[:OF_A_TYPE]]

"""Who acts in the demo's stories: its people by their keys, and the staff nearest to a case."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from models.accounts import Account, RoleAssignment
from models.kit.actor import Actor, Role, RoleGrant


@dataclass(frozen=True)
class Cast:
    """Actors."""

    people: Mapping[str, Actor]
    staff: tuple[Actor, ...]

    def official(self, role: Role, path: str) -> Actor:
        """Whoever holds a role over the union at `path`, the nearest one."""
        able = [who for who in self.staff if who.holds([role], path)]
        return max(able, key=lambda who: len(who.roles[0].path))


async def gather(accounts: Mapping[str, UUID]) -> Cast:
    """Those whose accounts are named, and all staff; whoever is both acts as either."""
    rows = {row["id"]: row for row in await Account.all().values("id", "name", "member_id")}
    granted = (
        await RoleAssignment.all().order_by("id").values("account_id", "role", "organisation_id", "organisation__path")
    )
    staff = tuple(_actor(rows[row["account_id"]], _grant(row)) for row in granted)
    return Cast({key: _actor(rows[id]) for key, id in accounts.items()}, staff)


def _actor(account: dict[str, Any], *roles: RoleGrant) -> Actor:
    return Actor(account_id=account["id"], member_id=account["member_id"], name=account["name"], roles=roles)


def _grant(row: dict[str, Any]) -> RoleGrant:
    return RoleGrant(Role(row["role"]), row["organisation_id"], row["organisation__path"])

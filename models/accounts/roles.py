"""Staff roles: who holds which over which union, and who may give or take them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from models.accounts.tables import RoleAssignment
from models.kit import clock
from models.kit.actor import Actor, Role, RoleGrant
from models.kit.codes import ErrorCode
from models.kit.errors import refuse
from models.members import Organisation, within

Row = dict[str, Any]

# Nobody gives or takes a role that ranks above the highest they hold themselves over that union.
RANK = {
    Role.CLERK: 1,
    Role.REVIEWER: 2,
    Role.APPROVER: 3,
    Role.FINANCE: 3,
    Role.AUDITOR: 4,
    Role.ADMINISTRATOR: 4,
}
KEEPERS = (Role.ADMINISTRATOR,)


async def may_assign(actor: Actor, role: Role, organisation_id: UUID) -> str:
    """The path of the union, where the actor may give and take `role`.

    Refuses with NOT_FOUND, OUTSIDE_SUBTREE or ROLE_TOO_HIGH.
    """
    paths = await Organisation.filter(id=organisation_id).values_list("path", flat=True)
    if not paths:
        refuse(ErrorCode.NOT_FOUND, "organisationId")
    path = str(paths[0])
    if not actor.holds(KEEPERS, path):
        refuse(ErrorCode.OUTSIDE_SUBTREE, "organisationId")
    if RANK[role] > max(RANK[held] for held in actor.roles_at(path)):
        refuse(ErrorCode.ROLE_TOO_HIGH, "role")
    return path


async def grant(account_id: UUID, role: Role, organisation_id: UUID, by: UUID | None) -> None:
    """Give a role; one that is held already stays as it is."""
    fresh = RoleAssignment(
        account_id=account_id,
        role=role,
        organisation_id=organisation_id,
        granted_by=by,
        granted_at=clock.now(),
    )
    await RoleAssignment.bulk_create([fresh], ignore_conflicts=True)


async def revoke(account_id: UUID, role: Role, organisation_id: UUID, by: UUID | None) -> bool:
    """Take a role away; False when it is not held."""
    held = RoleAssignment.filter(account_id=account_id, role=role, organisation_id=organisation_id, revoked_at=None)
    return bool(await held.update(revoked_at=clock.now(), revoked_by=by))


async def held_by(account_ids: Iterable[UUID], where: tuple[RoleGrant, ...] | None = None) -> dict[UUID, list[Row]]:
    """The roles that accounts hold, by account: all, or those over unions inside some subtrees."""
    inside = [within("organisation__path", where)] if where is not None else []
    rows = (
        await RoleAssignment.filter(*inside, account_id__in=set(account_ids), revoked_at=None)
        .order_by("organisation__path", "role")
        .values("account_id", "role", "organisation_id", "granted_at", path="organisation__path")
    )
    held: dict[UUID, list[Row]] = {}
    for row in rows:
        held.setdefault(row["account_id"], []).append(row)
    return held


async def history_of(account_id: UUID) -> list[Row]:
    """Every role an account ever held, oldest first."""
    return (
        await RoleAssignment.filter(account_id=account_id)
        .order_by("id")
        .values("role", "granted_at", "revoked_at", organisation="organisation__name")
    )

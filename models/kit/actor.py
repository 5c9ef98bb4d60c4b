"""Who acts: an account, the member behind it, and its staff roles as (role, union subtree)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What a staff account may do within a union subtree."""

    CLERK = "CLERK"
    REVIEWER = "REVIEWER"
    APPROVER = "APPROVER"
    FINANCE = "FINANCE"
    AUDITOR = "AUDITOR"
    ADMINISTRATOR = "ADMINISTRATOR"


# Roles that work cases; auditors read the record and administrators run accounts.
CASE_ROLES = (Role.CLERK, Role.REVIEWER, Role.APPROVER, Role.FINANCE)


def subtree_end(path: str) -> str:
    """The first path after the subtree of `path` in byte order (paths end in `/`, and `0` follows it)."""
    return path[:-1] + "0"


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """A role held over an organisation and everything below it."""

    role: Role
    organisation_id: UUID
    path: str


@dataclass(frozen=True, slots=True)
class Actor:
    """The caller of a command or query, as known at the start of the request."""

    account_id: UUID | None = None
    member_id: UUID | None = None
    session_id: UUID | None = None
    name: str = ""
    roles: tuple[RoleGrant, ...] = ()
    locale: str = "zh"
    address: str = ""
    request_id: str = ""
    system: bool = False

    def scope(self, *roles: Role) -> tuple[RoleGrant, ...]:
        """The top-most grants of any of `roles` (all roles when none is named): their subtrees are disjoint."""
        grants = sorted((g for g in self.roles if not roles or g.role in roles), key=lambda g: g.path)
        top: list[RoleGrant] = []
        for grant in grants:
            if not top or not grant.path.startswith(top[-1].path):
                top.append(grant)
        return tuple(top)

    def holds(self, roles: Iterable[Role], path: str) -> bool:
        """True when one of `roles` is held over the organisation at `path`."""
        wanted = frozenset(roles)
        return any(g.role in wanted and path.startswith(g.path) for g in self.roles)

    def roles_at(self, path: str) -> frozenset[Role]:
        """Every role held over the organisation at `path`."""
        return frozenset(g.role for g in self.roles if path.startswith(g.path))


ANONYMOUS = Actor()
SYSTEM = Actor(name="system", system=True)

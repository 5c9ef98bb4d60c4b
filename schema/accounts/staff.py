"""Staff accounts and roles as clients see them."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from models.kit.actor import Role
from resolvers.accounts import staff
from schema.kit.build import batch, change, column, computed, described, enum, input_type, output
from schema.kit.context import Info, Row, Rows
from schema.kit.errors import Payload
from schema.kit.inputs import given, id_of
from schema.kit.nodes import Node, find, node_id, reads
from schema.kit.pagination import After, Connection, First, connection
from schema.kit.price import HASHING

if TYPE_CHECKING:
    from schema.members import Organisation

enum(
    Role,
    "StaffRoleName",
    CLERK="Takes in and works cases.",
    REVIEWER="Reviews cases: unit reviews, visits, audits.",
    APPROVER="Approves and rejects.",
    FINANCE="Prepares and records payments.",
    AUDITOR="Reads the record of what was done.",
    ADMINISTRATOR="Keeps staff accounts, programmes, rooms and phones.",
)


async def _organisation(rows: Rows, info: Info) -> list[Row | None]:
    return await find(info.context.actor, [("Organisation", row["organisation_id"]) for row in rows])


@output
class StaffRole:
    """A role over a union and everything below it."""

    role: Role = column("The role.")
    organisation: Annotated["Organisation", strawberry.lazy("schema.members")] | None = batch(
        _organisation, "The union it is held over."
    )


async def _roles_of_account(rows: Rows, info: Info) -> list[Rows]:
    held = await staff.roles_by_account(info.context.actor, [row["id"] for row in rows])
    return [held.get(row["id"], []) for row in rows]


@output
class Account(Node):
    """Somebody who signs in."""

    id: strawberry.ID = node_id("Account")
    name: str = computed(
        lambda row, info: row["member_name"] or row["name"],
        "The member's name, or the one a staff account was made with; empty for others.",
    )
    staff_roles: list[StaffRole] = batch(
        _roles_of_account, "All of one's own; of others those that the viewer administers."
    )


reads("Account", staff.accounts_by_id)


async def _account(rows: Rows, info: Info) -> list[Row | None]:
    ids = [row["account_id"] for row in rows if row.get("account_id")]
    found = await staff.accounts_by_id(info.context.actor, ids) if ids else {}
    return [found.get(row["account_id"]) if row.get("account_id") else None for row in rows]


async def _own_account(rows: Rows, info: Info) -> list[Row | None]:
    found = await staff.accounts_by_id(info.context.actor, [row["id"] for row in rows])
    return [found.get(row["id"]) for row in rows]


async def _own_roles(rows: Rows, info: Info) -> list[Rows]:
    held = [{"role": grant.role, "organisation_id": grant.organisation_id} for grant in info.context.actor.roles]
    return [held for _ in rows]


async def _roles_left(rows: Rows, info: Info) -> list[Rows | None]:
    ids = [row["account_id"] for row in rows if row.get("account_id")]
    held = await staff.roles_by_account(info.context.actor, ids) if ids else {}
    return [held.get(row["account_id"], []) if row.get("account_id") else None for row in rows]


@output
class CreateStaffAccountPayload(Payload):
    """The staff account."""

    account: Account | None = batch(_account, "The account.")


@output
class StaffRolesPayload(Payload):
    """The roles of an account."""

    staff_roles: list[StaffRole] | None = batch(
        _roles_left, "The roles it holds now in the unions that the viewer administers."
    )


@output
class ReleasePhonePayload(Payload):
    """A phone that is free again."""

    released: bool | None = column("True when nobody holds the phone any more.")


@input_type
class CreateStaffAccountInput:
    """Make a staff account."""

    phone: str = given("The mobile number it signs in by.")
    name: str = given("What colleagues call the person.")
    role: Role = given("Its first role.")
    organisation_id: strawberry.ID = id_of("Organisation", "The union the role is held over.")
    password: str | None = given(
        "A first password. Left out, the person signs in by code, and an account that the phone already has is used.",
        default=None,
    )
    idempotency_key: str | None = given("Makes a repeat harmless.", default=None)


@input_type
class GrantRoleInput:
    """Give a role."""

    account_id: strawberry.ID = id_of("Account", "Who gets it.")
    role: Role = given("The role; not above the highest that the giver holds there.")
    organisation_id: strawberry.ID = id_of("Organisation", "The union it is held over, with everything below.")
    idempotency_key: str | None = given("Makes a repeat harmless.", default=None)


@input_type
class RevokeRoleInput:
    """Take a role away."""

    account_id: strawberry.ID = id_of("Account", "Who loses it.")
    role: Role = given("The role; not above the highest that the taker holds there.")
    organisation_id: strawberry.ID = id_of("Organisation", "The union it is held over.")
    idempotency_key: str | None = given("Makes a repeat harmless.", default=None)


@input_type
class ReleasePhoneInput:
    """Free a phone."""

    phone: str = given("The mobile number.")
    reason: str = given("Why, for the record.")
    idempotency_key: str | None = given("Makes a repeat harmless.", default=None)


@output
class StaffAccountViewer:
    """The viewer as an account and as staff."""

    account: Account | None = batch(_own_account, "The account itself.")
    staff_roles: list[StaffRole] = batch(_own_roles, "The staff roles of the account.")


@output
class StaffAccountQueries:
    """Finding staff accounts."""

    @described(description="For administrators: the accounts that hold a role within their unions.")
    async def staff_accounts(self, info: Info, first: First, after: After = None) -> Connection[Account] | None:
        page = await staff.staff_accounts(info.context.actor, first, after)
        return connection(page, after)  # type: ignore[no-any-return]


@output
class StaffAccountMutations:
    """Keeping staff accounts."""

    create_staff_account: CreateStaffAccountPayload | None = change(
        staff.create_staff_account,
        CreateStaffAccountInput,
        "Make a staff account with a first role, in a union that the administrator keeps.",
        price=HASHING,
    )
    grant_role: StaffRolesPayload | None = change(
        staff.grant_role, GrantRoleInput, "Give a role, in a union that the administrator keeps."
    )
    revoke_role: StaffRolesPayload | None = change(
        staff.revoke_role, RevokeRoleInput, "Take a role away; it is gone with the next request."
    )
    release_phone: ReleasePhonePayload | None = change(
        staff.release_phone,
        ReleasePhoneInput,
        "Free a phone from the member and account that hold it. The member stays, without a phone.",
    )

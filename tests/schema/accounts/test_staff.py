"""Who makes staff accounts, gives and takes roles, and frees phones."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.accounts import Account, RoleAssignment, Session
from models.accounts.roles import RANK
from models.kit import clock
from models.kit.actor import Role
from models.kit.audit import AuditEntry
from models.kit.ids import global_id, parse_global_id
from models.members import Member, Organisation
from tests.api import Api
from tests.factories import people
from tests.factories.codes import Inbox

NOON = datetime(2026, 3, 5, 4, 0, tzinfo=UTC)
PHONE, PASSWORD = "13900000001", "梅花香自苦寒来-1985"
Tree = dict[str, Organisation]


@pytest.fixture
async def home(database: None) -> Tree:
    """The unions of a city."""
    return await people.tree()


@pytest.fixture
async def keeper(api: Api, home: Tree) -> Api:
    """An administrator of the first county."""
    return api.as_(await people.signed_in(administrator=home["county"]))


def union(where: Organisation) -> str:
    """The global id of a union."""
    return global_id("Organisation", where.id)


def staff(where: Organisation, **others: Any) -> dict[str, Any]:
    """The input for a clerk."""
    clerk = {"phone": PHONE, "name": "周敏", "password": PASSWORD, "role": "CLERK"}
    return {"input": {**clerk, "organisationId": union(where), **others}}


async def viewer_of(api: Api, inbox: Inbox, phone: str) -> Any:
    """What somebody sees of themself after signing in by code."""
    token = (await inbox.sign_in(api, phone))["session"]["accessToken"]
    return await api.as_(token)("{ viewer { member { name } account { name } staffRoles { role } } }")


async def test_an_administrator_makes_a_staff_account_that_signs_in(api: Api, keeper: Api, home: Tree) -> None:
    made = await keeper("CreateStaffAccount", **staff(home["unit"]))
    assert made["userErrors"] == []
    signed_in = await api("SignInWithPassword", phone=PHONE, password=PASSWORD)
    desk = api.as_(signed_in["session"]["accessToken"])
    viewer = await desk("{ viewer { account { id name } staffRoles { role organisation { id name } } } }")
    assert viewer["account"] == {"id": made["account"]["id"], "name": "周敏"}
    assert viewer["staffRoles"] == [
        {"role": "CLERK", "organisation": {"id": union(home["unit"]), "name": home["unit"].name}}
    ]


async def test_making_a_staff_account_again_with_its_key_changes_nothing(keeper: Api, home: Tree) -> None:
    sent = staff(home["unit"], idempotencyKey="k")
    first, again = [await keeper("CreateStaffAccount", **sent) for _ in range(2)]
    assert first == again
    assert first["userErrors"] == []


async def test_of_two_staff_accounts_for_one_phone_at_once_one_is_made(keeper: Api, home: Tree) -> None:
    both = [keeper.codes("CreateStaffAccount", **staff(home["unit"])) for _ in range(2)]
    assert sorted(await asyncio.gather(*both)) == [[], ["PHONE_TAKEN"]]


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"phone": "123"}, "MOBILE_INVALID", "phone"),
        ({"name": " "}, "NAME_INVALID", "name"),
        ({"password": "12345"}, "PASSWORD_WEAK", "password"),
        ({"organisationId": "x"}, "NOT_FOUND", "organisationId"),
    ],
)
async def test_a_staff_account_is_made_of_sound_values(
    keeper: Api, home: Tree, given: dict[str, str], code: str, field: str
) -> None:
    refused = await keeper("CreateStaffAccount", **staff(home["unit"], **given))
    assert [(e["code"], e["field"]) for e in refused["userErrors"]] == [(code, field)]
    assert refused["account"] is None


async def test_a_password_cannot_be_put_on_the_account_of_a_member(
    api: Api, inbox: Inbox, keeper: Api, home: Tree
) -> None:
    person = await people.member(home["unit"])
    phone = person.phone.open()
    await inbox.sign_in(api, phone)
    assert await keeper.codes("CreateStaffAccount", **staff(home["unit"], phone=phone)) == ["PHONE_TAKEN"]
    assert await keeper.codes("CreateStaffAccount", **staff(home["unit"], phone=phone, password=None)) == []
    assert await api.codes("SignInWithPassword", phone=phone, password=PASSWORD) == ["CREDENTIALS_WRONG"]


async def test_who_chose_the_first_password_does_not_come_in_as_the_member(
    api: Api, inbox: Inbox, keeper: Api, home: Tree
) -> None:
    person = await people.member(home["unit"], name="陈晓")
    phone = person.phone.open()
    await keeper("CreateStaffAccount", **staff(home["unit"], phone=phone))
    token = (await api("SignInWithPassword", phone=phone, password=PASSWORD))["session"]["accessToken"]
    assert await api.as_(token)("{ viewer { member { name } } }") == {"member": None}
    assert (await viewer_of(api, inbox, phone))["member"] == {"name": "陈晓"}
    assert await api.codes("SignInWithPassword", phone=phone, password=PASSWORD) == ["CREDENTIALS_WRONG"]


async def test_a_member_who_becomes_staff_is_both(api: Api, inbox: Inbox, keeper: Api, home: Tree) -> None:
    person = await people.member(home["unit"], name="陈晓")
    await keeper("CreateStaffAccount", **staff(home["unit"], phone=person.phone.open(), password=None))
    viewer = await viewer_of(api, inbox, person.phone.open())
    assert viewer["member"] == {"name": "陈晓"}
    assert [r["role"] for r in viewer["staffRoles"]] == ["CLERK"]


@pytest.mark.parametrize("where", ["city", "other_county", "other_unit"])
async def test_nobody_gives_or_takes_a_role_outside_their_subtree(keeper: Api, home: Tree, where: str) -> None:
    someone = await people.account(clerk=home[where])
    ids = {"accountId": global_id("Account", someone.id), "organisationId": union(home[where])}
    assert await keeper.codes("GrantRole", role="CLERK", **ids) == ["OUTSIDE_SUBTREE"]
    assert await keeper.codes("RevokeRole", role="CLERK", **ids) == ["OUTSIDE_SUBTREE"]
    assert await keeper.codes("CreateStaffAccount", **staff(home[where])) == ["OUTSIDE_SUBTREE"]
    assert await RoleAssignment.exists(account_id=someone.id, revoked_at=None)


@pytest.mark.parametrize("role", ["clerk", "reviewer", "approver", "finance", "auditor"])
async def test_only_administrators_give_and_take_roles(api: Api, home: Tree, role: str) -> None:
    someone = await people.account(clerk=home["unit"])
    ids = {"accountId": global_id("Account", someone.id), "role": "CLERK", "organisationId": union(home["unit"])}
    other = api.as_(await people.signed_in(None, **{role: home["city"]}))
    for operation, values in (
        ("GrantRole", ids),
        ("RevokeRole", ids),
        ("CreateStaffAccount", staff(home["unit"])),
        ("ReleasePhone", {"phone": PHONE, "reason": "x"}),
    ):
        answer = await other.send(operation, **values)
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_nobody_gives_or_takes_a_role_above_their_own(
    keeper: Api, home: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RANK, Role.AUDITOR, RANK[Role.ADMINISTRATOR] + 1)
    someone = await people.account(auditor=home["unit"])
    ids = {"accountId": global_id("Account", someone.id), "organisationId": union(home["unit"])}
    assert await keeper.codes("GrantRole", role="AUDITOR", **ids) == ["ROLE_TOO_HIGH"]
    assert await keeper.codes("RevokeRole", role="AUDITOR", **ids) == ["ROLE_TOO_HIGH"]


async def test_a_role_given_twice_is_held_once_and_taken_once(keeper: Api, home: Tree) -> None:
    someone = await people.account()
    ids = {"accountId": global_id("Account", someone.id), "organisationId": union(home["unit"])}
    granted = [keeper("GrantRole", role="CLERK", **ids) for _ in range(2)]
    for answer in await asyncio.gather(*granted):
        assert answer["staffRoles"] == [{"role": "CLERK", "organisation": {"id": union(home["unit"])}}]
    assert (await keeper("RevokeRole", role="CLERK", **ids))["staffRoles"] == []
    assert await keeper.codes("RevokeRole", role="CLERK", **ids) == ["NOT_FOUND"]


async def test_what_was_given_and_taken_is_on_record(keeper: Api, home: Tree) -> None:
    someone = await people.account()
    ids = {"accountId": global_id("Account", someone.id), "organisationId": union(home["unit"])}
    await keeper("GrantRole", role="CLERK", **ids)
    await keeper("RevokeRole", role="CLERK", **ids)
    entries = await AuditEntry.filter(target_id=someone.id).order_by("id")
    assert [(e.action, e.what, e.organisation_path) for e in entries] == [
        ("accounts.grant_role", "CLERK", home["unit"].path),
        ("accounts.revoke_role", "CLERK", home["unit"].path),
    ]


async def test_reaching_beyond_ones_subtree_is_on_record(keeper: Api, home: Tree) -> None:
    await keeper("CreateStaffAccount", **staff(home["other_unit"]))
    entry = await AuditEntry.get(outcome="DENIED")
    assert (entry.action, entry.what) == ("accounts.create_staff", "OUTSIDE_SUBTREE")


async def test_an_account_that_is_not_there_gets_no_role(keeper: Api, home: Tree) -> None:
    ids = {"accountId": global_id("Account", home["unit"].id), "organisationId": union(home["unit"])}
    assert await keeper.codes("GrantRole", role="CLERK", **ids) == ["NOT_FOUND"]


async def test_an_administrator_sees_the_staff_accounts_of_their_subtree_alone(keeper: Api, home: Tree) -> None:
    inside, outside = await people.account(clerk=home["unit"]), await people.account(clerk=home["other_unit"])
    seen = "query($id: ID!) { node(id: $id) { ... on Account { name staffRoles { role } } } }"
    assert await keeper(seen, id=global_id("Account", inside.id)) == {
        "name": "工作人员",
        "staffRoles": [{"role": "CLERK"}],
    }
    assert await keeper(seen, id=global_id("Account", outside.id)) is None


async def test_an_administrator_finds_the_staff_of_their_subtree_page_by_page(
    api: Api, keeper: Api, home: Tree
) -> None:
    for where in ("unit", "unit2", "other_unit"):
        await people.account(clerk=home[where], reviewer=home[where])
    listed = (
        "query($after: String) { staffAccounts(first: 2, after: $after) {"
        " nodes { staffRoles { role organisation { id } } } pageInfo { hasNextPage endCursor } } }"
    )
    first = await keeper(listed)
    rest = await keeper(listed, after=first["pageInfo"]["endCursor"])
    places = [n["staffRoles"][0]["organisation"]["id"] for page in (first, rest) for n in page["nodes"]]
    assert places == [union(home[where]) for where in ("county", "unit", "unit2")]
    assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)
    answer = await api.as_(await people.signed_in(clerk=home["city"])).send(listed)
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_a_released_phone_leaves_the_member_without_one_and_ends_their_sessions(
    api: Api, inbox: Inbox, keeper: Api, home: Tree
) -> None:
    person = await people.member(home["unit"], name="陈晓")
    phone = person.phone.open()
    with clock.at(NOON):
        token = (await inbox.sign_in(api, phone))["session"]["accessToken"]
        assert (await keeper("ReleasePhone", phone=phone, reason="号码已换人"))["released"]
        assert await api.as_(token)("{ viewer { account { id } } }") is None
    kept = await Member.get(id=person.id)
    assert (kept.name, kept.phone, kept.phone_index, kept.phone_masked) == ("陈晓", None, None, None)
    account = await Account.get(member_id=person.id)
    assert (account.phone, account.phone_index) == (None, None)
    entry = await AuditEntry.get(action="accounts.release_phone")
    assert (entry.subject_id, entry.reason, entry.what) == (person.id, "号码已换人", "phone")
    with clock.at(NOON + timedelta(minutes=2)):
        assert (await viewer_of(api, inbox, phone))["member"] is None


async def test_the_phone_of_an_account_without_a_member_is_released_by_those_who_keep_its_roles(
    keeper: Api, home: Tree
) -> None:
    await keeper("CreateStaffAccount", **staff(home["unit"]))
    assert (await keeper("ReleasePhone", phone=PHONE, reason="离职"))["released"]
    assert await keeper.codes("ReleasePhone", phone=PHONE, reason="离职") == ["NOT_FOUND"]


async def test_a_phone_of_another_subtree_is_not_released(api: Api, keeper: Api, home: Tree) -> None:
    person = await people.member(home["other_unit"])
    phone = person.phone.open()
    assert await keeper.codes("ReleasePhone", phone=phone, reason="x") == ["NOT_FOUND"]
    assert (await Member.get(id=person.id)).phone_index


async def test_an_administrator_cannot_take_the_phone_of_staff_above_them(
    api: Api, inbox: Inbox, keeper: Api, home: Tree
) -> None:
    person = await people.member(home["unit"])
    phone = person.phone.open()
    await inbox.sign_in(api, phone)
    above = await Account.get(member_id=person.id)
    await RoleAssignment.create(account=above, role="APPROVER", organisation=home["city"], granted_at=clock.now())
    assert await keeper.codes("ReleasePhone", phone=phone, reason="x") == ["NOT_FOUND"]
    assert await Session.filter(account=above, ended_at=None).exists()


async def test_a_phone_is_released_for_a_reason(keeper: Api) -> None:
    refused = await keeper("ReleasePhone", phone=PHONE, reason=" ")
    assert [(e["code"], e["field"]) for e in refused["userErrors"]] == [("REQUIRED", "reason")]


async def test_the_account_made_is_the_one_named(keeper: Api, home: Tree) -> None:
    made = await keeper("CreateStaffAccount", **staff(home["unit"]))
    assert parse_global_id(made["account"]["id"]) == ("Account", (await Account.get(name="周敏")).id)

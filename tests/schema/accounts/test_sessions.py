"""What keeps a person signed in, and what ends it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.accounts import Session
from models.kit import clock
from models.kit.audit import AuditEntry
from tests.api import Api
from tests.factories import people
from tests.factories.codes import Inbox

NOON = datetime(2026, 3, 5, 4, 0, tzinfo=UTC)
PHONE = "13900000001"


def later(**passed: float) -> Any:
    """The clock, so long after noon."""
    return clock.at(NOON + timedelta(**passed))


async def signed_in(api: Api, token: str) -> bool:
    """Whether an access token is good."""
    return await api.as_(token)("{ viewer { account { id } } }") is not None


@pytest.fixture
async def tokens(api: Api, inbox: Inbox) -> Any:
    """The tokens of somebody who signed in at noon."""
    with clock.at(NOON):
        return (await inbox.sign_in(api, PHONE, "手机"))["session"]


async def test_an_access_token_is_good_for_ten_minutes(api: Api, tokens: Any) -> None:
    assert tokens["accessTokenExpiresAt"] == "2026-03-05T12:10:00+08:00"
    with later(minutes=9, seconds=59):
        assert await signed_in(api, tokens["accessToken"])
    with later(minutes=10):
        assert not await signed_in(api, tokens["accessToken"])


async def test_a_refresh_token_gives_fresh_tokens_and_spends_itself(api: Api, tokens: Any) -> None:
    with later(minutes=11):
        fresh = (await api("RefreshSession", refreshToken=tokens["refreshToken"]))["session"]
        assert await signed_in(api, fresh["accessToken"])
    with later(minutes=20):
        assert await api.codes("RefreshSession", refreshToken=fresh["refreshToken"]) == []


async def test_two_tabs_that_refresh_at_once_get_the_same_tokens(api: Api, tokens: Any) -> None:
    with later(minutes=11):
        both = [api("RefreshSession", refreshToken=tokens["refreshToken"]) for _ in range(5)]
        answers = await asyncio.gather(*both)
        assert all(answer == answers[0] for answer in answers)
        assert await signed_in(api, answers[0]["session"]["accessToken"])


async def test_a_refresh_repeated_within_ten_seconds_gives_the_same_tokens(api: Api, tokens: Any) -> None:
    with later(minutes=11):
        first = await api("RefreshSession", refreshToken=tokens["refreshToken"])
    with later(minutes=11, seconds=10):
        assert await api("RefreshSession", refreshToken=tokens["refreshToken"]) == first


async def test_a_spent_refresh_token_seen_later_ends_the_session(api: Api, tokens: Any) -> None:
    with later(minutes=11):
        fresh = (await api("RefreshSession", refreshToken=tokens["refreshToken"]))["session"]
    with later(minutes=11, seconds=11):
        assert await api.codes("RefreshSession", refreshToken=tokens["refreshToken"]) == ["SESSION_ENDED"]
        assert not await signed_in(api, fresh["accessToken"])
        assert await api.codes("RefreshSession", refreshToken=fresh["refreshToken"]) == ["SESSION_ENDED"]
    entry = await AuditEntry.get(outcome="DENIED")
    assert entry.target_id == (await Session.get(refresh_hash__not="")).id


async def test_a_session_unused_for_thirty_days_is_over(api: Api, tokens: Any) -> None:
    with later(days=30):
        assert await api.codes("RefreshSession", refreshToken=tokens["refreshToken"]) == ["SESSION_ENDED"]


async def test_a_token_nobody_was_given_refreshes_nothing(api: Api) -> None:
    assert await api.codes("RefreshSession", refreshToken="made up") == ["SESSION_ENDED"]


async def test_who_signs_out_is_out_at_once(api: Api, tokens: Any) -> None:
    with later(minutes=1):
        assert (await api.as_(tokens["accessToken"])("SignOut"))["signedOut"]
        assert not await signed_in(api, tokens["accessToken"])
        assert await api.codes("RefreshSession", refreshToken=tokens["refreshToken"]) == ["SESSION_ENDED"]


async def test_signing_out_everywhere_ends_every_device(api: Api, inbox: Inbox, tokens: Any) -> None:
    with later(minutes=2):
        other = (await inbox.sign_in(api, PHONE))["session"]
        await api.as_(other["accessToken"])(
            "mutation { signOut(input: {everywhere: true}) { signedOut userErrors { code } } }"
        )
        assert not await signed_in(api, tokens["accessToken"])


async def test_the_devices_that_are_signed_in_are_listed(api: Api, inbox: Inbox, tokens: Any) -> None:
    with later(minutes=2):
        await inbox.sign_in(api, PHONE, "平板")
        await inbox.sign_in(api, "13900000002", "别人的手机")
        listed = (await api.as_(tokens["accessToken"])("MySessions"))["sessions"]
    assert [(s["device"], s["current"], s["lastUsedAt"]) for s in listed] == [
        ("平板", False, "2026-03-05T12:02:00+08:00"),
        ("手机", True, "2026-03-05T12:00:00+08:00"),
    ]


async def test_a_lost_device_is_signed_out_from_another(api: Api, inbox: Inbox, tokens: Any) -> None:
    with later(minutes=2):
        here = api.as_((await inbox.sign_in(api, PHONE))["session"]["accessToken"])
        lost = next(s for s in (await here("MySessions"))["sessions"] if not s["current"])
        assert (await here("RevokeSession", id=lost["id"]))["revoked"]
        assert not await signed_in(api, tokens["accessToken"])
        assert [s["current"] for s in (await here("MySessions"))["sessions"]] == [True]
        assert await here.codes("RevokeSession", id=lost["id"]) == ["NOT_FOUND"]


async def test_nobody_sees_or_ends_the_session_of_another(api: Api, inbox: Inbox, tokens: Any) -> None:
    with later(minutes=2):
        mine = (await api.as_(tokens["accessToken"])("MySessions"))["sessions"][0]["id"]
        stranger = api.as_((await inbox.sign_in(api, "13900000002"))["session"]["accessToken"])
        assert await stranger.codes("RevokeSession", id=mine) == ["NOT_FOUND"]
        assert await stranger("query($id: ID!) { node(id: $id) { __typename } }", id=mine) is None
        assert await signed_in(api, tokens["accessToken"])


async def test_a_role_given_or_taken_counts_from_the_next_request(api: Api) -> None:
    home = await people.tree()
    someone = await people.account()
    desk, keeper = api.as_(await people.token(someone)), api.as_(await people.signed_in(administrator=home["city"]))
    ids = {"accountId": await account_id(desk), "organisationId": await organisation_id(keeper)}
    await keeper("GrantRole", role="CLERK", **ids)
    assert [r["role"] for r in await roles(desk)] == ["CLERK"]
    await keeper("RevokeRole", role="CLERK", **ids)
    assert await roles(desk) == []


async def account_id(api: Api) -> str:
    """The global id of one's account."""
    return str((await api("{ viewer { account { id } } }"))["account"]["id"])


async def organisation_id(api: Api) -> str:
    """The global id of the first union that one has a role in."""
    return str((await api("{ viewer { staffRoles { organisation { id } } } }"))["staffRoles"][0]["organisation"]["id"])


async def roles(api: Api) -> Any:
    """One's staff roles."""
    return (await api("{ viewer { staffRoles { role } } }"))["staffRoles"]

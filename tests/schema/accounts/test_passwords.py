"""Signing in with a password, and choosing one."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any

import pytest

from models.kit import clock
from models.notifications import Notification
from resolvers.kit import jobs
from tests.api import Api
from tests.factories.codes import Inbox

NOON = datetime(2026, 3, 5, 4, 0, tzinfo=UTC)
PHONE, OTHER = "13900000001", "13900000002"
GOOD, BETTER = "梅花香自苦寒来-1985", "春蚕到死丝方尽-2026"


@pytest.fixture
async def token(api: Api, inbox: Inbox) -> str:
    """The access token of somebody who has signed in by code and set a password."""
    with clock.at(NOON):
        token = str((await inbox.sign_in(api, PHONE))["session"]["accessToken"])
        assert (await api.as_(token)("ChangePassword", input={"newPassword": GOOD}))["changed"]
    return token


async def tries(api: Api, password: str, phone: str = PHONE, times: int = 1) -> Counter[Any]:
    """The codes of so many tries at once."""
    sent = [api.codes("SignInWithPassword", phone=phone, password=password) for _ in range(times)]
    return Counter(code for codes in await asyncio.gather(*sent) for code in codes or ["DONE"])


async def test_who_has_set_a_password_signs_in_with_it(api: Api, token: str) -> None:
    answer = await api("SignInWithPassword", phone=PHONE, password=GOOD)
    assert answer["userErrors"] == []
    assert await api.as_(answer["session"]["accessToken"])("{ viewer { account { id } } }")


async def test_a_password_is_the_same_from_any_keyboard(api: Api, token: str) -> None:
    full_width = GOOD.replace("1985", "１９８５").replace("-", "－")
    assert await tries(api, full_width) == {"DONE": 1}


async def test_an_unknown_phone_and_a_wrong_password_answer_the_same(api: Api, token: str) -> None:
    wrong, unknown = [await api("SignInWithPassword", phone=phone, password=BETTER) for phone in (PHONE, OTHER)]
    assert wrong == unknown
    assert [e["code"] for e in wrong["userErrors"]] == ["CREDENTIALS_WRONG"]


async def test_an_unknown_phone_takes_as_long_as_a_wrong_password(api: Api, token: str) -> None:
    took = {PHONE: 9.0, OTHER: 9.0}
    for _ in range(4):
        for phone in took:
            begun = perf_counter()
            await api("SignInWithPassword", phone=phone, password=BETTER)
            took[phone] = min(took[phone], perf_counter() - begun)
    assert 0.5 < took[PHONE] / took[OTHER] < 2


async def test_five_wrong_passwords_are_let_through_and_then_the_wait_grows(api: Api, token: str) -> None:
    moment, waits = NOON + timedelta(hours=1), []
    with clock.at(moment):
        assert await tries(api, BETTER, times=20) == {"CREDENTIALS_WRONG": 5, "TRY_LATER": 15}
    for _ in range(4):
        with clock.at(moment):
            refused = (await api("SignInWithPassword", phone=PHONE, password=BETTER))["userErrors"][0]
        assert refused["code"] == "TRY_LATER"
        waits.append(int("".join(filter(str.isdigit, refused["message"]))))
        moment += timedelta(seconds=waits[-1])
        with clock.at(moment):
            assert await tries(api, BETTER) == {"CREDENTIALS_WRONG": 1}
    assert waits == [60, 120, 240, 480]


async def test_while_locked_even_the_right_password_is_told_to_wait(api: Api, token: str) -> None:
    with clock.at(NOON + timedelta(hours=1)):
        await tries(api, BETTER, times=5)
        assert await tries(api, GOOD) == {"TRY_LATER": 1}
    with clock.at(NOON + timedelta(hours=1, minutes=1)):
        assert await tries(api, GOOD) == {"DONE": 1}
        assert await tries(api, BETTER, times=5) == {"CREDENTIALS_WRONG": 5}


async def test_strangers_guessing_passwords_do_not_lock_the_way_in_by_code(api: Api, inbox: Inbox, token: str) -> None:
    with clock.at(NOON + timedelta(hours=1)):
        await tries(api, BETTER, times=8)
        assert (await inbox.sign_in(api, PHONE))["userErrors"] == []


async def test_an_unknown_phone_is_locked_like_a_known_one(api: Api, token: str) -> None:
    with clock.at(NOON + timedelta(hours=1)):
        assert await tries(api, GOOD, OTHER, times=8) == {"CREDENTIALS_WRONG": 5, "TRY_LATER": 3}


async def test_one_address_cannot_try_a_password_on_every_phone(api: Api, token: str) -> None:
    with clock.at(NOON + timedelta(hours=1)):
        found = [await tries(api, GOOD, f"137{n:08}") for n in range(51)]
    assert found == [{"CREDENTIALS_WRONG": 1}] * 50 + [{"TRY_LATER": 1}]


async def test_changing_a_password_needs_the_old_one(api: Api, token: str) -> None:
    with clock.at(NOON):
        mine = api.as_(token)
        without = await mine("ChangePassword", input={"newPassword": BETTER})
        assert [(e["code"], e["field"]) for e in without["userErrors"]] == [("REQUIRED", "oldPassword")]
        wrong = await mine("ChangePassword", input={"oldPassword": BETTER, "newPassword": BETTER})
        assert [(e["code"], e["field"]) for e in wrong["userErrors"]] == [("CREDENTIALS_WRONG", "oldPassword")]
        assert (await mine("ChangePassword", input={"oldPassword": GOOD, "newPassword": BETTER}))["changed"]
        assert await tries(api, GOOD) == {"CREDENTIALS_WRONG": 1}
        assert await tries(api, BETTER) == {"DONE": 1}


async def test_of_two_changes_of_one_password_at_once_one_is_made(api: Api, token: str) -> None:
    changes = [
        api.as_(token).codes("ChangePassword", input={"oldPassword": GOOD, "newPassword": f"{BETTER}{n}"})
        for n in range(2)
    ]
    with clock.at(NOON):
        assert sorted(await asyncio.gather(*changes)) == [[], ["CONFLICT"]]


async def test_a_stolen_session_cannot_guess_the_old_password_without_end(api: Api, token: str) -> None:
    with clock.at(NOON):
        guesses = [
            api.as_(token).codes("ChangePassword", input={"oldPassword": f"{BETTER}{n}", "newPassword": BETTER})
            for n in range(8)
        ]
        assert Counter(code for codes in await asyncio.gather(*guesses) for code in codes) == {
            "CREDENTIALS_WRONG": 5,
            "TRY_LATER": 3,
        }


async def test_a_new_password_ends_every_other_session_and_is_told(api: Api, token: str) -> None:
    with clock.at(NOON):
        other = (await api("SignInWithPassword", phone=PHONE, password=GOOD))["session"]["accessToken"]
        await api.as_(token)("ChangePassword", input={"oldPassword": GOOD, "newPassword": BETTER})
        assert await api.as_(other)("{ viewer { account { id } } }") is None
        assert await api.as_(token)("{ viewer { account { id } } }")
        await jobs.work_once()
    assert {row.kind for row in await Notification.all()} == {"PASSWORD_CHANGED"}


@pytest.mark.parametrize(
    "password",
    ["春风", "123456789", "1234567890", "Wenzhou2026", "aaaaaaaaaaaa", "abababababab", f"{PHONE}ab", "Ｐassword123"],
    ids=["short", "digits", "common", "local", "one", "two", "phone", "full-width"],
)
async def test_a_password_that_is_easily_guessed_is_refused(api: Api, inbox: Inbox, password: str) -> None:
    token = (await inbox.sign_in(api, PHONE))["session"]["accessToken"]
    refused = await api.as_(token)("ChangePassword", input={"newPassword": password})
    assert [(e["code"], e["field"]) for e in refused["userErrors"]] == [("PASSWORD_WEAK", "newPassword")]


async def test_a_password_without_end_is_refused(api: Api, inbox: Inbox) -> None:
    token = (await inbox.sign_in(api, PHONE))["session"]["accessToken"]
    assert await api.as_(token).codes("ChangePassword", input={"newPassword": GOOD * 50}) == ["TOO_LONG"]


async def test_a_signed_out_visitor_has_no_password_to_change(api: Api) -> None:
    answer = await api.send('mutation { changePassword(input: {newPassword: "x"}) { changed } }')
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"

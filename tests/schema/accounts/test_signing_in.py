"""How people sign in and stay signed in."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

from models import members
from models.accounts import Account, Session, SignInChallenge
from models.kit import clock
from models.kit.audit import AuditEntry
from models.kit.ids import parse_global_id
from tests.api import Api
from tests.factories import people
from tests.factories.codes import Inbox, wrong

NOON = datetime(2026, 3, 5, 4, 0, tzinfo=UTC)
VIEWER = "{ viewer { member { name } } }"


async def test_a_member_signs_in_with_the_code_sent_to_their_phone(api: Api, inbox: Inbox) -> None:
    person = await people.member((await people.tree())["unit"], name="陈晓")
    answer = await inbox.sign_in(api, person.phone.open(), device="手机")
    assert answer["userErrors"] == []
    assert answer["viewer"]["account"]["id"]
    viewer = await api.as_(answer["session"]["accessToken"])(VIEWER)
    assert viewer["member"]["name"] == "陈晓"


async def test_what_sign_in_shows_is_read_as_the_one_who_signed_in(api: Api, inbox: Inbox) -> None:
    person = await people.member((await people.tree())["unit"], name="陈晓")
    phone = person.phone.open()
    asked = await api("RequestSignInCode", phone=phone)
    answer = await api(
        "mutation($id: ID!, $code: String!) { signIn(input: {challengeId: $id, code: $code})"
        " { viewer { member { name } staffRoles { role } } userErrors { code } } }",
        id=asked["challengeId"],
        code=inbox.latest(phone),
    )
    assert answer["viewer"] == {"member": {"name": "陈晓"}, "staffRoles": []}


async def test_any_phone_gets_a_code_and_an_account_without_a_member(api: Api, inbox: Inbox) -> None:
    answer = await inbox.sign_in(api, "13900000001")
    assert await api.as_(answer["session"]["accessToken"])(VIEWER) == {"member": None}


async def test_an_account_finds_its_member_at_the_next_sign_in(api: Api, inbox: Inbox) -> None:
    phone = people.phone()
    with clock.at(NOON):
        first = await inbox.sign_in(api, phone)
    person = await people.member((await people.tree())["unit"], name="陈晓")
    await members.correct(person.id, {}, phone)
    with clock.at(NOON + timedelta(minutes=2)):
        again = await inbox.sign_in(api, phone)
        assert await api.as_(again["session"]["accessToken"])(VIEWER) == {"member": {"name": "陈晓"}}
    assert again["viewer"]["account"]["id"] == first["viewer"]["account"]["id"]


async def test_a_phone_that_changed_hands_does_not_open_the_former_holders_account(api: Api, inbox: Inbox) -> None:
    home = await people.tree()
    former, phone = await people.member(home["unit"], name="陈晓"), people.phone()
    with clock.at(NOON):
        theirs = await inbox.sign_in(api, former.phone.open())
    number = former.phone.open()
    await members.correct(former.id, {}, phone)
    newcomer = await people.member(home["unit2"], name="林燕")
    await members.correct(newcomer.id, {}, number)
    with clock.at(NOON + timedelta(minutes=2)):
        answer = await inbox.sign_in(api, number)
        assert await api.as_(answer["session"]["accessToken"])(VIEWER) == {"member": {"name": "林燕"}}
        assert await api.as_(theirs["session"]["accessToken"])(VIEWER) is None
        back = await inbox.sign_in(api, phone)
        assert await api.as_(back["session"]["accessToken"])(VIEWER) == {"member": {"name": "陈晓"}}
    assert back["viewer"]["account"]["id"] == theirs["viewer"]["account"]["id"]


async def test_who_had_the_phone_before_a_member_is_out_when_the_member_comes_in(api: Api, inbox: Inbox) -> None:
    phone, password = people.phone(), "梅花香自苦寒来-1985"
    with clock.at(NOON):
        before = api.as_((await inbox.sign_in(api, phone))["session"]["accessToken"])
        await before("ChangePassword", input={"newPassword": password})
    await members.correct((await people.member()).id, {}, phone)
    with clock.at(NOON + timedelta(minutes=2)):
        await inbox.sign_in(api, phone)
        assert await before(VIEWER) is None
        assert await api.codes("SignInWithPassword", phone=phone, password=password) == ["CREDENTIALS_WRONG"]


async def test_a_code_is_good_once(api: Api, inbox: Inbox) -> None:
    asked = await api("RequestSignInCode", phone="13900000001")
    code = inbox.latest("13900000001")
    assert await api.codes("SignIn", challengeId=asked["challengeId"], code=code) == []
    assert await api.codes("SignIn", challengeId=asked["challengeId"], code=code) == ["CODE_EXPIRED"]


async def test_of_two_uses_of_one_code_at_once_one_signs_in(api: Api, inbox: Inbox) -> None:
    asked = await api("RequestSignInCode", phone="13900000001")
    code = inbox.latest("13900000001")
    both = [api.codes("SignIn", challengeId=asked["challengeId"], code=code) for _ in range(2)]
    assert sorted(await asyncio.gather(*both)) == [[], ["CODE_EXPIRED"]]
    assert await Session.all().count() == 1


async def test_a_code_is_good_for_five_minutes(api: Api, inbox: Inbox) -> None:
    with clock.at(NOON):
        asked = await api("RequestSignInCode", phone="13900000001")
    assert asked["expiresAt"] == "2026-03-05T12:05:00+08:00"
    with clock.at(NOON + timedelta(minutes=5)):
        code = inbox.latest("13900000001")
        assert await api.codes("SignIn", challengeId=asked["challengeId"], code=code) == ["CODE_EXPIRED"]


async def test_twenty_wrong_codes_at_once_are_five_tries(api: Api, inbox: Inbox) -> None:
    asked = await api("RequestSignInCode", phone="13900000001")
    code = inbox.latest("13900000001")
    tries = [api.codes("SignIn", challengeId=asked["challengeId"], code=wrong(code)) for _ in range(20)]
    assert Counter(code for codes in await asyncio.gather(*tries) for code in codes) == {
        "CODE_WRONG": 5,
        "CODE_EXPIRED": 15,
    }
    assert (await SignInChallenge.get(id=parse_global_id(asked["challengeId"])[1])).tries == 5
    assert await api.codes("SignIn", challengeId=asked["challengeId"], code=code) == ["CODE_EXPIRED"]


async def test_aliases_in_one_request_are_tries_of_their_own(api: Api, inbox: Inbox) -> None:
    asked = await api("RequestSignInCode", phone="13900000001")
    id, bad = asked["challengeId"], wrong(inbox.latest("13900000001"))
    fields = " ".join(
        f'a{n}: signIn(input: {{challengeId: "{id}", code: "{bad}"}}) {{ userErrors {{ code }} }}' for n in range(7)
    )
    answers = await api(f"mutation {{ {fields} }}")
    assert Counter(a["userErrors"][0]["code"] for a in answers.values()) == {"CODE_WRONG": 5, "CODE_EXPIRED": 2}


async def test_a_phone_gets_one_code_a_minute_and_ten_a_day(api: Api, inbox: Inbox) -> None:
    sent = 0
    for minute in range(15):
        with clock.at(NOON + timedelta(minutes=minute)):
            sent += not await api.codes("RequestSignInCode", phone="13900000001")
            assert await api.codes("RequestSignInCode", phone="13900000001") == ["TRY_LATER"]
    assert sent == len(inbox.codes["13900000001"]) == 10
    with clock.at(NOON + timedelta(days=1)):
        assert await api.codes("RequestSignInCode", phone="13900000001") == []


async def test_who_must_wait_is_told_for_how_long(api: Api, inbox: Inbox) -> None:
    with clock.at(NOON):
        await api("RequestSignInCode", phone="13900000001")
    with clock.at(NOON + timedelta(seconds=15)):
        refused = await api("RequestSignInCode", phone="13900000001")
    assert refused["challengeId"] is None
    assert refused["userErrors"][0]["message"] == "操作过于频繁，请于 45 秒后再试。"


async def test_one_address_cannot_ask_for_codes_without_end(api: Api, inbox: Inbox) -> None:
    with clock.at(NOON):
        answers = [await api.codes("RequestSignInCode", phone=f"139{n:08}") for n in range(101)]
    assert answers == [[]] * 100 + [["TRY_LATER"]]


async def test_a_code_that_could_not_be_sent_is_tried_later(api: Api, inbox: Inbox) -> None:
    inbox.broken = True
    answer = await api("RequestSignInCode", phone="13900000001")
    assert [e["code"] for e in answer["userErrors"]] == ["TRY_LATER"]
    assert answer["challengeId"] is None


async def test_a_phone_that_is_none_gets_no_code(api: Api, inbox: Inbox) -> None:
    answer = await api("RequestSignInCode", phone="12345")
    assert [(e["code"], e["field"]) for e in answer["userErrors"]] == [("MOBILE_INVALID", "phone")]


async def test_a_challenge_nobody_was_given_signs_nobody_in(api: Api, inbox: Inbox) -> None:
    assert await api.codes("SignIn", challengeId="x", code="123456") == ["NOT_FOUND"]
    asked = await api("RequestSignInCode", phone="13900000001")
    await SignInChallenge.filter(used_at=None).delete()
    assert await api.codes("SignIn", challengeId=asked["challengeId"], code="123456") == ["CODE_EXPIRED"]


async def test_neither_code_nor_token_nor_phone_is_kept_in_the_clear(api: Api, inbox: Inbox) -> None:
    answer = await inbox.sign_in(api, "13900000001")
    kept = str([list(await table.all().values()) for table in (Account, Session, SignInChallenge, AuditEntry)])
    for secret in (inbox.latest("13900000001"), "13900000001", *answer["session"].values()):
        assert secret not in kept


async def test_signing_in_is_on_record(api: Api, inbox: Inbox) -> None:
    answer = await inbox.sign_in(api, "13900000001")
    entry = await AuditEntry.get(action="accounts.sign_in")
    assert entry.target_id == parse_global_id(answer["viewer"]["account"]["id"])[1]
    assert entry.what == "code"

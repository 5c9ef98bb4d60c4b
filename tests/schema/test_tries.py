"""What tells something to who guesses, and what many want at once, has limits of its own: twenty tries in one request
are twenty tries."""

from typing import Any

import pytest
import pytest_asyncio

from models.accounts import Account, throttle
from models.accounts.throttle import Limit
from models.kit import clock
from models.kit.ids import global_id, uuid7
from models.members import Organisation
from resolvers.kit.action import commands
from tests.api import Api
from tests.factories import people

NOBODY = "13700000000"
LEFT, ALIASED = 5, 20
KINDS = ("MothersRoom", "RoomBooking", "Event", "EventRegistration", "Organisation", "Case", "Member")
UNKNOWN = {kind: global_id(kind, uuid7()) for kind in KINDS}
# For each limited command its mutation, who calls it, and an input that is refused or does nothing.
TRIES: dict[str, tuple[str, str, str]] = {
    "rooms.book": ("bookRoom", "member", '{roomId: "%(MothersRoom)s", startsAt: "2026-03-05T09:00:00+08:00"}'),
    "rooms.check_in": ("checkInToRoom", "member", '{id: "%(RoomBooking)s", code: "000000"}'),
    "events.register": ("registerForEvent", "member", '{eventId: "%(Event)s"}'),
    "events.accept_offer": ("acceptWaitlistOffer", "member", '{id: "%(EventRegistration)s"}'),
    "events.check_in": ("checkInRegistration", "clerk", '{ticketCode: "AAAAAA", nonce: "1"}'),
    "joining.join": ("joinUnion", "member", '{name: "王小明", idNumber: "%(number)s", organisationId: "%(Union)s"}'),
    "members.correct": ("correctMyDetails", "member", '{phone: "1"}'),
    "aid.file_for_hardship": ("fileForHardship", "member", "{}"),
    "cases.submit": ("submitCase", "member", '{id: "%(Case)s", version: 1}'),
    "staff.reveal": ("revealSensitive", "clerk", '{memberId: "%(Member)s", field: PHONE, reason: "核对材料"}'),
    "accounts.create_staff": (
        "createStaffAccount", "administrator", '{phone: "1", name: "李", role: CLERK, organisationId: "%(Union)s"}'
    ),
    "accounts.release_phone": ("releasePhone", "administrator", '{phone: "%(phone)s", reason: "换号"}'),
}  # fmt: skip


@pytest_asyncio.fixture
async def tree(database: None) -> dict[str, Organisation]:
    """Some unions."""
    return await people.tree()


async def caller(tree: dict[str, Organisation], who: str) -> Account:
    """The account of somebody."""
    if who == "member":
        return await people.account(await people.member(tree["unit"]))
    return await people.account(None, **{who: tree["county"]})


async def use_up(limit: Limit, account: Account) -> None:
    """Leave a few tries."""
    for _ in range(limit.times - LEFT):
        await throttle.count(limit, str(account.id))


def aliased(field: str, rest: str) -> str:
    """One field many times over."""
    return " ".join(f"try{number}: {field}{rest}" for number in range(ALIASED))


def test_every_limited_command_is_tried_here() -> None:
    assert {name for name, command in commands.items() if command.tries} == set(TRIES)


@pytest.mark.parametrize("name", TRIES)
async def test_twenty_tries_in_one_request_are_twenty_tries(api: Api, tree: dict[str, Organisation], name: str) -> None:
    field, who, template = TRIES[name]
    limit = commands[name].tries
    assert limit
    account = await caller(tree, who)
    given = template % {**UNKNOWN, "Union": UNKNOWN["Organisation"], "number": people.id_number(), "phone": NOBODY}
    document = "mutation {" + aliased(field, f"(input: {given}) {{ userErrors {{ code message }} }}") + "}"
    with clock.at(clock.now()):
        await use_up(limit, account)
        answers = (await api.as_(await people.token(account))(document)).values()
        codes = [[error["code"] for error in answer["userErrors"]] for answer in answers]
        assert "TRY_LATER" not in [code for found in codes[:LEFT] for code in found]
        assert codes[LEFT:] == [["TRY_LATER"]] * (ALIASED - LEFT)
        assert await first_code(api, await caller(tree, who), document) != "TRY_LATER"
    with clock.at(clock.now() + limit.window):
        assert await first_code(api, account, document) != "TRY_LATER"


async def first_code(api: Api, account: Account, document: str) -> str | None:
    """How the first try of an account is refused."""
    errors: list[Any] = (await api.as_(await people.token(account))(document))["try0"]["userErrors"]
    return str(errors[0]["code"]) if errors else None


@pytest.mark.parametrize(("text", "counts"), [(NOBODY, True), ("330302198506150016", True), ("王小明", False)])
async def test_looking_members_up_by_their_numbers_is_counted(
    api: Api, tree: dict[str, Organisation], text: str, counts: bool
) -> None:
    account = await caller(tree, "clerk")
    await use_up(throttle.LOOK_UPS, account)
    document = "{" + aliased("members", f'(first: 1, filter: {{text: "{text}"}}) {{ nodes {{ id }} }}') + "}"
    answer = await api.as_(await people.token(account)).send(document)
    codes = [error["extensions"]["code"] for error in answer.get("errors", [])]
    assert codes == (["THROTTLED"] * (ALIASED - LEFT) if counts else [])


async def test_twenty_codes_asked_for_in_one_request_are_one_message(api: Api) -> None:
    document = "mutation {" + aliased("requestSignInCode", f'(input: {{phone: "{NOBODY}"}}) {{ challengeId }}') + "}"
    assert [bool(answer["challengeId"]) for answer in (await api(document)).values()] == [True] + [False] * 19

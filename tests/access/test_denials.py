"""Everybody tries to change what is not theirs: each is refused, nothing changes, and nothing is given away."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import orjson
import pytest
from tortoise import Tortoise

from models.cases.tables import Case
from models.kit import db
from models.kit.ids import global_id
from models.members import Member
from tests.access.oracle import SCHEMA, canaries_for, entry_of, may_change
from tests.access.policy import policy
from tests.access.world import Thing, Viewer, World
from tests.api import Api

pytestmark = pytest.mark.asyncio(loop_scope="module")
Row = dict[str, Any]
REFUSALS = {"UNAUTHENTICATED", "FORBIDDEN"}
ON_RECORD = {"audit_entry", "throttle"}  # denials are recorded, and tries counted


@dataclass(frozen=True)
class Attempt:
    """A mutation aimed at a thing by something that names it: an id, a phone, a ticket."""

    field: str
    thing: str | None
    input: Callable[[str], Row]
    named: str | None = None


def _attempts(world: World, versions: Mapping[str, int], phone: str, ticket: str) -> Iterable[Attempt]:
    """Every mutation, aimed at the member."""
    unit = world.things["unit"].id
    programme, handler = world.programmes["temporary-aid"], world.things["unit CLERK's account"].id
    starts_at, ends_at = "2026-03-02T14:00:00+08:00", "2026-03-02T16:00:00+08:00"
    hours = [{"weekday": "MONDAY", "opens": "09:00", "closes": "10:00"}]
    event = {
        "title": "春游", "description": "踏青", "eventKind": "TRIP", "venue": "江心屿",
        "startsAt": "2026-05-01T09:00:00+08:00",
        "endsAt": "2026-05-01T12:00:00+08:00", "signUpClosesAt": "2026-04-30T12:00:00+08:00", "capacity": 3,
    }  # fmt: skip

    def case(field: str, thing: str = "hardship", /, **more: Any) -> Attempt:
        return Attempt(field, thing, lambda named: {"id": named, "version": versions[thing], **more})

    def at(field: str, thing: str | None, argument: str = "id", /, **more: Any) -> Attempt:
        return Attempt(field, thing, lambda named: {argument: named, **more})

    def own(field: str, /, **given: Any) -> Attempt:
        return Attempt(field, None, lambda named: given)

    yield at("acceptWaitlistOffer", "registration")
    yield at("addNote", "hardship", text="偷偷留言")
    yield at("allotBudget", "county", "organisationId", programmeId=programme, year=2026, amount="1.00")
    yield case("answerCorrection", "room case")
    yield own("applyForAid", programmeId=programme)
    yield own(
        "applyForMothersRoom", siteName="甲", siteType="ENTERPRISE", address="乙", area=10.0, equipment=[],
        femaleStaff=1, managerName="丙丁", managerPhone="13812345678",
    )  # fmt: skip
    yield case("assignCase", handlerId=handler)
    yield at("attachDocument", "draft", uploadId=global_id("Upload", uuid4()), kind="ID_CARD")
    yield at("bookRoom", "room", "roomId", startsAt=starts_at)
    yield at("cancelEvent", "event", reason="不办了")
    yield at("cancelRegistration", "registration")
    yield at("cancelRoomBooking", "booking")
    yield case("changeCaseStatus", to="REJECTED", reason="不予通过")
    yield at("changeEvent", "planned event", title="改名")
    yield own("changePassword", newPassword="correct horse battery")
    yield at("changeProgramme", "city", promisedDays=9)
    yield Attempt("checkInRegistration", "registration", lambda code: {"ticketCode": code, "nonce": "n"}, ticket)
    yield at("checkInToRoom", "booking", code="000000")
    yield at("closeRoom", "room", "roomId", startsAt=starts_at, endsAt=ends_at, reason="检修")
    yield own("correctMyDetails", post="门卫")
    yield at("createEvent", "unit", "organisationId", **event)
    yield at("createStaffAccount", "unit", "organisationId", phone="13912345678", name="丁戊", role="CLERK")
    yield Attempt(
        "decideCases", "hardship",
        lambda named: {"items": [{"id": named, "version": versions["hardship"]}], "to": "APPROVED", "onError": "SKIP"},
    )  # fmt: skip
    yield own("fileForHardship", submit=False)
    yield own("giveConsent", purpose="PHOTO", version=1)
    yield at("grantRole", "unit", "organisationId", accountId=world.things["account"].id, role="CLERK")
    yield own("joinUnion", organisationId=unit, name="丁戊", idNumber="330399199003071230")
    yield Attempt("markNotificationsRead", "notification", lambda named: {"ids": [named]})
    yield at("objectToPublicity", "notice", "noticeId", grounds="并非事实")
    yield at("presentDocument", "document")
    yield at("publishEvent", "planned event")
    yield at("rateService", "paid", score="SATISFIED")
    yield at("recordRoomCleaning", "room", "roomId")
    yield at("recordWalkIn", "room", "roomId", startsAt=starts_at)
    yield at("registerForEvent", "planned event", "eventId")
    yield Attempt("releasePhone", "member", lambda number: {"phone": number, "reason": "误登记"}, phone)
    yield case("requestCorrection", items=[{"field": "answers", "problem": "MISSING"}])
    yield at("resolveObjection", "objection", "objectionId", upheld=True, finding="属实")
    yield at("revealSensitive", "member", "memberId", field="ID_NUMBER", reason="看一看而已")
    yield at("revealSensitive", "hardship", "caseId", field="BANK_ACCOUNT", reason="看一看而已")
    yield at("revealSensitive", "hardship", "caseId", field="HEALTH", reason="看一看而已")
    yield at("removeDocument", "document")
    yield at("revokeRole", "unit", "organisationId", accountId=handler, role="CLERK")
    yield at("revokeSession", "session")
    yield at("setOpeningHours", "room", "roomId", hours=hours)
    yield own("signOut")
    yield case("signStep", step="publicity", outcome="DISAGREE", opinion="不同意")
    yield case("submitCase", "draft")
    yield case("takeCase")
    yield own("transferMembership", organisationId=unit)
    yield case("updateCase", "draft", answers={"reason": "改写"})
    yield case("withdrawCase")
    yield own("withdrawConsent", purpose="PHOTO")


async def test_whoever_may_not_is_refused_and_learns_and_changes_nothing(
    tour: tuple[World, Api], capfd: pytest.CaptureFixture[str]
) -> None:
    world, api = tour
    attempts = await _all(world)
    before = await _digest()
    for viewer in world.viewers.values():
        for attempt in _denied(world, viewer, attempts):
            thing = world.things[attempt.thing] if attempt.thing else None
            real = attempt.named or (thing.id if thing else "")
            answer = await _send(api, viewer, attempt, real)
            assert _refused(attempt, answer), (viewer.name, attempt.field, answer)
            assert _canaries_in(world, answer) <= canaries_for(viewer, world), (viewer.name, attempt.field)
            if thing and _is_hidden(viewer, thing):
                nowhere = _unknown(attempt, thing)
                assert _without(await _send(api, viewer, attempt, nowhere), nowhere) == _without(answer, real)
        after = await _digest()
        assert [table for table in before if before[table] != after[table]] == [], viewer.name
    assert _canaries_in(world, "".join(capfd.readouterr())) == set()


async def test_an_id_of_another_type_names_nothing_though_the_row_is_there(tour: tuple[World, Api]) -> None:
    world, api = tour
    before = await _digest()
    for attempt in await _all(world):
        if attempt.thing is None or attempt.named:
            continue
        thing, stated = world.things[attempt.thing], policy().mutations[attempt.field]
        everybody = world.viewers
        able = next((who for who in everybody.values() if may_change(who, stated, thing)), everybody["member"])
        answer = await _send(api, able, attempt, global_id("SignInChallenge", world.row_id(attempt.thing)))
        payload = answer["data"][attempt.field]
        errors = payload["userErrors"] or [error for row in payload["results"] for error in row["userErrors"]]
        assert {error["code"] for error in errors} == {"NOT_FOUND"}, (able.name, attempt.field, answer)
    assert await _digest() == before


async def test_every_mutation_that_is_not_for_anybody_is_attempted(tour: tuple[World, Api]) -> None:
    world, _ = tour
    told = {field for field, stated in policy().mutations.items() if stated.who != "anyone"}
    assert {attempt.field for attempt in await _all(world)} == told


async def _all(world: World) -> list[Attempt]:
    world.thing("unit CLERK's account", "Account", *[world.actors["unit CLERK"].account_id] * 2)  # type: ignore[arg-type]
    for name in ("unit", "county", "city"):
        world.thing(name, "Organisation", world.unions[name].id, paths=(world.path(name),))
    versions = {name: await _version(world, name) for name, thing in world.things.items() if thing.type_name == "Case"}
    member = await Member.get(id=world.row_id("member"))
    ticket = (await db.rows("SELECT ticket_code FROM event_registration"))[0]["ticket_code"]
    return list(_attempts(world, versions, str(member.phone.open(member.id)), ticket))


async def _version(world: World, name: str) -> int:
    return (await Case.get(id=world.row_id(name))).version


def _denied(world: World, viewer: Viewer, attempts: Iterable[Attempt]) -> list[Attempt]:
    return [
        attempt
        for attempt in attempts
        if not may_change(
            viewer, policy().mutations[attempt.field], world.things[attempt.thing] if attempt.thing else None
        )
    ]


async def _send(api: Api, viewer: Viewer, attempt: Attempt, named: str) -> Row:
    assert SCHEMA.mutation_type
    field = SCHEMA.mutation_type.fields[attempt.field]
    results = "results { ok userErrors { code message field } }" if attempt.field == "decideCases" else ""
    text = (
        f"mutation($input: {field.args['input'].type}) {{ {attempt.field}(input: $input)"
        f" {{ __typename userErrors {{ code message field }} {results} }} }}"
    )
    return await api.as_(viewer.token).send(text, input=attempt.input(named))


def _refused(attempt: Attempt, answer: Row) -> bool:
    if "errors" in answer:
        return {error["extensions"]["code"] for error in answer["errors"]} <= REFUSALS
    payload = answer["data"][attempt.field]
    return bool(payload["userErrors"]) or not any(result["ok"] for result in payload.get("results") or [{"ok": True}])


def _is_hidden(viewer: Viewer, thing: Thing) -> bool:
    """A part of a case is hidden with the case."""
    rule = entry_of(thing.type_name).rule or entry_of("Case").rule
    return rule is not None and not thing.is_for(viewer, rule)


def _unknown(attempt: Attempt, thing: Thing) -> str:
    """What names nothing, where the attempt named something."""
    if attempt.named is None:
        return global_id(thing.type_name, uuid4())
    return "13987654321" if attempt.named.isdecimal() else "Z" * len(attempt.named)


def _without(answer: Row, named: str) -> str:
    return orjson.dumps(answer).decode().replace(named, "…")


async def _digest() -> dict[str, str]:
    """Every table, but for what is put on record of the attempt itself."""
    tables = {model._meta.db_table for model in (Tortoise.apps or {})["models"].values()} - ON_RECORD
    return {table: str(await db.rows(f"SELECT * FROM {table} ORDER BY 1")) for table in sorted(tables)}


def _canaries_in(world: World, answer: Row | str) -> set[str]:
    text = answer if isinstance(answer, str) else orjson.dumps(answer).decode()
    return {canary for canary in world.canaries if canary in text}

"""The demo: what a newcomer finds, and that it holds together as what people really did."""

import asyncio
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from tortoise import Tortoise

from models.accounts import Account, holders, sessions
from models.cases import timeline
from models.cases.status import OPEN, CaseStatus
from models.cases.tables import Case, Payment
from models.events.tables import SEATED as AT_EVENT
from models.events.tables import Event, EventRegistration, EventStatus, RegistrationStatus
from models.kit import audit, clock, db
from models.kit.actor import Role
from models.kit.identity import mobile, resident_id, uscc
from models.kit.outbox import OutboxMessage
from models.kit.settings import read as read_settings
from models.members import Division, Level, Member, Membership, MembershipStatus, Organisation
from models.notifications import Notification
from models.programmes.tables import Budget, BudgetEntry
from models.rooms.tables import SEATED as IN_ROOM
from models.rooms.tables import BookingStatus, MothersRoom, RoomBooking, RoomRating, RoomSlot
from models.seed.demo import numbers, read
from models.seed.demo.accounts import demo_accounts
from models.seed.demo.people import everybody
from resolvers.accounts import sending
from resolvers.demo import load_demo
from schema.http.app import running
from tests.api import Api
from tests.conftest import ENGINES
from tests.factories.codes import Inbox
from tests.postgres import Server
from tests.sources import ROOT

Row = dict[str, Any]
TODAY = date(2026, 3, 5)
# Made by keys and salts, or before the demo.
NOT_REPEATED = {"text_salt", "password_hash", "hash", "timeline_head", "remark_digest"}
NOT_OF_THE_DEMO = {"division"}
# The numbers that the domain's facts and the tests use.
TAKEN = {"330399199003071230", "330399198512300463", "33039919930815001X", "330383199202290013"}


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of an SQLite file that the command line loaded."""
    url = f"sqlite://{tmp_path_factory.mktemp('demo') / 'union.sqlite3'}"
    for words in (["migrate"], ["seed", "demo", "--today", TODAY.isoformat()]):
        command = [sys.executable, "server.py", *words]
        subprocess.run(command, cwd=ROOT, env={**os.environ, "DATABASE_URL": url}, check=True, capture_output=True)
    return url


@pytest.fixture(scope="module")
def on_postgres(postgres: Server, postgres_template: str, worker_id: str) -> Iterator[str]:
    """The URL of a database on PostgreSQL with the demo."""
    name = f"demo_{worker_id}"
    postgres.create(name, template=postgres_template)
    asyncio.run(_load(postgres.url(name)))
    yield postgres.url(name)
    postgres.drop(name)


async def _load(url: str) -> None:
    async with running(read_settings({"DATABASE_URL": url}), worker=False):
        await load_demo(TODAY)


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest) -> str:
    """The database with the demo; the tests of this file only look at it."""
    return str(request.getfixturevalue(f"on_{request.param}"))


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    """The morning of the day it was made for."""
    with clock.at(clock.start_of_day(TODAY) + timedelta(hours=9)):
        yield


async def dump() -> dict[str, list[str]]:
    """Everything in the database that does not depend on salts, by table."""
    found = {}
    for model in Tortoise.apps["models"].values():
        rows = await model.all().values(*(model._meta.db_fields - NOT_REPEATED))
        found[model._meta.db_table] = sorted(repr(sorted((n, _plain(v)) for n, v in row.items())) for row in rows)
    return {table: rows for table, rows in found.items() if table not in NOT_OF_THE_DEMO}


def _plain(value: Any) -> Any:
    """What is sealed looks the same each time, and what an engine keeps as JSON, too."""
    if isinstance(value, dict | list):
        return json.dumps(value, sort_keys=True)
    return "sealed" if isinstance(value, str) and value.startswith("demo:") else value


async def column(query: Any, name: str) -> list[Any]:
    """One column of some rows."""
    return list(await query.values_list(name, flat=True))


def _key(name: str) -> Row:
    """Somebody of the cast."""
    found: Row = next(entry for entry in read("cast") if entry["key"] == name)
    return found


# --- the same for the same day


async def test_the_same_day_brings_the_same_demo_on_any_engine(on_sqlite: str, on_postgres: str) -> None:
    dumps = []
    for url in (on_sqlite, on_postgres):
        async with running(read_settings({"DATABASE_URL": url}), worker=False):
            dumps.append(await dump())
    one, other = dumps
    assert [table for table in one if one[table] != other[table]] == []


async def test_a_demo_that_is_there_stays_as_it_is(database: None) -> None:
    before = await dump()
    await load_demo(TODAY)
    await load_demo(TODAY + timedelta(days=30))
    assert await dump() == before


# --- what is there


async def test_the_city_is_there_with_its_counties_towns_and_units(database: None) -> None:
    rows = await Organisation.all().values("level", "division_code", "valid_to", "employer_uscc")
    levels = Counter(row["level"] for row in rows)
    divisions = set(await column(Division.exclude(code="330300"), "code"))
    assert {row["division_code"] for row in rows if row["level"] == Level.COUNTY} == divisions
    assert len(divisions) == levels[Level.COUNTY] == 12
    assert levels[Level.CITY] == 1
    assert levels[Level.TOWN] >= 12
    assert levels[Level.INDUSTRY] >= 2
    assert levels[Level.UNIT] >= 30
    assert sum(row["employer_uscc"] is not None for row in rows) >= 25


async def test_about_three_hundred_members_belong_to_unions(database: None) -> None:
    held = Counter(await column(Membership.filter(ended_on=None), "status"))
    assert 290 <= held[MembershipStatus.ACTIVE] <= 340
    assert held[MembershipStatus.RETAINED] >= 5
    assert await Membership.filter(status=MembershipStatus.ENDED).count() >= 15
    assert await Member.all().count() > held.total()  # somebody belongs to none


async def test_cases_stand_in_every_status_and_at_every_step(database: None) -> None:
    found = Counter(await column(Case.all(), "status"))
    assert set(found) == set(CaseStatus)
    assert found.total() > 70
    steps = await column(Case.filter(status__in=list(OPEN)), "step")
    assert set(steps) >= {
        "acceptance", "unit_review", "home_visit", "county_audit", "income_check", "publicity", "decision", "payment",
        "filing", "county_recommendation", "site_visit",
    }  # fmt: skip


async def test_every_story_stands_where_it_was_told_to(database: None) -> None:
    told = [story for story in read("stories") if "until" in story and not {"turns", "then"} & set(story)]
    assert len(told) > 20
    for story in told:
        found = Case.filter(applicant__name=_key(story["who"])["name"], programme__code=story["programme"])
        steps = await column(found, "step")
        assert (None if story["until"] == "draft" else story["until"]) in steps, story


async def test_rooms_and_events_show_what_can_become_of_them(database: None) -> None:
    stars = set(await column(MothersRoom.filter(opened_at__isnull=False), "star_level"))
    assert stars == {3, 4, 5}
    assert set(await column(RoomBooking.all(), "status")) == set(BookingStatus)
    assert set(await column(Event.all(), "status")) == set(EventStatus)
    registered = set(await column(EventRegistration.all(), "status"))
    assert registered == set(RegistrationStatus)
    assert await RoomSlot.filter(starts_at__gt=clock.now()).filter(taken=3, capacity=3).exists()


# --- nobody's numbers


async def test_every_number_is_valid_and_belongs_to_nobody(database: None) -> None:
    members = await Member.all()
    ids = [member.id_number.open(member.id) for member in members]
    phones = [account.phone.open(account.id) for account in await Account.all()]
    phones += [member.phone.open(member.id) for member in members]
    for number in ids:
        assert resident_id(number).number == number
    assert all(number.startswith("330399") for number in ids)
    assert not TAKEN & set(ids)
    assert all(mobile(phone) == phone and numbers.is_demo_mobile(phone) for phone in phones)
    codes = await Organisation.all().values_list("uscc", "employer_uscc")
    for code in (code for pair in codes for code in pair if code):
        assert uscc(str(code))[:8] in ("81330399", "91330399")


# --- it holds together


async def test_the_chains_of_the_record_and_of_every_case_hold(database: None) -> None:
    assert (await audit.verify()) | {"checked": 0} == {"checked": 0, "broken": None, "row": None, "unsealed": 0}
    assert (await timeline.verify())["broken"] is None


async def test_nothing_is_left_to_the_worker_and_nothing_failed(database: None) -> None:
    assert await OutboxMessage.filter(done_at=None).count() == 0
    assert await OutboxMessage.filter(error__isnull=False).count() == 0


async def test_counters_say_what_there_is_to_count(database: None) -> None:
    for event in await Event.all():
        taken = EventRegistration.filter(event_id=event.id, status__in=AT_EVENT)
        waiting = EventRegistration.filter(event_id=event.id, status=RegistrationStatus.WAITLISTED)
        assert (event.taken, event.waiting) == (await taken.count(), await waiting.count())
    slots = await RoomSlot.all().values("room_id", "starts_at", "taken")
    seated = Counter(await RoomBooking.filter(status__in=IN_ROOM).values_list("room_id", "starts_at"))
    assert {(slot["room_id"], slot["starts_at"]): slot["taken"] for slot in slots if slot["taken"]} == seated
    unread = Counter(await column(Notification.filter(read_at=None), "account_id"))
    kept = await Account.filter(unread_notifications__gt=0).values_list("id", "unread_notifications")
    assert dict(kept) == unread
    for room in await MothersRoom.all():
        scores = await column(RoomRating.filter(booking__room_id=room.id), "score")
        assert (room.rating_sum, room.rating_count) == (sum(scores), len(scores))


async def test_budgets_hold_what_was_reserved_and_paid(database: None) -> None:
    moved = Counter[tuple[Any, str]]()
    for row in await BudgetEntry.all().values("budget_id", "kind", "amount_fen"):
        moved[row["budget_id"], row["kind"]] += row["amount_fen"]
    for budget in await Budget.all():
        paid, given_back = moved[budget.id, "CONSUME"], moved[budget.id, "RELEASE"]
        assert budget.allotted_fen == moved[budget.id, "ALLOT"]
        assert (budget.paid_fen, budget.reserved_fen) == (paid, moved[budget.id, "RESERVE"] - paid - given_back)
    assert {row["year"] for row in await Budget.all().values("year")} == {2025, 2026, 2027}
    payments = await column(Payment.all(), "amount_fen")
    assert sum(payments) == sum(fen for (_, kind), fen in moved.items() if kind == "CONSUME") > 0


async def test_nothing_happened_after_the_day_began(database: None) -> None:
    begins = clock.start_of_day(TODAY)
    for table, column in (("audit_entry", "at"), ("case_event", "at"), ("notification", "created_at")):
        assert await db.rows(f"SELECT id FROM {table} WHERE {column} > :1", begins) == []


# --- the people to try it with


async def test_there_is_an_account_for_every_role_at_every_level() -> None:
    listed = demo_accounts()
    for union in ("温州市总工会", "鹿城区总工会", "温州鹿鸣鞋业有限公司工会委员会"):
        assert {row["role"] for row in listed if row["organisation"] == union} >= set(Role)
    assert {row["role"] for row in listed} == {*Role, "MEMBER", "ACCOUNT"}
    assert len({row["phone"] for row in listed}) == len(listed)


async def test_everybody_listed_signs_in_with_a_code_and_staff_with_the_password(api: Api) -> None:
    inbox = Inbox()
    sending.use(inbox)
    for row in {row["role"]: row for row in demo_accounts()}.values():
        if row["password"]:
            signed_in = await api("SignInWithPassword", phone=row["phone"], password=row["password"])
        else:
            signed_in = await inbox.sign_in(api, row["phone"])
        assert signed_in["userErrors"] == [], row


async def _as(api: Api, phone: str) -> Api:
    account = await holders.with_password(phone)
    assert account
    return api.as_((await sessions.start(account["account_id"], None))["access_token"])


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        ("15400000002", {("living-aid", "ACCEPTED")}),
        ("15400000003", {("temporary-aid", "CORRECTION_REQUIRED")}),
        ("15400000006", {("mothers-room", "ACCEPTED")}),
    ],
)
async def test_the_members_listed_have_what_is_said_of_them(api: Api, phone: str, expected: set[Any]) -> None:
    me = await _as(api, phone)
    home = await me("Home")
    assert expected <= {(await _code(me, case["programme"]["id"]), case["status"]) for case in home["cases"]["nodes"]}


async def _code(api: Api, programme_id: str) -> str:
    return str((await api("ProgrammeGuide", id=programme_id))["code"])


async def test_the_ordinary_member_is_free_to_try_everything(api: Api) -> None:
    me = await _as(api, demo_accounts()[0]["phone"])
    home = await me("Home")
    assert home["member"]["name"] == demo_accounts()[0]["name"] == _key("chen-yutong")["name"]
    assert home["cases"]["nodes"] == home["roomBookings"]["nodes"] == []
    assert home["registrations"]["nodes"] != []


async def test_a_signed_up_stranger_is_no_member_and_one_person_has_no_union(api: Api) -> None:
    stranger = next(row for row in demo_accounts() if row["role"] == "ACCOUNT")
    assert (await (await _as(api, stranger["phone"]))("Home"))["member"] is None
    known = next(person for person in everybody() if person.key == "xie-zhiyuan")
    assert (await (await _as(api, known.phone))("Home"))["member"]["membership"] is None


async def test_staff_of_unit_county_and_city_have_something_in_their_queues(api: Api) -> None:
    for row in demo_accounts():
        if row["role"] == Role.CLERK:
            desk = await _as(api, row["phone"])
            mine = (await desk("Desk"))["staffRoles"][0]["organisation"]["id"]
            queue = await desk("StaffQueue", organisationId=mine, first=50)
            assert len(queue["edges"]) >= 10

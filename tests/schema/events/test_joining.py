"""What members do with events, through the frontends' documents."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from models.accounts import Account
from models.events.tables import Event
from models.kit import clock
from models.kit.ids import global_id
from models.members import Member, Organisation
from resolvers.kit import export, jobs
from tests.api import Api
from tests.factories import events, people

DAY = events.DAY
HOUR = timedelta(hours=1)
FORM = {
    "type": "object",
    "properties": {"hobby": {"type": "string", "maxLength": 20}, "photo": {"type": "boolean"}},
    "required": ["photo"],
    "additionalProperties": False,
}


@dataclass
class Person:
    """A member with the app in hand."""

    member: Member
    account: Account
    api: Api
    places: dict[str, str] = field(default_factory=dict)

    async def __call__(self, document: str, **variables: Any) -> Any:
        return await self.api.as_(await people.token(self.account))(document, **variables)

    async def registers(self, event: Event, **variables: Any) -> Any:
        """The registration, of which the id is kept."""
        answer = await self("RegisterForEvent", eventId=global_id("Event", event.id), **variables)
        assert answer["userErrors"] == []
        self.places[str(event.id)] = answer["registration"]["id"]
        return answer["registration"]

    async def refused(self, event: Event, **variables: Any) -> list[tuple[str, str]]:
        answer = await self("RegisterForEvent", eventId=global_id("Event", event.id), **variables)
        return [(error["code"], error["field"]) for error in answer["userErrors"]]

    async def cancels(self, event: Event) -> list[str]:
        answer = await self("CancelRegistration", id=self.places[str(event.id)])
        return [error["code"] for error in answer["userErrors"]]

    async def accepts(self, event: Event) -> list[str]:
        answer = await self("AcceptWaitlistOffer", id=self.places[str(event.id)])
        return [error["code"] for error in answer["userErrors"]]

    async def place(self) -> Any:
        """The latest of their registrations."""
        return (await self("MyRegistrations", first=1))["registrations"]["nodes"][0]


@dataclass
class Town:
    """A union with people in it."""

    api: Api
    union: Organisation

    async def person(self, union: Organisation | None = None) -> Person:
        member = await people.member(union or self.union)
        return Person(member, await people.account(member), self.api)


@pytest_asyncio.fixture
async def town(api: Api) -> Town:
    return Town(api, (await people.tree())["unit"])


async def test_a_member_takes_a_seat_and_holds_the_ticket(town: Town) -> None:
    event = await events.event(town.union, capacity=2)
    person = await town.person()
    registration = await person.registers(event)
    assert (registration["status"], registration["waitlistPosition"]) == ("CONFIRMED", None)
    assert registration["event"]["seatsLeft"] == 1
    assert len(registration["ticketCode"]) == 16
    assert await events.told() == [(person.member.id, "EVENT_REGISTERED")]


async def test_who_comes_when_it_is_full_waits_in_order_without_a_ticket(town: Town) -> None:
    event = await events.event(town.union, capacity=1)
    await (await town.person()).registers(event)
    for position in (1, 2):
        registration = await (await town.person()).registers(event)
        assert (registration["status"], registration["waitlistPosition"]) == ("WAITLISTED", position)
        assert registration["ticketCode"] is None


async def test_a_second_registration_is_refused_and_shows_the_first(town: Town) -> None:
    event = await events.event(town.union)
    person = await town.person()
    first = await person.registers(event)
    again = await person("RegisterForEvent", eventId=global_id("Event", event.id))
    assert [error["code"] for error in again["userErrors"]] == ["ALREADY_REGISTERED"]
    assert again["registration"]["id"] == first["id"]
    assert await events.counters(event) == (1, 0)


async def test_the_same_key_gives_the_same_registration_read_afresh(town: Town) -> None:
    event = await events.event(town.union, capacity=1)
    person = await town.person()
    first = await person.registers(event, key="tap")
    assert await person.registers(event, key="tap") == first
    other = await events.event(town.union)
    assert await person.refused(other, key="tap") == [("IDEMPOTENCY_MISMATCH", "idempotencyKey")]
    assert await person.cancels(event) == []
    assert (await person.registers(event, key="tap"))["status"] == "CANCELLED"
    assert await events.counters(event) == (0, 0)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"photo": True, "hobby": "登山"}, []),
        (None, [("ANSWERS_INVALID", "answers")]),
        ({"photo": "yes"}, [("ANSWERS_INVALID", "answers.photo")]),
        ({"photo": True, "phone": "1"}, [("ANSWERS_INVALID", "answers")]),
        ({"photo": True, "hobby": "长" * 21}, [("ANSWERS_INVALID", "answers.hobby")]),
        ({"photo": True, "hobby": "长" * 30_000}, [("TOO_LONG", "answers")]),
        ({"photo": True, "hobby": "\0"}, [("INVALID", "answers.hobby")]),
        ([], [("ANSWERS_INVALID", "answers")]),
    ],
)
async def test_answers_must_fit_the_questions(town: Town, answers: Any, expected: list[tuple[str, str]]) -> None:
    event = await events.event(town.union, form=FORM)
    assert await (await town.person()).refused(event, answers=answers) == expected
    assert await events.counters(event) == (0 if expected else 1, 0)


async def test_an_event_that_asks_nothing_takes_no_answers(town: Town) -> None:
    event = await events.event(town.union)
    person = await town.person()
    assert await person.refused(event, answers={"hobby": "登山"}) == [("ANSWERS_INVALID", "answers")]
    assert await person.refused(event, answers={}) == []


async def test_nobody_registers_outside_the_sign_up_or_against_the_rules(town: Town) -> None:
    person = await town.person()
    now = clock.now()
    closed = ("EVENT_CLOSED", "eventId")
    for stated, expected in (
        ({"sign_up_opens_at": now + HOUR}, closed),
        ({"sign_up_closes_at": now - HOUR}, closed),
        ({"status": "CANCELLED"}, closed),
        ({"whom": {"age_to": 20}}, ("NOT_ELIGIBLE", "eventId")),
        ({"status": "DRAFT", "published_at": None}, ("NOT_FOUND", "eventId")),
    ):
        event = await events.event(town.union, **stated)
        assert await person.refused(event) == [expected], stated
        assert await events.counters(event) == (0, 0)
    event = await events.event(town.union)
    for wrong in ("bm9uZQ", global_id("Member", event.id), global_id("Event", person.member.id)):
        answer = await person("RegisterForEvent", eventId=wrong)
        assert [error["code"] for error in answer["userErrors"]] == ["NOT_FOUND"]


async def test_a_seat_given_up_is_offered_to_the_first_in_line_who_takes_it(town: Town) -> None:
    event = await events.event(town.union, capacity=1)
    seated, first, second = [await town.person() for _ in range(3)]
    for person in (seated, first, second):
        await person.registers(event)
    await events.told()
    assert await seated.cancels(event) == []
    assert await events.told() == [(first.member.id, "EVENT_OFFERED"), (second.member.id, "EVENT_NEXT_IN_LINE")]
    assert (await second.place())["waitlistPosition"] == 1
    offered = await first("Events", first=1)
    registration = offered["edges"][0]["node"]["viewerRegistration"]
    assert registration["status"] == "OFFERED"
    assert registration["offerExpiresAt"]
    assert await first.accepts(event) == []
    assert (await first.place())["ticketCode"]
    assert await events.counters(event) == (1, 1)


async def test_an_offer_let_pass_goes_to_the_next_and_cannot_be_taken_any_more(town: Town) -> None:
    event = await events.event(town.union, capacity=1)
    seated, first, second = [await town.person() for _ in range(3)]
    for person in (seated, first, second):
        await person.registers(event)
    await seated.cancels(event)
    await events.told()
    with clock.at(clock.now() + 25 * HOUR):
        assert await first.accepts(event) == ["OFFER_EXPIRED"]
        assert await events.told() == [(first.member.id, "EVENT_OFFER_EXPIRED"), (second.member.id, "EVENT_OFFERED")]
        assert await first.accepts(event) == ["OFFER_EXPIRED"]
        assert await second.accepts(event) == []
        assert (await first.registers(event))["waitlistPosition"] == 1  # may wait again, at the end


async def test_a_declined_offer_goes_to_the_next(town: Town) -> None:
    event = await events.event(town.union, capacity=1)
    crowd = [await town.person() for _ in range(3)]
    for person in crowd:
        await person.registers(event)
    assert await crowd[0].cancels(event) == []
    assert await crowd[1].cancels(event) == []
    assert await crowd[2].accepts(event) == []
    assert await events.counters(event) == (1, 0)


async def test_an_offer_lasts_no_longer_than_until_the_event_begins(town: Town) -> None:
    event = await events.event(town.union, capacity=1, starts_in=3 * HOUR, sign_up_closes_at=clock.now() + HOUR)
    seated, waiting = [await town.person() for _ in range(2)]
    await seated.registers(event)
    await waiting.registers(event)
    await seated.cancels(event)
    offered = (await waiting("Events", first=1))["edges"][0]["node"]
    assert offered["viewerRegistration"]["offerExpiresAt"] == offered["startsAt"]


async def test_a_place_is_given_up_once_and_not_after_the_beginning(town: Town) -> None:
    event = await events.event(town.union)
    person, other = [await town.person() for _ in range(2)]
    await person.registers(event)
    await other.registers(event)
    assert await person.cancels(event) == []
    assert await person.cancels(event) == ["MOVE_NOT_ALLOWED"]
    assert await events.counters(event) == (1, 0)
    with clock.at(event.starts_at):
        assert await other.cancels(event) == ["MOVE_NOT_ALLOWED"]
    assert await person.accepts(event) == ["MOVE_NOT_ALLOWED"]


async def test_nobody_sees_or_touches_another_members_registration(town: Town) -> None:
    event = await events.event(town.union)
    owner, other = [await town.person() for _ in range(2)]
    id = (await owner.registers(event))["id"]
    assert await other("{ viewer { registrations(first: 5) { nodes { id } } } }") == {"registrations": {"nodes": []}}
    assert await other("query($id: ID!) { node(id: $id) { id } }", id=id) is None
    for document in ("CancelRegistration", "AcceptWaitlistOffer"):
        answer = await other(document, id=id)
        assert [error["code"] for error in answer["userErrors"]] == ["NOT_FOUND"]
        assert answer["registration"] is None
    page = await other("EventPage", id=global_id("Event", event.id))
    assert page["viewerRegistration"] is None


async def test_a_member_who_is_a_clerk_gives_up_nobodys_place_but_their_own(town: Town) -> None:
    event = await events.event(town.union)
    id = (await (await town.person()).registers(event))["id"]
    clerk = town.api.as_(await people.signed_in(await people.member(town.union), clerk=town.union))
    assert await clerk.codes("CancelRegistration", id=id) == ["NOT_FOUND"]
    assert await events.counters(event) == (1, 0)


async def test_staff_see_the_registration_but_never_the_ticket(town: Town) -> None:
    event = await events.event(town.union)
    id = (await (await town.person()).registers(event))["id"]
    document = "query($id: ID!) { node(id: $id) { ... on EventRegistration { status ticketCode } } }"
    clerk = town.api.as_(await people.signed_in(clerk=town.union))
    assert await clerk(document, id=id) == {"status": "CONFIRMED", "ticketCode": None}


async def test_home_shows_what_lies_ahead_and_the_list_everything(town: Town) -> None:
    person = await town.person()
    later = await events.event(town.union, title="后", starts_in=20 * DAY)
    sooner = await events.event(town.union, title="先", starts_in=5 * DAY)
    dropped = await events.event(town.union, title="弃")
    for event in (later, sooner, dropped):
        await person.registers(event)
    await person.cancels(dropped)
    document = """query($upcoming: Boolean, $after: String) { viewer {
        registrations(first: 1, after: $after, filter: { upcoming: $upcoming }) {
            nodes { event { title } } pageInfo { endCursor } } } }"""
    seen = []
    for upcoming in (True, False, None):
        titles, after = [], None
        while page := await person(document, upcoming=upcoming, after=after):
            if not page["registrations"]["nodes"]:
                break
            titles.append(page["registrations"]["nodes"][0]["event"]["title"])
            after = page["registrations"]["pageInfo"]["endCursor"]
        seen.append(titles)
    assert seen == [["先", "后"], ["弃"], ["弃", "先", "后"]]


async def test_the_worker_tells_a_member_in_the_app(town: Town) -> None:
    event = await events.event(town.union, title="春季登山")
    person = await town.person()
    await person.registers(event)
    for _ in range(2):
        await jobs.work_once()
    found = (await person("Notifications", first=1))["notifications"]["edges"][0]["node"]
    assert found["title"] == "报名成功"
    assert "春季登山" in found["body"]
    assert found["target"]["id"] == person.places[str(event.id)]


async def test_everything_held_about_a_member_includes_their_registrations(town: Town) -> None:
    event = await events.event(town.union, title="春季登山", form=FORM)
    person = await town.person()
    await person.registers(event, answers={"photo": True})
    held = (await export.everything(person.member.id, person.account.id))["eventRegistrations"]
    assert [(row["event"], row["status"], row["answers"]) for row in held] == [
        ("春季登山", "CONFIRMED", {"photo": True})
    ]

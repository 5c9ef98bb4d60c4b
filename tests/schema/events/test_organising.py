"""What staff do with the events of their unions, through the frontends' documents."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from models.events.tables import Event, EventRegistration, EventStatus
from models.kit import clock
from models.kit.audit import AuditEntry
from models.kit.ids import global_id
from models.members import Organisation
from tests.api import Api
from tests.factories import events, people

DAY = events.DAY
HOUR = timedelta(hours=1)


@dataclass
class Office:
    """A unit's clerk, and the tree around."""

    api: Api
    unions: dict[str, Organisation]
    clerk: Api

    async def staff(self, role: str, union: str) -> Api:
        return self.api.as_(await people.signed_in(None, **{role: self.unions[union]}))

    def draft(self, **stated: Any) -> dict[str, Any]:
        """The input of a draft with everything in order."""
        starts = clock.now() + 10 * DAY
        return {
            "organisationId": global_id("Organisation", self.unions["unit"].id),
            "title": " 春季  登山 ",
            "description": "一起去大罗山。\n请穿登山鞋。",
            "eventKind": "SPORTS",
            "venue": "大罗山",
            "startsAt": starts.isoformat(),
            "endsAt": (starts + 3 * HOUR).isoformat(),
            "signUpClosesAt": (starts - DAY).isoformat(),
            "capacity": 20,
            **stated,
        }


@pytest_asyncio.fixture
async def office(api: Api) -> Office:
    unions = await people.tree()
    return Office(api, unions, api.as_(await people.signed_in(clerk=unions["unit"])))


async def registered(event: Event, union: Organisation, count: int) -> list[str]:
    """Members who register, as the ids of their registrations."""
    crowd = await events.crowd(union, count)
    return [global_id("EventRegistration", await events.register(actor, event)) for actor in crowd]


async def ticket_of(event: Event) -> str:
    return str((await EventRegistration.filter(event_id=event.id).values("ticket_code"))[0]["ticket_code"])


async def test_an_event_is_prepared_announced_changed_and_called_off(office: Office) -> None:
    made = await office.clerk("CreateEvent", input=office.draft())
    assert made["userErrors"] == []
    assert made["event"]["title"] == "春季 登山"
    id = made["event"]["id"]
    member = office.api.as_(await people.signed_in(await people.member(office.unions["unit"])))
    assert await member("EventPage", id=id) is None
    published = await office.clerk("PublishEvent", id=id)
    assert published["event"]["signUpOpensAt"]
    page = await member("EventPage", id=id)
    assert page["description"] == "一起去大罗山。\n请穿登山鞋。"
    assert page["viewerOutcome"]["outcome"] == "ELIGIBLE"
    changed = await office.clerk("ChangeEvent", input={"id": id, "venue": "杨府山", "capacity": 30})
    assert changed["event"]["seatsLeft"] == 30
    cancelled = await office.clerk("CancelEvent", id=id, reason="台风")
    assert cancelled["userErrors"] == []
    assert (await member("EventPage", id=id))["viewerOutcome"]["reasons"][0]["code"] == "EVENT_CANCELLED"
    trail = await AuditEntry.filter(target_type="Event").order_by("id").values_list("action", "reason")
    assert trail == [
        ("events.create", None),
        ("events.publish", None),
        ("events.change", None),
        ("events.cancel", "台风"),
    ]


async def test_every_part_of_an_event_is_stated_by_its_organiser(office: Office) -> None:
    stated = office.draft(
        signUpOpensAt=(clock.now() + DAY).isoformat(),
        offerHours=48,
        form={"type": "object", "properties": {"size": {"type": "string"}}},
        eligibility={
            "organisationId": global_id("Organisation", office.unions["county"].id),
            "retainedMembers": True,
            "membershipDays": 90,
            "ageFrom": 18,
            "ageTo": 60,
            "conditions": [{"check": "details_known", "params": {"fields": ["education"]}, "says": "已填写学历"}],
        },
    )
    id = (await office.clerk("CreateEvent", input=stated))["event"]["id"]
    document = "query($id: ID!) { node(id: $id) { ... on Event { offerHours rules form { schema } status } } }"
    found = await office.clerk(document, id=id)
    assert found == {
        "offerHours": 48,
        "rules": [
            "工会会员，含保留会籍的退休、失业人员",
            "鹿城区总工会及所属工会的会员",
            "入会满 90 天",
            "年满 18 周岁",
            "不超过 60 周岁",
            "已填写学历",
        ],
        "form": {"schema": {"type": "object", "properties": {"size": {"type": "string"}}}},
        "status": "DRAFT",
    }


CONDITION = {"check": "detail_in", "params": {"field": "sex", "values": ["FEMALE"]}, "says": "女职工"}


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"title": "  "}, "REQUIRED", "title"),
        ({"title": "长" * 101}, "TOO_LONG", "title"),
        ({"venue": "\u200b"}, "REQUIRED", "venue"),
        ({"description": "长" * 5001}, "TOO_LONG", "description"),
        ({"description": "\0"}, "INVALID", "description"),
        ({"capacity": 0}, "INVALID", "capacity"),
        ({"capacity": 100_001}, "INVALID", "capacity"),
        ({"offerHours": 0}, "INVALID", "offerHours"),
        ({"endsAt": "2020-01-01T09:00:00+08:00"}, "DATE_INVALID", "endsAt"),
        ({"signUpClosesAt": "2099-01-01T09:00:00+08:00"}, "DATE_INVALID", "signUpClosesAt"),
        ({"signUpClosesAt": "2020-01-01T09:00:00+08:00"}, "DATE_INVALID", "signUpClosesAt"),
        ({"signUpOpensAt": "2099-01-01T09:00:00+08:00"}, "DATE_INVALID", "signUpOpensAt"),
        ({"form": {"type": "nonsense"}}, "INVALID", "form"),
        ({"form": {"pattern": "("}}, "INVALID", "form"),
        ({"form": {"$ref": "http://example.org/form.json"}}, "INVALID", "form"),
        ({"form": {"items": [{"$ref": "file:///etc/passwd"}]}}, "INVALID", "form"),
        ({"form": ["type"]}, "INVALID", "form"),
        ({"form": {"title": "长" * 20_001}}, "INVALID", "form"),
        ({"organisationId": "bm9uZQ"}, "NOT_FOUND", "organisationId"),
        ({"eligibility": {"ageFrom": 40, "ageTo": 30}}, "INVALID", "eligibility.ageTo"),
        ({"eligibility": {"ageFrom": -1}}, "INVALID", "eligibility.ageFrom"),
        ({"eligibility": {"membershipDays": -1}}, "INVALID", "eligibility.membershipDays"),
        ({"eligibility": {"organisationId": "bm9uZQ"}}, "NOT_FOUND", "eligibility.organisationId"),
        (
            {"eligibility": {"conditions": [{**CONDITION, "check": "age"}]}},
            "INVALID",
            "eligibility.conditions.0.check",
        ),
        (
            {"eligibility": {"conditions": [CONDITION, {**CONDITION, "params": {"field": "id_number"}}]}},
            "INVALID",
            "eligibility.conditions.1.params",
        ),
        ({"eligibility": {"conditions": [{**CONDITION, "says": ""}]}}, "REQUIRED", "eligibility.conditions.0.says"),
    ],
)
async def test_a_faulty_event_is_refused_at_the_field_at_fault(
    office: Office, wrong: dict[str, Any], code: str, field: str
) -> None:
    answer = await office.clerk("CreateEvent", input=office.draft(**wrong))
    assert [(error["code"], error["field"]) for error in answer["userErrors"]] == [(code, field)]
    assert await Event.all().count() == 0


async def test_only_clerks_and_administrators_of_the_union_prepare_its_events(office: Office) -> None:
    for role, union, expected in (
        ("clerk", "unit", []),
        ("administrator", "county", []),
        ("clerk", "unit2", ["OUTSIDE_SUBTREE"]),
        ("administrator", "other_county", ["OUTSIDE_SUBTREE"]),
    ):
        staff = await office.staff(role, union)
        assert await staff.codes("CreateEvent", input=office.draft()) == expected
    for role in ("auditor", "reviewer"):
        answer = await (await office.staff(role, "unit")).send("CreateEvent", input=office.draft())
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_staff_of_other_unions_find_nothing_to_change(office: Office) -> None:
    event = await events.event(office.unions["unit"])
    id = global_id("Event", event.id)
    sibling = await office.staff("clerk", "unit2")
    nowhere = global_id("Event", office.unions["unit"].id)
    for staff, target in ((sibling, id), (office.clerk, nowhere)):
        assert await staff.codes("ChangeEvent", input={"id": target, "capacity": 9}) == ["NOT_FOUND"]
        assert await staff.codes("PublishEvent", id=target) == ["NOT_FOUND"]
        assert await staff.codes("CancelEvent", id=target, reason="无") == ["NOT_FOUND"]


async def test_more_seats_go_to_the_waiting_list_and_fewer_than_are_taken_are_refused(office: Office) -> None:
    event = await events.event(office.unions["unit"], capacity=1)
    await registered(event, office.unions["unit"], 4)
    await events.told()
    change = {"id": global_id("Event", event.id)}
    changed = await office.clerk("ChangeEvent", input={**change, "capacity": 3})
    assert (changed["event"]["seatsLeft"], changed["event"]["waitlistLength"]) == (0, 1)
    assert [kind for _, kind in await events.told()] == ["EVENT_OFFERED"] * 2 + ["EVENT_NEXT_IN_LINE"]
    refused = await office.clerk("ChangeEvent", input={**change, "capacity": 2})
    assert [error["code"] for error in refused["userErrors"]] == ["CAPACITY_TOO_SMALL"]
    assert "3" in refused["userErrors"][0]["message"]


async def test_who_is_registered_hears_of_a_new_time_or_place_and_of_nothing_else(office: Office) -> None:
    event = await events.event(office.unions["unit"])
    await registered(event, office.unions["unit"], 3)
    await events.told()
    id = global_id("Event", event.id)
    await office.clerk("ChangeEvent", input={"id": id, "title": "新题", "venue": event.venue})
    assert await events.told() == []
    await office.clerk("ChangeEvent", input={"id": id, "endsAt": (event.ends_at + HOUR).isoformat()})
    assert [kind for _, kind in await events.told()] == ["EVENT_CHANGED"] * 3


async def test_calling_off_ends_every_registration_and_tells_each_member_once(office: Office) -> None:
    event = await events.event(office.unions["unit"], capacity=1)
    await registered(event, office.unions["unit"], 3)
    await events.told()
    id = global_id("Event", event.id)
    assert await office.clerk.codes("CancelEvent", id=id, reason="台风") == []
    assert await office.clerk.codes("CancelEvent", id=id, reason="台风") == ["MOVE_NOT_ALLOWED"]
    assert set((await events.statuses(event)).values()) == {"EVENT_CANCELLED"}
    assert await events.counters(event) == (0, 0)
    assert [kind for _, kind in await events.told()] == ["EVENT_CANCELLED"] * 3
    assert await office.clerk.codes("ChangeEvent", input={"id": id, "capacity": 9}) == ["MOVE_NOT_ALLOWED"]


async def test_what_is_announced_or_over_no_longer_changes_at_will(office: Office) -> None:
    announced = await events.event(office.unions["unit"])
    past = await events.event(office.unions["unit"], starts_in=-2 * DAY)
    over, id = global_id("Event", past.id), global_id("Event", announced.id)
    assert await office.clerk.codes("PublishEvent", id=id) == ["MOVE_NOT_ALLOWED"]
    assert await office.clerk.codes("ChangeEvent", input={"id": id, "form": {}}) == ["MOVE_NOT_ALLOWED"]
    gone = (clock.now() - DAY).isoformat()
    moved = {"id": id, "startsAt": gone, "signUpClosesAt": (clock.now() - 2 * DAY).isoformat()}
    assert await office.clerk.codes("ChangeEvent", input={**moved, "signUpOpensAt": "2020-01-01T00:00:00Z"}) == [
        "DATE_INVALID"
    ]
    assert await office.clerk.codes("ChangeEvent", input={"id": over, "capacity": 9}) == ["MOVE_NOT_ALLOWED"]
    assert await office.clerk.codes("CancelEvent", id=over, reason="晚了") == ["MOVE_NOT_ALLOWED"]
    late = await events.event(office.unions["unit"], status=EventStatus.DRAFT, starts_in=HOUR)
    assert await office.clerk.codes("PublishEvent", id=global_id("Event", late.id)) == ["DATE_INVALID"]


async def test_new_questions_of_a_draft_are_a_new_version(office: Office) -> None:
    draft = await events.event(office.unions["unit"], status=EventStatus.DRAFT, form={"type": "object"})
    change = {"id": global_id("Event", draft.id), "form": {"type": "object", "required": ["size"]}}
    assert await office.clerk.codes("ChangeEvent", input=change) == []
    assert (await office.clerk("EventPage", id=change["id"]))["form"]["version"] == 2


async def test_an_event_moved_forward_takes_its_offers_along(office: Office) -> None:
    event = await events.event(office.unions["unit"], capacity=1)
    await registered(event, office.unions["unit"], 2)
    await office.clerk("ChangeEvent", input={"id": global_id("Event", event.id), "capacity": 2, "offerHours": 240})
    soon = clock.now() + 2 * HOUR
    moved = {"signUpClosesAt": (soon - HOUR).isoformat(), "startsAt": soon.isoformat()}
    assert await office.clerk.codes("ChangeEvent", input={"id": global_id("Event", event.id), **moved}) == []
    (offer,) = await EventRegistration.filter(event_id=event.id, status="OFFERED").values("offer_expires_at")
    assert offer["offer_expires_at"] == soon


async def test_the_roll_is_for_the_organisers_staff_page_by_page(office: Office) -> None:
    event = await events.event(office.unions["unit"], capacity=2)
    ids = await registered(event, office.unions["unit"], 3)
    id = global_id("Event", event.id)
    first = (await office.clerk("EventRoll", id=id, first=2))["registrations"]
    assert [node["id"] for node in first["nodes"]] == ids[:2]
    assert [node["member"]["name"] for node in first["nodes"]] == ["陈一鸣"] * 2
    rest = (await office.clerk("EventRoll", id=id, first=2, after=first["pageInfo"]["endCursor"]))["registrations"]
    assert [(node["id"], node["status"]) for node in rest["nodes"]] == [(ids[2], "WAITLISTED")]
    assert rest["pageInfo"]["hasNextPage"] is False
    member = await people.member(office.unions["unit"])
    await events.register(events.acting(member), event)
    for other in (
        office.api,
        office.api.as_(await people.signed_in(member)),
        await office.staff("administrator", "unit2"),
    ):
        assert (await other("EventRoll", id=id, first=2))["registrations"] is None


async def test_staff_learn_the_name_of_a_participant_from_elsewhere_and_no_more(office: Office) -> None:
    rules = [{"check": "membership_status", "code": "ACTIVE_MEMBERS", "params": {"statuses": ["ACTIVE"]}}]
    event = await events.event(office.unions["unit"], rules=rules)
    await registered(event, office.unions["other_unit"], 1)
    document = """query($id: ID!) { node(id: $id) { ... on Event {
        registrations(first: 9) { nodes { participantName member { id } } } } } }"""
    found = await office.clerk(document, id=global_id("Event", event.id))
    assert found["registrations"]["nodes"] == [{"participantName": "陈一鸣", "member": None}]


async def test_the_rolls_of_several_events_each_have_their_own_first_page(office: Office) -> None:
    for count in (1, 3):
        await registered(await events.event(office.unions["unit"], capacity=9), office.unions["unit"], count)
    document = """{ events(first: 9) { nodes {
        registrations(first: 2) { nodes { status } pageInfo { hasNextPage } } } } }"""
    pages = [node["registrations"] for node in (await office.clerk(document))["nodes"]]
    assert sorted((len(page["nodes"]), page["pageInfo"]["hasNextPage"]) for page in pages) == [(1, False), (2, True)]


async def test_the_same_scan_sent_twice_is_one_entry_and_answers_the_same(office: Office) -> None:
    event = await events.event(office.unions["unit"])
    (id,) = await registered(event, office.unions["unit"], 1)
    with clock.at(clock.now() + HOUR / 12):
        at = clock.now() - timedelta(minutes=1)
        scan = {"ticketCode": f" {(await ticket_of(event)).lower()} ", "nonce": "a1", "at": at.isoformat()}
        first = await office.clerk("CheckInRegistration", input=scan)
        assert first["userErrors"] == []
        assert first["registration"]["id"] == id
        assert first["registration"]["status"] == "CHECKED_IN"
        assert first["registration"]["checkedInAt"] == clock.local(at).isoformat()
        assert first["registration"]["member"]["name"] == "陈一鸣"
        assert await office.clerk("CheckInRegistration", input=scan) == first
        other = await office.clerk("CheckInRegistration", input={**scan, "nonce": "b2"})
        assert [error["code"] for error in other["userErrors"]] == ["ALREADY_CHECKED_IN"]
        assert other["registration"] == first["registration"]


async def test_a_scanners_clock_that_cannot_be_right_gives_way_to_ours(office: Office) -> None:
    event = await events.event(office.unions["unit"])
    with clock.at(clock.now()):
        await registered(event, office.unions["unit"], 1)
        scan = {"ticketCode": await ticket_of(event), "nonce": "a1", "at": "2099-01-01T00:00:00Z"}
        answer = await office.clerk("CheckInRegistration", input=scan)
        assert answer["registration"]["checkedInAt"] == clock.local(clock.now()).isoformat()


async def test_a_ticket_opens_only_the_doors_of_its_own_union_and_only_with_a_seat(office: Office) -> None:
    event = await events.event(office.unions["unit"], capacity=1)
    await registered(event, office.unions["unit"], 2)
    found = await EventRegistration.filter(event_id=event.id).order_by("id").values("ticket_code")
    seated, waiting = [{"ticketCode": row["ticket_code"], "nonce": "a1"} for row in found]
    sibling = await office.staff("clerk", "unit2")
    assert await sibling.codes("CheckInRegistration", input=seated) == ["TICKET_UNKNOWN"]
    assert await office.clerk.codes("CheckInRegistration", input=waiting) == ["TICKET_UNKNOWN"]
    for wrong in ("", "A" * 16, "x" * 500):
        unknown = {"ticketCode": wrong, "nonce": "a1"}
        assert await office.clerk.codes("CheckInRegistration", input=unknown) == ["TICKET_UNKNOWN"]
    assert await office.clerk.codes("CheckInRegistration", input={**seated, "nonce": " "}) == ["REQUIRED"]
    auditor = await office.staff("auditor", "unit")
    answer = await auditor.send("CheckInRegistration", input=seated)
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"

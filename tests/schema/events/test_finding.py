"""What visitors, members and staff find among events."""

from datetime import date, timedelta
from typing import Any

import pytest

from models.events.tables import Event, EventKind, EventStatus
from models.kit import clock
from models.kit.ids import global_id
from tests.api import Api
from tests.factories import events, people
from tests.statements import counted

DAY = events.DAY


async def titles(api: Api, first: int = 10, **filter: Any) -> list[str]:
    found = await api("Events", first=first, filter=filter)
    return [edge["node"]["title"] for edge in found["edges"]]


async def outcome(api: Api, event: Any) -> tuple[str, list[str]]:
    found = (await api("EventPage", id=global_id("Event", event.id)))["viewerOutcome"]
    return found["outcome"], [reason["code"] for reason in found["reasons"]]


async def test_a_visitor_sees_what_is_announced_and_not_over_the_soonest_first(api: Api) -> None:
    union = await people.organisation()
    await events.event(union, title="后天", starts_in=2 * DAY)
    await events.event(union, title="明天", starts_in=1 * DAY)
    await events.event(union, title="昨天", starts_in=-1 * DAY)
    await events.event(union, title="草稿", status=EventStatus.DRAFT)
    await events.event(union, title="取消", status=EventStatus.CANCELLED)
    assert await titles(api) == ["明天", "后天"]


async def test_drafts_are_seen_by_staff_of_the_organiser_and_nobody_else(api: Api) -> None:
    home = await people.tree()
    draft = await events.event(home["unit"], status=EventStatus.DRAFT)
    seen = {
        "its clerk": await people.signed_in(clerk=home["unit"]),
        "the county's auditor": await people.signed_in(auditor=home["county"]),
        "a sibling's clerk": await people.signed_in(clerk=home["unit2"]),
        "another county's administrator": await people.signed_in(administrator=home["other_county"]),
        "a member": await people.signed_in(await people.member(home["unit"])),
        "nobody": None,
    }
    found = {who: await api.as_(token)("EventPage", id=global_id("Event", draft.id)) for who, token in seen.items()}
    assert [who for who, event in found.items() if event] == ["its clerk", "the county's auditor"]
    assert await titles(api.as_(seen["its clerk"]), status="DRAFT") == [draft.title]


async def test_events_are_found_by_kind_words_place_organiser_and_time(api: Api) -> None:
    home = await people.tree()
    await events.event(home["unit"], title="茶艺讲座", event_kind=EventKind.LECTURE, starts_in=1 * DAY)
    await events.event(home["other_unit"], title="瑞安联谊", starts_in=5 * DAY)
    await events.event(home["county"], title="往期联谊", starts_in=-2 * DAY)
    soon = (clock.now() + 3 * DAY).isoformat()
    for filter, expected in (
        ({"eventKind": "LECTURE"}, ["茶艺讲座"]),
        ({"text": " 联谊 "}, ["瑞安联谊"]),
        ({"text": "文化宫"}, ["茶艺讲座", "瑞安联谊"]),
        ({"text": "   "}, ["茶艺讲座", "瑞安联谊"]),
        ({"text": "100%"}, []),
        ({"divisionCode": "330381"}, ["瑞安联谊"]),
        ({"divisionCode": "330300"}, ["茶艺讲座", "瑞安联谊"]),
        ({"divisionCode": "3" * 99}, []),
        ({"organisationId": global_id("Organisation", home["county"].id)}, ["茶艺讲座"]),
        ({"openForSignUp": True}, ["瑞安联谊"]),
        ({"to": soon}, ["茶艺讲座"]),
        ({"from": soon}, ["瑞安联谊"]),
        ({"past": True}, ["往期联谊"]),
        ({"past": True, "from": soon}, []),
        ({"from": (clock.now() - 9 * DAY).isoformat()}, ["往期联谊", "茶艺讲座", "瑞安联谊"]),
        ({"status": "CANCELLED"}, []),
    ):
        assert await titles(api, **filter) == expected, filter


async def test_what_is_over_comes_latest_first(api: Api) -> None:
    union = await people.organisation()
    for days in (9, 3, 6):
        await events.event(union, title=f"{days}天前", starts_in=-days * DAY)
    assert await titles(api, past=True) == ["3天前", "6天前", "9天前"]


@pytest.mark.parametrize("past", [False, True])
async def test_pages_neither_skip_nor_repeat_events_that_begin_together(api: Api, past: bool) -> None:
    union = await people.organisation()
    with clock.at(clock.now()):
        made = [await events.event(union, starts_in=-DAY if past else DAY) for _ in range(7)]
    seen: list[str] = []
    going_on: dict[str, Any] = {"hasNextPage": True, "endCursor": None}
    while going_on["hasNextPage"]:
        page = await api("Events", first=3, after=going_on["endCursor"], filter={"past": past})
        seen += [edge["node"]["id"] for edge in page["edges"]]
        going_on = page["pageInfo"]
    assert seen == [global_id("Event", event.id) for event in (reversed(made) if past else made)]


async def test_a_list_of_fifty_takes_as_many_statements_as_one_of_five(api: Api) -> None:
    home = await people.tree()
    person = await people.member(home["unit"])
    actor, member = events.acting(person), api.as_(await people.signed_in(person))
    made: list[Event] = []
    statements = []
    for size in (5, 50):
        while len(made) < size:
            made.append(await events.event(home["county"], whom={"membership_days": 9}))
            await events.register(actor, made[-1])
        with counted() as meter:
            found = await member("Events", first=100)
        assert len(found["edges"]) == size
        statements.append(meter.statements)
    assert statements[0] == statements[1]


async def test_an_event_page_says_in_the_readers_language_who_may_come(api: Api) -> None:
    home = await people.tree()
    whom = {"membership_days": 30, "age_from": 22, "age_to": 35, "retained_members": True}
    event = await events.event(home["county"], whom=whom, form={"type": "object"})
    page = await api("EventPage", id=global_id("Event", event.id))
    assert page["rules"] == [
        "工会会员，含保留会籍的退休、失业人员",
        "鹿城区总工会及所属工会的会员",
        "入会满 30 天",
        "年满 22 周岁",
        "不超过 35 周岁",
    ]
    assert page["form"] == {"version": 1, "schema": {"type": "object"}}
    assert page["viewerOutcome"] is None
    english = await api.as_(None, "en")("EventPage", id=global_id("Event", event.id))
    assert english["rules"][3] == "At least 22 years old"


async def test_a_member_learns_why_they_cannot_come(api: Api) -> None:
    home = await people.tree()
    born = date(1975, 6, 15)
    member = api.as_(await people.signed_in(await people.member(home["unit"], born_on=born)))
    stranger = api.as_(await people.signed_in(await people.member()))
    here, elsewhere = home["county"], home["other_county"]
    assert await outcome(member, await events.event(here)) == ("ELIGIBLE", [])
    assert await outcome(member, await events.event(elsewhere)) == ("NOT_ELIGIBLE", ["IN_UNION"])
    assert await outcome(stranger, await events.event(here)) == ("NOT_ELIGIBLE", ["NOT_A_MEMBER"])
    young = await events.event(here, whom={"age_to": 35, "membership_days": 36500})
    assert await outcome(member, young) == ("NOT_ELIGIBLE", ["MEMBER_FOR_DAYS", "YOUNG_ENOUGH"])
    assert await outcome(member, await events.event(here, starts_in=-2 * DAY)) == ("NOT_OPEN", ["SIGN_UP_OVER"])
    later = await events.event(here, sign_up_opens_at=clock.now() + timedelta(hours=1))
    assert await outcome(member, later) == ("NOT_OPEN", ["SIGN_UP_NOT_YET"])


async def test_who_joins_first_or_completes_their_details_is_told_so(api: Api) -> None:
    home = await people.tree()
    says = {"check": "detail_in", "params": {"field": "education", "values": ["BACHELOR"]}, "says": "本科学历"}
    event = await events.event(home["county"], whom={"conditions": [says]})
    document = """query($id: ID!) { node(id: $id) { ... on Event { viewerOutcome {
        outcome reasons { message nextStep { action label target { id } } } } } } }"""
    for person, expected in (
        (await people.member(home["unit"]), ("NEEDS_INFORMATION", "CORRECT_MY_DETAILS")),
        (await people.member(), ("NOT_ELIGIBLE", "JOIN_UNION")),
    ):
        found = await api.as_(await people.signed_in(person))(document, id=global_id("Event", event.id))
        (reason,) = found["viewerOutcome"]["reasons"]
        assert (found["viewerOutcome"]["outcome"], reason["nextStep"]["action"]) == expected
        assert reason["message"]
        assert reason["nextStep"]["label"] != f"next.{expected[1]}"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"first": 0}, "BAD_USER_INPUT"),
        ({"first": 101}, "BAD_USER_INPUT"),
        ({"first": 5, "after": "bm9uZQ"}, "BAD_USER_INPUT"),
        ({"first": 5, "filter": {"organisationId": "bm9uZQ"}}, "NOT_FOUND"),
        ({"first": 5, "filter": {"text": "长" * 101}}, "BAD_USER_INPUT"),
        ({"first": 5, "filter": {"text": "a\0b"}}, "BAD_USER_INPUT"),
    ],
)
async def test_a_malformed_question_is_refused_by_its_code(api: Api, arguments: dict[str, Any], code: str) -> None:
    (error,) = (await api.send("Events", **arguments))["errors"]
    assert error["extensions"]["code"] == code

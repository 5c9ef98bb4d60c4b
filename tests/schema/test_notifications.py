"""What members are told: once, in their language, and counted exactly."""

import asyncio
from typing import Any
from uuid import UUID

from models.accounts import Account
from models.kit import db, outbox, texts
from models.kit.ids import global_id, uuid7
from models.kit.outbox import OutboxMessage
from models.notifications import Notification, NotificationKind, rendered
from resolvers import notifications
from resolvers.kit import jobs
from tests.api import Api
from tests.factories import people
from tests.statements import counted

KIND = "PHONE_CHANGED"


async def told(account: Account, count: int = 1, **message: Any) -> None:
    async with db.transaction():
        for _ in range(count):
            await outbox.send("notify", account_id=account.id, kind=KIND, params={}, **message)
    await jobs.work_once()


def ids(page: Any) -> list[str]:
    return [edge["node"]["id"] for edge in page["notifications"]["edges"]]


async def test_a_member_reads_what_they_were_told_in_their_own_language(api: Api) -> None:
    person = await people.member(await people.organisation())
    account = await people.account(person)
    await told(account, target_type="Member", target_id=person.id)
    token = await people.token(account)
    node = (await api.as_(token)("Notifications", first=5))["notifications"]["edges"][0]["node"]
    assert (node["kind"], node["title"], node["readAt"]) == (KIND, "手机号已变更", None)
    assert node["target"] == {"__typename": "Member", "id": global_id("Member", person.id)}
    english = (await api.as_(token, "en")("Notifications", first=5))["notifications"]["edges"][0]["node"]
    assert english["title"] == "Your mobile number was changed"


async def test_a_target_that_the_reader_may_not_see_is_null(api: Api) -> None:
    account = await people.account(await people.member())
    other = await people.member()
    await told(account, target_type="Member", target_id=other.id)
    page = await api.as_(await people.token(account))("Notifications", first=5)
    assert page["notifications"]["edges"][0]["node"]["target"] is None


async def test_a_message_to_a_member_reaches_their_account_and_one_without_an_account_is_done(api: Api) -> None:
    person, without = await people.member(), await people.member()
    account = await people.account(person)
    async with db.transaction():
        for member in (person, without):
            await outbox.send("notify", member_id=member.id, kind=KIND, params={})
    await jobs.work_once()
    assert await Notification.filter(account_id=account.id).count() == 1
    assert await OutboxMessage.filter(done_at=None).count() == 0


async def test_a_message_delivered_twice_is_told_and_counted_once(api: Api) -> None:
    account = await people.account()
    message = {"message_id": uuid7(), "account_id": str(account.id), "kind": KIND}
    for _ in range(2):
        async with db.transaction():
            await notifications.notify(message)
    assert await Notification.filter(account_id=account.id).count() == 1
    assert (await Account.get(id=account.id)).unread_notifications == 1


async def test_an_unknown_kind_ends_among_the_dead_letters_and_tells_nobody(api: Api) -> None:
    account = await people.account()
    async with db.transaction():
        await outbox.send("notify", account_id=account.id, kind="NO_SUCH_KIND", params={})
    await OutboxMessage.filter(done_at=None).update(attempts=outbox.MAX_ATTEMPTS - 1)
    await jobs.work_once()
    assert [(row["topic"], row["error"]) for row in await outbox.dead_letters()] == [("notify", "ValueError")]
    assert (await Account.get(id=account.id)).unread_notifications == 0


async def test_notifications_are_paged_the_newest_first(api: Api) -> None:
    account = await people.account()
    await told(account, 5)
    client = api.as_(await people.token(account))
    first = await client("Notifications", first=3)
    rest = await client("Notifications", first=3, after=first["notifications"]["pageInfo"]["endCursor"])
    assert first["notifications"]["pageInfo"]["hasNextPage"]
    assert not rest["notifications"]["pageInfo"]["hasNextPage"]
    newest = await Notification.all().order_by("-id").values_list("id", flat=True)
    assert ids(first) + ids(rest) == [global_id("Notification", UUID(str(id))) for id in newest]


async def test_what_was_read_is_no_longer_counted_however_often_it_is_marked(api: Api) -> None:
    account = await people.account()
    await told(account, 3)
    client = api.as_(await people.token(account))
    two = ids(await client("Notifications", first=2))
    for _ in range(2):
        assert await client("MarkNotificationsRead", ids=[*two, two[0]]) == {
            "unreadNotificationCount": 1, "userErrors": [],
        }  # fmt: skip
    assert await client("{ viewer { unreadNotificationCount } }") == {"unreadNotificationCount": 1}


async def test_twenty_readers_and_new_messages_at_once_leave_an_exact_count(api: Api) -> None:
    account = await people.account()
    await told(account, 10)
    client = api.as_(await people.token(account))
    all_ids = ids(await client("Notifications", first=10))
    marks = (client("MarkNotificationsRead", ids=all_ids[i % 5 : i % 5 + 5]) for i in range(20))
    answers = await asyncio.gather(*marks, told(account, 4))
    assert all(answer["userErrors"] == [] for answer in answers[:-1])
    unread = await Notification.filter(account_id=account.id, read_at=None).count()
    assert (await Account.get(id=account.id)).unread_notifications == unread == 5


async def test_nobody_marks_or_sees_the_notifications_of_another(api: Api) -> None:
    account = await people.account()
    await told(account, 2)
    one, two = ids(await api.as_(await people.token(account))("Notifications", first=5))
    stranger = await people.account()
    await told(stranger)
    client = api.as_(await people.token(stranger))
    own = ids(await client("Notifications", first=5))
    for wrong in (one, global_id("Notification", uuid7()), global_id("Member", uuid7()), "x"):
        answer = await client("MarkNotificationsRead", ids=[*own, wrong])
        assert [(e["code"], e["field"]) for e in answer["userErrors"]] == [("NOT_FOUND", "ids.1")]
        assert answer["unreadNotificationCount"] == 1
    assert await client("query($id: ID!) { node(id: $id) { id } }", id=two) is None
    assert await Notification.filter(read_at__isnull=False).count() == 0


async def test_more_than_a_hundred_at_once_are_refused(api: Api) -> None:
    client = api.as_(await people.signed_in())
    wanted = [global_id("Notification", uuid7()) for _ in range(101)]
    assert await client.codes("MarkNotificationsRead", ids=wanted) == ["TOO_MANY"]


async def test_fifty_notifications_make_as_many_statements_as_five(api: Api) -> None:
    person = await people.member(await people.organisation())
    account = await people.account(person)
    await told(account, 50, target_type="Member", target_id=person.id)
    client = api.as_(await people.token(account))
    made = []
    for first in (5, 50):
        with counted() as meter:
            assert len(ids(await client("Notifications", first=first))) == first
        made.append(meter.statements)
    assert made[0] == made[1] <= 3


def test_every_kind_has_a_title_and_a_body_in_every_language() -> None:
    for kind in NotificationKind:
        for locale in texts.LOCALES:
            for part in ("title", "body"):
                key = f"notification.{kind}.{part}"
                assert texts.text(locale, key) != key


def test_days_moments_and_money_are_shown_as_the_reader_writes_them() -> None:
    texts.catalogue("zh")._catalog["notification.T.body"] = "{at_at}|{day_on}|{sum_fen}|{name}|{other}"  # type: ignore[attr-defined]
    row = {
        "kind": "T",
        "params": {
            "at_at": "2026-03-05T01:05:00+00:00", "day_on": "2026-03-05", "sum_fen": 123450,
            "name": {"zh": "元宵晚会", "en": "Lantern show"}, "other": 3,
        },
    }  # fmt: skip
    assert rendered("body", row, "zh") == "2026年3月5日 09:05|2026年3月5日|¥1,234.50|元宵晚会|3"
    del texts.catalogue("zh")._catalog["notification.T.body"]  # type: ignore[attr-defined]

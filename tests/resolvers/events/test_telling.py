"""Everybody concerned is told once, however many they are."""

from collections import Counter
from datetime import timedelta

import pytest

from models.events import seats
from models.kit import clock
from resolvers.events import joining, organising, telling
from resolvers.kit import jobs
from tests.factories import events, people


async def test_many_are_told_some_at_a_time_and_each_once(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "TOLD_AT_ONCE", 2)
    union = await people.organisation()
    event = await events.event(union, capacity=3)
    crowd = await events.crowd(union, 5)
    for actor in crowd:
        await events.register(actor, event)
    await events.told()
    await organising.cancel_event(events.organiser(union), id=event.id, reason="台风")
    told = await events.told()
    assert Counter(told) == {(actor.member_id, "EVENT_CANCELLED"): 1 for actor in crowd}


async def test_many_freed_seats_are_offered_at_once_in_messages_of_some(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "TOLD_AT_ONCE", 2)
    union = await people.organisation()
    event = await events.event(union, capacity=1)
    crowd = await events.crowd(union, 6)
    for actor in crowd:
        await events.register(actor, event)
    await events.told()
    await organising.change_event(events.organiser(union), id=event.id, capacity=6)
    assert Counter(await events.told()) == {(actor.member_id, "EVENT_OFFERED"): 1 for actor in crowd[1:]}


async def test_the_worker_ends_late_offers_of_every_event_and_only_those(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seats, "EXPIRED_AT_ONCE", 1)
    union = await people.organisation()
    made = []
    for hours in (1, 1, 48):
        event = await events.event(union, capacity=2, offer_hours=hours)
        crowd = await events.crowd(union, 4)
        places = [(actor, await events.register(actor, event)) for actor in crowd]
        for actor, id in places[:2]:
            await joining.cancel_registration(actor, id=id)
        made.append(event)
    with clock.at(clock.now() + timedelta(hours=2)):
        assert await joining.expire_offers() == 2
        assert await joining.expire_offers() == 2
        assert await joining.expire_offers() == 0
    left = [sorted(set((await events.statuses(event)).values())) for event in made]
    assert left == [["CANCELLED", "OFFER_EXPIRED"]] * 2 + [["CANCELLED", "OFFERED"]]
    assert [await events.counters(event) for event in made] == [(0, 0), (0, 0), (2, 0)]
    assert jobs.periodic_jobs["events.expire_offers"].every == timedelta(minutes=1)

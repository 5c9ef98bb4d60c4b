"""What has changed is told after the commit, once, to whoever watches."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from uuid import UUID

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from models.kit import db, signals
from models.kit.ids import first_of, uuid7
from models.kit.listening import listening
from models.kit.settings import Settings
from models.kit.signals import EVERYBODY, LaggingError, Signal, Topic, Watch

KEY = uuid7()
a_signal = st.builds(Signal, st.sampled_from(Topic), st.uuids(), st.uuids())


@pytest_asyncio.fixture
async def heard(database: None, settings: Settings) -> AsyncIterator[None]:
    """This process hears what others change."""
    async with listening(settings.database_url):
        await asyncio.sleep(0.2)
        yield


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Somebody who watches one case."""
    made = Watch((Topic.CASE, KEY))
    yield made
    made.close()


async def told(watch: Watch, within: float = 2) -> list[object]:
    """What a watch is told soon; nothing when it is not."""
    try:
        async with asyncio.timeout(within):
            subjects, _ = await watch.next()
    except TimeoutError:
        return []
    return list(subjects)


async def undone(subject: UUID) -> None:
    """A change that fails at its end."""
    with suppress(ZeroDivisionError):
        async with db.transaction():
            signals.send(Topic.CASE, KEY, subject)
            raise ZeroDivisionError


async def test_a_change_is_told_after_its_commit(heard: None, watch: Watch) -> None:
    await told(watch, 0.1)
    async with db.transaction():
        signals.send(Topic.CASE, KEY, KEY)
        signals.send(Topic.CASE, uuid7(), KEY)
        assert await told(watch, 0.2) == []
    assert await told(watch) == [KEY]
    assert await told(watch, 0.2) == []


async def test_a_change_that_is_rolled_back_is_not_told(heard: None, watch: Watch) -> None:
    await told(watch, 0.1)
    await undone(KEY)
    assert await told(watch, 0.3) == []


async def test_what_is_undone_within_a_change_is_not_told_and_the_rest_is(heard: None, watch: Watch) -> None:
    kept = uuid7()
    await told(watch, 0.1)
    async with db.transaction():
        async with db.transaction():
            signals.send(Topic.CASE, KEY, kept)
        await undone(uuid7())
    assert await told(watch) == [kept]


async def test_a_change_of_many_things_is_told_whole(heard: None, watch: Watch) -> None:
    await told(watch, 0.1)
    many = [uuid7() for _ in range(500)]
    async with db.transaction():
        for subject in many:
            signals.send(Topic.CASE, KEY, subject)
    found: list[object] = []
    while some := await told(watch, 1):
        found += some
    assert found == many


async def test_what_is_told_twice_waits_once() -> None:
    watch, subject = Watch((Topic.CASE, KEY)), uuid7()
    signals.publish([Signal(Topic.CASE, KEY, subject)] * 3)
    assert await told(watch) == [subject]
    assert await told(watch, 0.1) == []
    watch.close()


async def test_who_never_looks_is_given_up() -> None:
    watch = Watch((Topic.CASE, KEY))
    signals.publish(Signal(Topic.CASE, KEY, uuid7()) for _ in range(signals.WAITING + 5))
    with pytest.raises(LaggingError):
        await watch.next()
    watch.close()


async def test_after_a_gap_one_looks_again_from_where_one_began() -> None:
    watch = Watch((Topic.CASE, KEY))
    signals.publish_gap(0)
    _, since = await watch.next()
    assert since == watch._began
    watch.close()


async def test_nothing_is_kept_for_those_who_have_gone() -> None:
    before = dict(signals._watches)
    Watch((Topic.CASE, uuid7()), (Topic.NOTE, uuid7())).close()
    assert dict(signals._watches) == before


@given(st.lists(a_signal, max_size=200))
def test_signals_pass_as_text_of_limited_length(sent: list[Signal]) -> None:
    texts = signals.written(sent)
    assert [signal for text in texts for signal in signals.read(text)] == sent
    assert all(len(text) < 8000 for text in texts)


@given(st.text())
def test_a_text_of_something_else_holds_no_signals(text: str) -> None:
    assert signals.read(text) == []


@given(st.floats(0, 4_000_000_000))
def test_ids_after_a_moment_are_greater_than_its_first(moment: float) -> None:
    first = first_of(moment)
    assert (first.version, first.int >> 80) == (7, int(moment * 1000))


async def test_everybody_hears_that_sessions_ended() -> None:
    watch = Watch((Topic.SESSIONS, EVERYBODY))
    signals.publish([Signal(Topic.SESSIONS, EVERYBODY, EVERYBODY)])
    assert await told(watch) == [EVERYBODY]
    watch.close()

"""Signed links."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kit import clock, crypto, links

MINUTES = timedelta(minutes=5)


@pytest.fixture(autouse=True)
def keys() -> Iterator[None]:
    crypto.use_keys({"test": b"k" * 32})
    yield
    crypto.use_keys({})


def test_a_link_opens_its_thing_for_its_holder_while_it_lasts() -> None:
    target, holder = uuid4(), uuid4()
    token = links.sign("document", target, holder, MINUTES)
    found = links.opened("document", token)
    assert found is not None
    assert (found.target_id, found.holder_id) == (target, holder)
    with clock.at(clock.now() + MINUTES):
        assert links.opened("document", token) is None


def test_a_link_for_one_purpose_opens_nothing_else() -> None:
    assert links.opened("calendar", links.sign("document", uuid4(), uuid4(), MINUTES)) is None


@given(st.data())
def test_a_link_that_was_touched_opens_nothing(data: st.DataObject) -> None:
    token = links.sign("document", uuid4(), uuid4(), MINUTES)
    at = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.characters(min_codepoint=33, max_codepoint=126).filter(lambda c: c != token[at]))
    assert links.opened("document", token[:at] + letter + token[at + 1 :]) is None


@given(st.text())
def test_any_other_text_opens_nothing(text: str) -> None:
    assert links.opened("document", text) is None

"""Whom an event is for, to the day."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from models.events import eligibility
from models.kit import clock
from models.kit.outcome import Outcome
from models.kit.texts import LOCALES
from models.programmes.facts import Facts

UNION = {"id": "city", "name": "温州市总工会"}
NOON = datetime(2026, 3, 5, 4, tzinfo=UTC)


def judged(whom: dict[str, Any], **person: Any) -> tuple[Outcome, list[str]]:
    """What rules come to for a man of forty, a member of a unit since 2020."""
    held = {
        "status": "ACTIVE",
        "member_since": date(2020, 5, 1),
        "born_on": date(1986, 3, 5),
        "sex": "MALE",
        "chain": {"city", "unit"},
        **person,
    }
    event = {
        "status": "PUBLISHED",
        "sign_up_opens_at": datetime(2026, 3, 1, tzinfo=UTC),
        "sign_up_closes_at": datetime(2026, 3, 9, tzinfo=UTC),
        "rules": eligibility.rules_for(whom, UNION),
    }
    with clock.at(NOON):
        facts = Facts(date(2026, 3, 5), held, held, standings={}, consents=frozenset(), amounts={})
        found = eligibility.assess(event, facts, registered=False)
    return found["outcome"], [reason.code for reason in found["reasons"]]


def wanting(field: str, *values: str) -> dict[str, Any]:
    return {"conditions": [{"check": "detail_in", "params": {"field": field, "values": list(values)}, "says": "条件"}]}


@pytest.mark.parametrize(
    ("whom", "person", "missed"),
    [
        ({}, {}, None),
        ({}, {"chain": {"elsewhere"}}, "IN_UNION"),
        ({}, {"status": "RETAINED"}, "ACTIVE_MEMBERS"),
        ({"retained_members": True}, {"status": "RETAINED"}, None),
        ({"age_from": 40}, {}, None),
        ({"age_from": 40}, {"born_on": date(1986, 3, 6)}, "OLD_ENOUGH"),
        ({"age_to": 39}, {"born_on": date(1986, 3, 6)}, None),
        ({"age_to": 39}, {}, "YOUNG_ENOUGH"),
        ({"age_from": 0, "age_to": 0}, {}, "YOUNG_ENOUGH"),
        ({"membership_days": 30}, {"member_since": date(2026, 2, 3)}, None),
        ({"membership_days": 30}, {"member_since": date(2026, 2, 4)}, "MEMBER_FOR_DAYS"),
        (wanting("sex", "MALE"), {}, None),
        (wanting("sex", "FEMALE"), {}, "AS_STATED"),
    ],
)
def test_a_rule_holds_up_to_its_last_day(whom: dict[str, Any], person: dict[str, Any], missed: str | None) -> None:
    expected = (Outcome.NOT_ELIGIBLE, [missed]) if missed else (Outcome.ELIGIBLE, [])
    assert judged(whom, **person) == expected


def test_what_is_not_known_of_a_person_is_asked_for_and_not_held_against_them() -> None:
    assert judged(wanting("education", "BACHELOR")) == (Outcome.NEEDS_INFORMATION, ["AS_STATED"])


def test_sign_up_is_open_from_its_first_moment_to_just_before_its_last() -> None:
    opens, closes = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 9, tzinfo=UTC)
    event = {"status": "PUBLISHED", "sign_up_opens_at": opens, "sign_up_closes_at": closes, "rules": []}
    second = timedelta(seconds=1)
    for moment, expected in (
        (opens - second, ["SIGN_UP_NOT_YET"]),
        (opens, []),
        (closes - second, []),
        (closes, ["SIGN_UP_OVER"]),
    ):
        with clock.at(moment):
            found = eligibility.assess(event, None, registered=False)
        assert [reason.code for reason in found["reasons"]] == [*expected, "NOT_A_MEMBER"]


@pytest.mark.parametrize("locale", LOCALES)
def test_every_rule_is_said_in_every_language(locale: str) -> None:
    whom = {"age_from": 18, "age_to": 60, "membership_days": 9, **wanting("sex", "MALE")}
    for stated in (whom, {"retained_members": True}):
        said = eligibility.sentences({"rules": eligibility.rules_for(stated, UNION)}, locale)
        assert all(said)
        assert not any("condition." in sentence or "{" in sentence for sentence in said)

"""Dated rules of rooms: the checklist and the stars."""

from datetime import date

import pytest

from models.rooms.rules import Equipment, booking_rules, missing_equipment, star_level

DAY = date(2026, 3, 5)
BASE = set(missing_equipment([], DAY))
THREE = BASE | {Equipment.PRIVACY, Equipment.VENTILATION}
FOUR = THREE | {Equipment.OWN_ROOM, Equipment.AIR_CONDITIONING, Equipment.FRIDGE, Equipment.DISINFECTOR}
FIVE = FOUR | {Equipment.WINDOW, Equipment.CABINET, Equipment.PARTITIONS, Equipment.SOFA}


@pytest.mark.parametrize(
    ("area", "equipment", "stars"),
    [
        (20, BASE, None),
        (2, THREE, 3),
        (7.9, FOUR, 3),
        (8, FOUR, 4),
        (9.9, FIVE, 4),
        (10, FIVE, 5),
        (10, FIVE - {Equipment.FRIDGE}, 3),
        (10, FIVE - {Equipment.CHANGING_TABLE}, None),
    ],
)
def test_each_star_needs_what_the_one_before_needs(area: float, equipment: set[Equipment], stars: int | None) -> None:
    assert star_level(area, equipment, DAY) == stars


def test_the_plaque_comes_with_the_approval_and_earns_no_star() -> None:
    assert Equipment.PLAQUE not in FIVE


def test_what_is_missing_is_named_in_the_checklists_order() -> None:
    have = BASE - {Equipment.CRIB, Equipment.SOAP}
    assert missing_equipment(have, DAY) == [Equipment.SOAP, Equipment.CRIB]


def test_days_before_the_first_rule_have_it_too() -> None:
    assert booking_rules(date(1990, 1, 1)) == booking_rules(date(2020, 1, 1))

"""Dated rules: how rooms are booked, what every room needs, and what earns it stars."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

_RULES = json.loads((Path(__file__).parent / "rules.json").read_text(encoding="utf-8"))


class Equipment(StrEnum):
    """The checklist of a room."""

    # what every room has
    NON_SLIP_FLOOR = "NON_SLIP_FLOOR"
    CHANGING_TABLE = "CHANGING_TABLE"
    HOT_WATER = "HOT_WATER"
    SOAP = "SOAP"
    BASIN = "BASIN"
    CRIB = "CRIB"
    CHAIR = "CHAIR"
    TABLE = "TABLE"
    SOCKET = "SOCKET"
    BIN = "BIN"
    LOCKABLE_DOOR = "LOCKABLE_DOOR"
    # what the union adds
    PLAQUE = "PLAQUE"
    FRIDGE = "FRIDGE"
    TWO_CHAIRS = "TWO_CHAIRS"
    # what earns stars
    PRIVACY = "PRIVACY"
    VENTILATION = "VENTILATION"
    OWN_ROOM = "OWN_ROOM"
    AIR_CONDITIONING = "AIR_CONDITIONING"
    DISINFECTOR = "DISINFECTOR"
    WINDOW = "WINDOW"
    CABINET = "CABINET"
    PARTITIONS = "PARTITIONS"
    SOFA = "SOFA"


@dataclass(frozen=True)
class BookingRules:
    """How rooms are booked."""

    slot: timedelta
    days_ahead: int
    check_in_opens: timedelta  # before the slot starts
    no_show_after: timedelta  # after it started


@lru_cache(maxsize=64)
def booking_rules(on: date) -> BookingRules:
    """The rules of booking in force on a day."""
    found = _in_force("booking", on)
    return BookingRules(
        timedelta(minutes=found["slot_minutes"]),
        found["days_ahead"],
        timedelta(minutes=found["check_in_opens_minutes"]),
        timedelta(minutes=found["no_show_after_minutes"]),
    )


def missing_equipment(equipment: Collection[Equipment], on: date) -> list[Equipment]:
    """What a room still lacks of what every room must have, in the checklist's order."""
    have = set(equipment)
    return [Equipment(item) for item in _in_force("standards", on)["base"] if item not in have]


def star_level(area_m2: float, equipment: Collection[Equipment], on: date) -> int | None:
    """The stars of a room by the standard in force on a day, each level on top of the one before; None without."""
    level, have = None, set(equipment)
    if missing_equipment(equipment, on):
        return None
    for star in _in_force("standards", on)["stars"]:
        if area_m2 < star["min_area_m2"] or not have.issuperset(star["equipment"]):
            break
        level = star["level"]
    return level


def least_area(site_area: float | None, visitors_per_day: int | None, on: date) -> float:
    """The least size of a room in a public place of so many square metres and visitors, in m²."""
    busy = _in_force("standards", on)["busy_public_place"]
    is_busy = (site_area or 0) > busy["above_area_m2"] or (visitors_per_day or 0) > busy["above_visitors_per_day"]
    return float(busy["min_area_m2"]) if is_busy else 0.0


def first_hours(on: date) -> list[dict[str, Any]]:
    """The opening hours that a room starts with."""
    return list(_in_force("opening_hours", on)["hours"])


def _in_force(name: str, on: date) -> dict[str, Any]:
    """The newest version that had begun, else the first; the file has the oldest first."""
    versions: list[dict[str, Any]] = _RULES[name]
    begun = (found for found in reversed(versions) if date.fromisoformat(found["valid_from"]) <= on)
    return next(begun, versions[0])

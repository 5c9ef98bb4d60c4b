"""The catalogue as data: one file for each programme, and the amounts that policy refers to."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from models.kit import clock, db
from models.programmes.tables import OpeningWindow, Programme, ProgrammeVersion, ReferenceAmount

Row = dict[str, Any]
FOLDER = Path(__file__).parent
_TEXTS = ("kind", "season", "name", "summary", "basis", "appeal_route", "position", "benefit")
_TERMS = (
    "area", "effective_from", "rules", "steps", "documents", "form", "form_version", "amounts", "entitlements",
    "limits",
)  # fmt: skip


class VersionInForceError(ValueError):
    """A file changes a version that already holds: decisions made under it could not be replayed."""


async def load_catalogue() -> int:
    """Bring the catalogue in line with its files; how many rows were added or changed.

    A version in force is never changed (VersionInForceError): give the change a new number and a coming day.
    """
    async with db.transaction():
        changed = await _load_amounts()
        for path in sorted((FOLDER / "programmes").glob("*.json")):
            changed += await _load_programme(read_programme(path))
    return changed


def read_programme(path: Path) -> Row:
    """A programme's file, with the versions that are `like` an earlier one made whole."""
    programme: Row = json.loads(path.read_text(encoding="utf-8"))
    whole: dict[int, Row] = {}
    for version in programme["versions"]:
        whole[version["number"]] = {**whole.get(version.pop("like", 0), {}), **version}
    return {**programme, "versions": [_dated(version) for version in whole.values()]}


def _dated(row: Row) -> Row:
    dates = {name: row.get(name) for name in ("effective_from", "effective_to")}
    return {**row, **{name: date.fromisoformat(day) if day else None for name, day in dates.items()}}


async def _load_amounts() -> int:
    added = 0
    for row in json.loads((FOLDER / "reference_amounts.json").read_text(encoding="utf-8")):
        amount = _dated(row)
        place = {name: amount.pop(name) for name in ("code", "area", "effective_from")}
        added += (await ReferenceAmount.get_or_create(amount, **place))[1]
    return added


async def _load_programme(file: Row) -> int:
    texts = {name: file[name] for name in _TEXTS}
    programme, added = await Programme.get_or_create(texts, code=file["code"])
    changed = int(added)
    if not added and texts != {name: getattr(programme, name) for name in _TEXTS}:
        changed += await Programme.filter(id=programme.id).update(**texts)
    for version in file["versions"]:
        changed += await _load_version(programme.id, version)
    for first, last in file.get("windows", ()):
        changed += await _open_between(programme.id, date.fromisoformat(first), date.fromisoformat(last))
    return changed


async def _load_version(programme_id: UUID, version: Row) -> int:
    terms, number, ends_on = {name: version[name] for name in _TERMS}, version["number"], version["effective_to"]
    held = await ProgrammeVersion.get_or_none(programme_id=programme_id, number=number)
    if held and terms == {name: getattr(held, name) for name in _TERMS}:
        # Its last day may still be set, by the file or, when they add a version, by staff.
        to_end = ProgrammeVersion.filter(id=held.id, effective_to=None)
        return await to_end.update(effective_to=ends_on) if ends_on else 0
    if held and held.effective_from <= clock.today():
        raise VersionInForceError(f"version {number} holds since {held.effective_from}")
    await ProgrammeVersion.filter(programme_id=programme_id, number=number).delete()
    await ProgrammeVersion.create(programme_id=programme_id, number=number, effective_to=ends_on, **terms)
    return 1


async def _open_between(programme_id: UUID, first: date, last: date) -> int:
    """A window of whole days, unless staff have set one for that time."""
    opens_at, closes_at = clock.start_of_day(first), clock.start_of_day(last + timedelta(days=1))
    overlapping = OpeningWindow.filter(programme_id=programme_id, opens_at__lt=closes_at, closes_at__gt=opens_at)
    if await overlapping.exists():
        return 0
    await OpeningWindow.create(programme_id=programme_id, opens_at=opens_at, closes_at=closes_at)
    return 1

"""Changing the catalogue: words, windows, and new versions beside the old ones."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from tortoise.expressions import Q

from models.kit import clock
from models.kit.codes import ErrorCode
from models.kit.errors import refuse
from models.kit.forms import check_form
from models.programmes.tables import OpeningWindow, Programme, ProgrammeVersion

Row = dict[str, Any]
_COPIED = ("area", "rules", "steps", "documents", "form", "form_version", "amounts", "entitlements", "limits")


async def retell(id: UUID, **texts: Row | None) -> None:
    """Change the words of a programme."""
    given = {name: value for name, value in texts.items() if value is not None}
    if given:
        await Programme.filter(id=id).update(**given)


async def open_between(id: UUID, opens_at: datetime | None, closes_at: datetime | None) -> None:
    """Set the window that is running or comes next; where there is none, add one."""
    now = clock.now()
    current = await OpeningWindow.filter(programme_id=id, closes_at__gt=now).order_by("opens_at").first()
    opens = opens_at or (current.opens_at if current else now)
    closes = closes_at or (current.closes_at if current else None)
    if closes is None or closes <= opens:
        refuse(ErrorCode.DATE_INVALID, "closesAt")
    if current:
        await OpeningWindow.filter(id=current.id).update(opens_at=opens, closes_at=closes)
    else:
        await OpeningWindow.create(programme_id=id, opens_at=opens, closes_at=closes)


async def add_version(id: UUID, effective_from: date | None, *, form: Row | None, promised_days: int | None) -> None:
    """Add a version from a coming day on; the one before ends the day before it."""
    starts = effective_from or clock.today() + timedelta(days=1)
    last = await ProgrammeVersion.filter(programme_id=id).order_by("-number").first()
    if last is None or starts <= clock.today() or starts <= last.effective_from:
        refuse(ErrorCode.DATE_INVALID, "effectiveFrom")
    columns: Row = {name: getattr(last, name) for name in _COPIED}
    if form is not None:
        check_form(form)
        columns |= {"form": form, "form_version": last.form_version + 1}
    if promised_days is not None:
        if not 1 <= promised_days <= 365:
            refuse(ErrorCode.INVALID, "promisedDays")
        promised = {**last.limits["promised"], "days": promised_days}
        columns |= {"limits": {**last.limits, "promised": promised}}
    open_ended = Q(effective_to=None) | Q(effective_to__gte=starts)
    await ProgrammeVersion.filter(open_ended, id=last.id).update(effective_to=starts - timedelta(days=1))
    await ProgrammeVersion.create(programme_id=id, number=last.number + 1, effective_from=starts, **columns)

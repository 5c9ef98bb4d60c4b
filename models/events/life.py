"""The life of an event: prepared, announced, changed, called off."""

from typing import Any
from uuid import UUID

from models.events import seats, terms
from models.events.tables import Event, EventStatus
from models.kit import clock
from models.kit.codes import ErrorCode
from models.kit.errors import refuse

Row = dict[str, Any]
# What the registered must hear of when it changes.
MATTERS = ("starts_at", "ends_at", "venue")


async def prepare(organisation_id: UUID, given: Row, rules: list[Row]) -> UUID:
    """Keep a draft; its id."""
    columns = {"offer_hours": terms.OFFER_HOURS, **terms.cleaned(given)}
    terms.check_times(columns)
    terms.check_ahead(columns["sign_up_closes_at"])
    made = await Event.create(organisation_id=organisation_id, rules=rules, created_at=clock.now(), **columns)
    return made.id


async def change(event: Row, given: Row, rules: list[Row] | None) -> bool:
    """Change an event that is held and not over; whether the registered must hear of it. MOVE_NOT_ALLOWED when
    it is called off or over, and for the questions of one that is announced."""
    if event["status"] == EventStatus.CANCELLED or event["ends_at"] <= clock.now():
        refuse(ErrorCode.MOVE_NOT_ALLOWED, "id", {"event_id": event["id"]})
    stated = terms.cleaned(given)
    columns = {name: value for name, value in stated.items() if value != event[name]}
    if "form" in columns and event["status"] != EventStatus.DRAFT:
        refuse(ErrorCode.MOVE_NOT_ALLOWED, "form", {"event_id": event["id"]})
    terms.check_times({**event, **columns})
    if "starts_at" in columns and columns["starts_at"] <= clock.now():
        refuse(ErrorCode.DATE_INVALID, "startsAt")
    await _keep(event, columns, rules)
    return event["status"] == EventStatus.PUBLISHED and any(name in columns for name in MATTERS)


async def _keep(event: Row, columns: Row, rules: list[Row] | None) -> None:
    if "capacity" in columns:
        await seats.resize(event["id"], columns["capacity"])
    if "form" in columns:
        columns["form_version"] = event["form_version"] + 1
    if rules is not None:
        columns["rules"] = rules
    if columns:
        await Event.filter(id=event["id"]).update(**columns)
    if "starts_at" in columns:
        await seats.bring_offers_forward(event["id"], columns["starts_at"])


async def publish(event: Row) -> None:
    """Announce a draft; sign-up opens now unless it says otherwise. MOVE_NOT_ALLOWED if it is none."""
    now = clock.now()
    draft = Event.filter(id=event["id"], status=EventStatus.DRAFT)
    if not await draft.update(
        status=EventStatus.PUBLISHED, published_at=now, sign_up_opens_at=event["sign_up_opens_at"] or now
    ):
        refuse(ErrorCode.MOVE_NOT_ALLOWED, "id", {"event_id": event["id"]})
    terms.check_ahead(event["sign_up_closes_at"])


async def call_off(event_id: UUID, reason: str) -> None:
    """Call off an event that is held and not over, and end its registrations; else MOVE_NOT_ALLOWED."""
    ahead = Event.filter(id=event_id, ends_at__gt=clock.now())
    standing = ahead.filter(status__in=(EventStatus.DRAFT, EventStatus.PUBLISHED))
    if not await standing.update(status=EventStatus.CANCELLED, cancel_reason=reason):
        refuse(ErrorCode.MOVE_NOT_ALLOWED, "id", {"event_id": event_id})
    await seats.end_all(event_id)

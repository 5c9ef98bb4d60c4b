"""`/calendar/…`: an entry for a calendar app (iCalendar, RFC 5545) behind a signed link."""

from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Event
from icalendar.enums import CLASS, STATUS, TRANSP
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from models.kit import clock
from models.kit.actor import Actor
from models.kit.entries import Entry
from models.kit.texts import negotiate, text
from resolvers.kit import calendar

PRODUCT = "-//Union self-service//EN"
FETCH_AGAIN = timedelta(hours=6)
REMIND = timedelta(hours=2)
REMIND_OF_DAY = timedelta(hours=15)  # at nine the day before


async def ics(request: Request) -> Response:
    """The entry as a calendar of its own; 404 for whatever opens nothing."""
    locale = negotiate(request.query_params.get("lang", ""))
    visitor = Actor(locale=locale, request_id=request.state.request_id)
    kind, token = request.path_params["kind"], request.path_params["token"]
    entry = await calendar.entry(kind, token, visitor)
    if entry is None:
        raise HTTPException(404)
    headers = {"content-disposition": f'attachment; filename="{kind}.ics"', "x-robots-tag": "noindex"}
    return Response(written(entry, locale), 200, headers, "text/calendar; charset=utf-8")


def written(entry: Entry, locale: str) -> bytes:
    """An entry in iCalendar. Moments are in UTC, which every calendar shows in its own zone."""
    title = text(locale, entry.title, entry.params)
    event = Event.new(
        uid=entry.id,
        sequence=entry.revision,
        status=STATUS.CANCELLED if entry.cancelled else STATUS.CONFIRMED,
        summary=title,
        start=entry.begins,
        end=entry.ends,
        location=entry.place,
        stamp=clock.now(),
        classification=CLASS.PRIVATE,
        transparency=None if isinstance(entry.begins, datetime) else TRANSP.TRANSPARENT,
        subcomponents=[] if entry.cancelled else [_reminder(entry, title)],
    )
    whole = Calendar.new(prodid=PRODUCT, method="PUBLISH", name=title, uid=entry.id, subcomponents=[event])
    whole.add("refresh-interval", FETCH_AGAIN, {"VALUE": "DURATION"})
    return bytes(whole.to_ical())


def _reminder(entry: Entry, title: str) -> Alarm:
    alarm = Alarm.new(description=title)
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -(REMIND if isinstance(entry.begins, datetime) else REMIND_OF_DAY))
    return alarm

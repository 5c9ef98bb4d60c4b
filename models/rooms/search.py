"""Finding rooms: by division, words, distance and the day they are open."""

from dataclasses import dataclass
from datetime import date
from math import asin, cos, radians, sin, sqrt

from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from models.kit.codes import ErrorCode
from models.kit.errors import Checks
from models.kit.ids import as_uuid
from models.kit.paging import Page, check_first, decode_cursor, encode_cursor, page
from models.kit.words import search_forms
from models.members.tree import division_prefix
from models.rooms import schedule
from models.rooms.directory import PATH, ROOM_COLUMNS, rooms_by_id
from models.rooms.tables import MothersRoom, RoomHours

EARTH_RADIUS_M, DEGREE_KM, MAX_KM = 6_371_000, 111.0, 100


@dataclass(frozen=True)
class Near:
    """Around a point, up to a distance."""

    latitude: float
    longitude: float
    km: float

    def check(self) -> None:
        """Refuse points off the map and distances out of reach."""
        checks = Checks()
        checks.require(abs(self.latitude) <= 90, ErrorCode.INVALID, "filter.near.latitude")
        checks.require(abs(self.longitude) <= 180, ErrorCode.INVALID, "filter.near.longitude")
        checks.require(0 < self.km <= MAX_KM, ErrorCode.INVALID, "filter.near.km", max=MAX_KM)
        checks.done()

    def box(self) -> Q:
        """A filter that every place within the distance passes, and few others do."""
        high = self.km / DEGREE_KM
        wide = high / max(cos(radians(self.latitude)), 0.01)
        return Q(
            latitude__gte=self.latitude - high,
            latitude__lte=self.latitude + high,
            longitude__gte=self.longitude - wide,
            longitude__lte=self.longitude + wide,
        )

    def metres_to(self, latitude: float, longitude: float) -> int:
        """The great-circle distance to a place."""
        north, east = radians(latitude - self.latitude), radians(longitude - self.longitude)
        flat = cos(radians(self.latitude)) * cos(radians(latitude))
        return round(2 * EARTH_RADIUS_M * asin(sqrt(sin(north / 2) ** 2 + flat * sin(east / 2) ** 2)))


async def search(
    *,
    first: int,
    after: str | None,
    division_code: str | None = None,
    text: str | None = None,
    near: Near | None = None,
    open_on: date | None = None,
) -> Page:
    """Rooms of a division and all below it, by words of name or address, open on a day; the nearest first when
    `near` is given, else by name."""
    found = MothersRoom.filter(opened_at__isnull=False)
    if division_code:
        found = found.filter(division_code__startswith=division_prefix(division_code))
    if forms := sorted(search_forms(text or "")):
        told = [Q(name__icontains=form) | Q(address__icontains=form) for form in forms]
        found = found.filter(Q(*told, join_type=Q.OR))
    if open_on:
        on_weekday = RoomHours.filter(weekday=open_on.isoweekday()).values("room_id")
        shut = await schedule.shut_all_day(open_on)
        found = found.filter(Q(id__in=Subquery(on_weekday)), ~Q(id__in=shut))
    if near:
        return await _nearest(found, near, first, after)
    return await page(found, ROOM_COLUMNS, first=first, after=after, order=("name", "id"), renamed=PATH)


async def _nearest(found: QuerySet[MothersRoom], near: Near, first: int, after: str | None) -> Page:
    """One page by distance, measured here: a city's rooms within reach are few, and SQLite knows no cosine."""
    near.check()
    check_first(first)
    beyond = tuple(decode_cursor(after, (int, as_uuid))) if after is not None else None
    places = await found.filter(near.box()).values("id", "latitude", "longitude")
    measured = ((near.metres_to(place["latitude"], place["longitude"]), place["id"]) for place in places)
    within_reach = sorted(key for key in measured if key[0] <= near.km * 1000)
    keys = [key for key in within_reach if beyond is None or key > beyond][: first + 1]
    shown = keys[:first]
    rooms = await rooms_by_id(id for _, id in shown)
    rows = [{**rooms[id], "distance_km": metres / 1000} for metres, id in shown]
    return Page(rows, [encode_cursor(key) for key in shown], len(keys) > first)

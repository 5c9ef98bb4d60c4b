"""What can be asked of mothers' rooms, and what can be done with them."""

from datetime import date, datetime
from typing import Annotated

import strawberry

from models.rooms.tables import Weekday
from resolvers import rooms
from schema.kit.build import batch, change, described, input_type, output
from schema.kit.context import Info
from schema.kit.errors import Payload
from schema.kit.inputs import given, id_of, values
from schema.kit.nodes import behind
from schema.kit.pagination import After, Connection, First, connection
from schema.kit.price import OWN_WAY_OUT
from schema.rooms.types import MothersRoom, RoomBooking, RoomClosure

KEY = "Sent again with the same input, the same effect happens once."
NOW = "As it is now; null when nothing is to be seen."


@input_type
class NearInput:
    """Around a point on the map."""

    latitude: float = given("Degrees north.")
    longitude: float = given("Degrees east.")
    km: float = given("How far at most, up to 100.")


@input_type
class MothersRoomFilter:
    """Which rooms to list; what is left out does not matter."""

    division_code: str | None = given("In this administrative division or below it.", default=None)
    text: str | None = given("With these words in name or address.", default=None)
    near: NearInput | None = given("Near a point; the nearest come first.", default=None)
    open_on: date | None = given("Open at some time of this day.", default=None)


@output
class RoomQueries:
    """Reading mothers' rooms."""

    @described(description="Mothers' rooms, the nearest first when a point is given, else by name.")
    async def mothers_rooms(
        self,
        info: Info,
        first: First,
        filter: Annotated[MothersRoomFilter | None, strawberry.argument(description="Which rooms to list.")] = None,
        after: After = None,
    ) -> Connection[MothersRoom]:
        wanted = values(filter) if filter else {}
        page = await rooms.search_rooms(info.context.actor, first=first, after=after, **wanted)
        return connection(page, after)  # type: ignore[no-any-return]


@input_type
class RoomBookingFilter:
    """Which bookings to list."""

    upcoming: bool | None = given(
        "True for those still to come or going on, the next first; false for the others.", default=None
    )


@output
class RoomViewer:
    """The viewer's bookings."""

    @described(description="The viewer's bookings of mothers' rooms, the latest first.")
    async def room_bookings(
        self,
        info: Info,
        first: First,
        filter: Annotated[RoomBookingFilter | None, strawberry.argument(description="Which bookings to list.")] = None,
        after: After = None,
    ) -> Connection[RoomBooking]:
        wanted = values(filter) if filter else {}
        page = await rooms.my_bookings(info.context.actor, first=first, after=after, **wanted)
        return connection(page, after)  # type: ignore[no-any-return]


@input_type
class BookRoomInput:
    """Which slot to book."""

    room_id: strawberry.ID = id_of("MothersRoom", "The room.")
    starts_at: datetime = given("When the slot starts.")
    idempotency_key: str | None = given(KEY, default=None)


@output
class BookRoomPayload(Payload):
    """What booking a slot came to."""

    booking: RoomBooking | None = batch(behind("booking_id", rooms.bookings_by_id), NOW)


@input_type
class CancelRoomBookingInput:
    """Which booking to cancel."""

    id: strawberry.ID = id_of("RoomBooking", "The booking.")
    idempotency_key: str | None = given(KEY, default=None)


@output
class CancelRoomBookingPayload(Payload):
    """What cancelling a booking came to."""

    booking: RoomBooking | None = batch(behind("booking_id", rooms.bookings_by_id), NOW)


@input_type
class CheckInToRoomInput:
    """Which booking to check in to."""

    id: strawberry.ID = id_of("RoomBooking", "The booking.")
    code: str = given("Its six digits.")
    idempotency_key: str | None = given(KEY, default=None)


@output
class CheckInToRoomPayload(Payload):
    """What checking in came to."""

    booking: RoomBooking | None = batch(behind("booking_id", rooms.bookings_by_id), NOW)


@input_type
class OpeningHoursInput:
    """A span of a weekday."""

    weekday: Weekday = given("The day of the week.")
    opens: str = given("From when, like `09:00`.")
    closes: str = given("Until when, like `17:30` or `24:00`.")


@input_type
class SetOpeningHoursInput:
    """When a room is open."""

    room_id: strawberry.ID = id_of("MothersRoom", "The room.")
    hours: list[OpeningHoursInput] = given("All spans of the week; several a day must not overlap.")
    idempotency_key: str | None = given(KEY, default=None)


@output
class SetOpeningHoursPayload(Payload):
    """What setting a room's hours came to."""

    room: MothersRoom | None = batch(behind("room_id", rooms.rooms_by_id), NOW)


@input_type
class CloseRoomInput:
    """When a room is closed in spite of its hours, and why."""

    room_id: strawberry.ID = id_of("MothersRoom", "The room.")
    starts_at: datetime = given("From when.")
    ends_at: datetime = given("Until when.")
    reason: str = given("Why, in words for everybody; up to 200 characters.")
    idempotency_key: str | None = given(KEY, default=None)


@output
class CloseRoomPayload(Payload):
    """What closing a room came to."""

    closure: RoomClosure | None = batch(behind("closure_id", rooms.closures_by_id), NOW)


@input_type
class RecordWalkInInput:
    """Who came without a booking: nobody asks for a name."""

    room_id: strawberry.ID = id_of("MothersRoom", "The room.")
    starts_at: datetime = given("When the slot starts.")
    idempotency_key: str | None = given(KEY, default=None)


@output
class RecordWalkInPayload(Payload):
    """What seating somebody came to."""

    booking: RoomBooking | None = batch(behind("booking_id", rooms.bookings_by_id), NOW)


@input_type
class RecordRoomCleaningInput:
    """That a room was cleaned, just now."""

    room_id: strawberry.ID = id_of("MothersRoom", "The room.")
    note: str | None = given("Anything worth noting; up to 200 characters.", default=None)
    idempotency_key: str | None = given(KEY, default=None)


@output
class RecordRoomCleaningPayload(Payload):
    """What an entry of the cleaning log came to."""

    room: MothersRoom | None = batch(behind("room_id", rooms.rooms_by_id), NOW)


@output
class RoomMutations:
    """Booking mothers' rooms, and running them."""

    book_room: BookRoomPayload | None = change(
        rooms.book_room, BookRoomInput, "Book a slot for the viewer, who may have one active booking."
    )
    cancel_room_booking: CancelRoomBookingPayload | None = change(
        rooms.cancel_booking, CancelRoomBookingInput, "Cancel a booking and give its place back.", price=OWN_WAY_OUT
    )
    check_in_to_room: CheckInToRoomPayload | None = change(
        rooms.check_in, CheckInToRoomInput, "Check in, from ten minutes before the slot starts until it ends."
    )
    record_walk_in: RecordWalkInPayload | None = change(
        rooms.record_walk_in, RecordWalkInInput, "Staff: seat somebody who came without a booking."
    )
    set_opening_hours: SetOpeningHoursPayload | None = change(
        rooms.set_opening_hours,
        SetOpeningHoursInput,
        "Staff: replace a room's hours; bookings that fit no more are cancelled and their members told.",
    )
    close_room: CloseRoomPayload | None = change(
        rooms.close_room,
        CloseRoomInput,
        "Staff: close a room for a time; bookings in it are cancelled and their members told.",
    )
    record_room_cleaning: RecordRoomCleaningPayload | None = change(
        rooms.record_room_cleaning, RecordRoomCleaningInput, "Staff: add an entry to a room's cleaning log."
    )

"""The tables of mothers' rooms. A booking says who comes when and nothing about anybody's health."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from models.kit.fields import EncryptedField, UtcDatetimeField, key


class SiteType(StrEnum):
    """What kind of place a room is in."""

    ENTERPRISE = "ENTERPRISE"
    BUILDING = "BUILDING"
    PUBLIC = "PUBLIC"


class Weekday(IntEnum):
    """A day of the week, Monday first (ISO 8601)."""

    MONDAY = 1
    TUESDAY = 2
    WEDNESDAY = 3
    THURSDAY = 4
    FRIDAY = 5
    SATURDAY = 6
    SUNDAY = 7


class BookingStatus(StrEnum):
    """What became of a booking."""

    BOOKED = "BOOKED"
    CHECKED_IN = "CHECKED_IN"
    CANCELLED = "CANCELLED"
    NO_SHOW = "NO_SHOW"


# Who holds a seat of a slot: those expected and those who came.
SEATED = (BookingStatus.BOOKED, BookingStatus.CHECKED_IN)


class MothersRoom(Model):
    """A room and the union that runs it. Ratings are summed here: lists show their average."""

    id = key()
    organisation: Any = fields.ForeignKeyField("models.Organisation", on_delete=fields.RESTRICT)
    name = fields.CharField(max_length=100)
    address = fields.CharField(max_length=200)
    site_type = fields.CharField(max_length=10)
    division_code = fields.CharField(max_length=12)
    latitude = fields.FloatField(null=True)
    longitude = fields.FloatField(null=True)
    area_m2 = fields.FloatField()
    equipment: Any = fields.JSONField()
    star_level = fields.IntField(null=True)
    partitions = fields.IntField()
    rating_sum = fields.IntField(default=0)
    rating_count = fields.IntField(default=0)
    # Null until the plaque is given: before, nobody finds the room or books it.
    opened_at = UtcDatetimeField(null=True)
    # Written first by whoever changes hours or closures: it waits for bookings under way, and they for it.
    schedule_changed_at = UtcDatetimeField()

    class Meta:
        table = "mothers_room"
        indexes = (("name", "id"), ("organisation_id",))


class RoomHours(Model):
    """A span of a weekday on which a room is open, in minutes after midnight in China."""

    id = key()
    room: Any = fields.ForeignKeyField("models.MothersRoom", on_delete=fields.RESTRICT)
    weekday = fields.IntField()
    opens = fields.IntField()
    closes = fields.IntField()

    class Meta:
        table = "room_hours"
        unique_together = (("room_id", "weekday", "opens"),)


class RoomClosure(Model):
    """A time in which a room is closed in spite of its hours, and why, in words for everybody."""

    id = key()
    room: Any = fields.ForeignKeyField("models.MothersRoom", on_delete=fields.RESTRICT)
    starts_at = UtcDatetimeField()
    ends_at = UtcDatetimeField()
    reason = fields.CharField(max_length=200)
    cancelled_bookings = fields.IntField(default=0)

    class Meta:
        table = "room_closure"
        indexes = (("room_id", "ends_at"),)


class RoomSlot(Model):
    """How many seats of a slot are taken: made by its first booking, never above its capacity."""

    id = key()
    room: Any = fields.ForeignKeyField("models.MothersRoom", on_delete=fields.RESTRICT)
    starts_at = UtcDatetimeField()
    taken = fields.IntField()
    capacity = fields.IntField()

    class Meta:
        table = "room_slot"
        unique_together = (("room_id", "starts_at"),)


class RoomBooking(Model):
    """A seat in a slot for a member, or for a walk-in whom nobody asked for a name."""

    id = key()
    room: Any = fields.ForeignKeyField("models.MothersRoom", on_delete=fields.RESTRICT)
    member: Any = fields.ForeignKeyField("models.Member", null=True, on_delete=fields.RESTRICT)
    starts_at = UtcDatetimeField()
    ends_at = UtcDatetimeField()
    status = fields.CharField(max_length=10)
    created_at = UtcDatetimeField()
    checked_in_at = UtcDatetimeField(null=True)
    released_at = UtcDatetimeField(null=True)

    class Meta:
        table = "room_booking"
        indexes = (("room_id", "starts_at"), ("member_id", "starts_at"), ("status", "starts_at"))


class RoomRating(Model):
    """What a member thought of a booking they used; one for each."""

    id = key()
    booking: Any = fields.OneToOneField("models.RoomBooking", on_delete=fields.RESTRICT, related_name="rating")
    member: Any = fields.ForeignKeyField("models.Member", on_delete=fields.RESTRICT)
    score = fields.IntField()
    comment = fields.TextField(null=True)
    created_at = UtcDatetimeField()

    class Meta:
        table = "room_rating"


class RoomCleaning(Model):
    """An entry of a room's cleaning log."""

    id = key()
    room: Any = fields.ForeignKeyField("models.MothersRoom", on_delete=fields.RESTRICT)
    at = UtcDatetimeField()
    cleaned_by = fields.CharField(max_length=100)
    note = fields.CharField(max_length=200, null=True)

    class Meta:
        table = "room_cleaning"
        indexes = (("room_id", "at"),)


class MothersRoomApplication(Model):
    """The typed part of an application to set a room up: the site, the room, and who looks after it."""

    id = key()
    case_id: UUID
    room_id: UUID | None
    case: Any = fields.OneToOneField("models.Case", on_delete=fields.RESTRICT, related_name="mothers_room")
    site_name = fields.CharField(max_length=100)
    address = fields.CharField(max_length=200)
    site_type = fields.CharField(max_length=10)
    division_code = fields.CharField(max_length=12)
    latitude = fields.FloatField(null=True)
    longitude = fields.FloatField(null=True)
    site_area = fields.FloatField(null=True)  # m², of the whole place
    visitors_per_day = fields.IntField(null=True)
    area = fields.FloatField()  # m², of the room
    equipment: Any = fields.JSONField()
    partitions = fields.IntField()
    female_staff = fields.IntField()
    manager_name = fields.CharField(max_length=50)
    manager_phone = EncryptedField()
    manager_phone_masked = fields.CharField(max_length=11)
    budget_fen = fields.BigIntField(null=True)
    star_level = fields.IntField(null=True)
    # The room that approval made.
    room: Any = fields.OneToOneField("models.MothersRoom", null=True, on_delete=fields.RESTRICT)

    class Meta:
        table = "mothers_room_application"

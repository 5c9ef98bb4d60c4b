"""Events and registrations as they are kept (domain facts: sections 9, 12)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from tortoise import fields
from tortoise.models import Model

from models.kit.fields import UtcDatetimeField, key


class EventKind(StrEnum):
    """What sort of event it is."""

    MATCHMAKING = "MATCHMAKING"
    LECTURE = "LECTURE"
    LIVESTREAM = "LIVESTREAM"
    SHOW = "SHOW"
    TRIP = "TRIP"
    SPORTS = "SPORTS"
    CULTURE = "CULTURE"
    TRAINING = "TRAINING"
    COMPETITION = "COMPETITION"
    OTHER = "OTHER"


class EventStatus(StrEnum):
    """Whether an event is prepared, announced or called off."""

    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"
    CANCELLED = "CANCELLED"


class RegistrationStatus(StrEnum):
    """Where a registration stands."""

    CONFIRMED = "CONFIRMED"
    WAITLISTED = "WAITLISTED"
    OFFERED = "OFFERED"
    CHECKED_IN = "CHECKED_IN"
    CANCELLED = "CANCELLED"
    OFFER_EXPIRED = "OFFER_EXPIRED"
    EVENT_CANCELLED = "EVENT_CANCELLED"


SEATED = (RegistrationStatus.CONFIRMED, RegistrationStatus.OFFERED, RegistrationStatus.CHECKED_IN)
# One of these a member and event (partial unique index `registration_one_active`).
ACTIVE = (*SEATED, RegistrationStatus.WAITLISTED)
# A ticket opens the door in these.
TICKETED = (RegistrationStatus.CONFIRMED, RegistrationStatus.CHECKED_IN)
TICKET_LENGTH = 16


class Event(Model):
    """An event of a union. `taken` counts the registrations that are SEATED and never exceeds `capacity`;
    while somebody waits, every free seat is on offer, so that nobody new overtakes them."""

    id = key()
    organisation: Any = fields.ForeignKeyField("models.Organisation", on_delete=fields.RESTRICT)
    status = fields.CharField(max_length=10, default=EventStatus.DRAFT.value)
    event_kind = fields.CharField(max_length=20)
    title = fields.CharField(max_length=100)
    description = fields.TextField()
    venue = fields.CharField(max_length=200)
    starts_at = UtcDatetimeField()
    ends_at = UtcDatetimeField()
    sign_up_opens_at = UtcDatetimeField(null=True)  # null in a draft: when it is published
    sign_up_closes_at = UtcDatetimeField()
    capacity = fields.IntField()
    taken = fields.IntField(default=0)
    waiting = fields.IntField(default=0)
    queue_last = fields.IntField(default=0)
    # How long a seat that became free is kept for the next in the waiting list.
    offer_hours = fields.IntField()
    # Who may register: a list of {"check", "code", "params"}.
    rules: Any = fields.JSONField()
    form: Any = fields.JSONField(null=True)
    form_version = fields.IntField(default=1)
    published_at = UtcDatetimeField(null=True)
    cancel_reason = fields.TextField(null=True)
    created_at = UtcDatetimeField()

    class Meta:
        table = "event"
        indexes = (("starts_at", "id"), ("ends_at",), ("organisation_id",))


class EventRegistration(Model):
    """A member's place at an event or in its waiting list, in which the lowest `queue_number` comes first."""

    id = key()
    event: Any = fields.ForeignKeyField("models.Event", on_delete=fields.RESTRICT)
    member: Any = fields.ForeignKeyField("models.Member", on_delete=fields.RESTRICT)
    status = fields.CharField(max_length=15)
    queue_number = fields.IntField(null=True)
    offer_expires_at = UtcDatetimeField(null=True)
    answers: Any = fields.JSONField(null=True)
    form_version = fields.IntField()
    ticket_code = fields.CharField(max_length=TICKET_LENGTH, unique=True)
    checked_in_at = UtcDatetimeField(null=True)
    checked_in_by = fields.UUIDField(null=True)
    # The scan that let the member in: the same one sent again is no second entry.
    check_in_nonce = fields.CharField(max_length=64, null=True)
    created_at = UtcDatetimeField()

    class Meta:
        table = "event_registration"
        indexes = (
            ("event_id", "status", "queue_number"),
            ("event_id", "id"),
            ("member_id", "id"),
            ("status", "offer_expires_at"),
        )

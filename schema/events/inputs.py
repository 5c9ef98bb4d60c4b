"""What clients send about events."""

from datetime import datetime

import strawberry

from schema.events.enums import EventKind, EventStatus
from schema.kit.build import input_type
from schema.kit.inputs import given, id_of
from schema.kit.scalars import JSON

KEY = "Sent again with the same input, the same effect happens once."
AS_IS = "; null leaves it as it is."


@input_type
class EventFilter:
    """Which events to list; all conditions hold together. Without `past`, those that are not over."""

    event_kind: EventKind | None = given("Of this sort.", default=None)
    text: str | None = given("With these words in title or venue.", default=None)
    division_code: str | None = given("Put on by unions of this administrative division or below it.", default=None)
    organisation_id: strawberry.ID | None = id_of("Organisation", "Put on by this union or one below it.", default=None)
    open_for_sign_up: bool | None = given("True for those that can be registered for now.", default=None)
    since: datetime | None = given("Not over at this moment.", name="from", default=None)
    until: datetime | None = given("Beginning before this moment.", name="to", default=None)
    past: bool | None = given("True for those that are over, the latest first.", default=None)
    status: EventStatus | None = given("With this status; otherwise all but those called off.", default=None)


@input_type
class RegistrationFilter:
    """Which registrations to list."""

    upcoming: bool | None = given(
        "True for those that count for events not over, the next event first; false for the others.", default=None
    )


@input_type
class RegisterForEventInput:
    """What to register for."""

    event_id: strawberry.ID = id_of("Event", "The event.")
    answers: JSON | None = given("Answers to its questions, by its form.", default=None)
    idempotency_key: str | None = given(KEY, default=None)


@input_type
class CancelRegistrationInput:
    """Which place to give up."""

    id: strawberry.ID = id_of("EventRegistration", "The registration.")
    idempotency_key: str | None = given(KEY, default=None)


@input_type
class AcceptWaitlistOfferInput:
    """Which offer to accept."""

    id: strawberry.ID = id_of("EventRegistration", "The registration that a seat is kept for.")
    idempotency_key: str | None = given(KEY, default=None)


@input_type
class CheckInRegistrationInput:
    """A scan at the door."""

    ticket_code: str = given("What the member's ticket says.")
    nonce: str = given("A fresh value for each scan, up to 64 characters; the same scan sent again changes nothing.")
    at: datetime | None = given("When it was scanned, if not now: a scanner may send later.", default=None)
    idempotency_key: str | None = given(KEY, default=None)


@input_type
class EventConditionInput:
    """A condition in the organiser's own words: a named check with its parameters."""

    check: str = given("`detail_in` or `details_known`.")
    params: JSON = given("For `detail_in`: `field` and `values`; for `details_known`: `fields`.")
    says: str = given("What it asks for, as people read it.")


@input_type
class EventEligibilityInput:
    """Whom an event is for; without anything, the active members of the organising union and those below it."""

    organisation_id: strawberry.ID | None = id_of(
        "Organisation", "Members of this union and those below it.", default=None
    )
    retained_members: bool | None = given("True when retired and unemployed members may come too.", default=None)
    membership_days: int | None = given("Members for at least so many days.", default=None)
    age_from: int | None = given("Of at least this age.", default=None)
    age_to: int | None = given("Of at most this age.", default=None)
    conditions: list[EventConditionInput] | None = given("What else is asked for.", default=None)


@input_type
class CreateEventInput:
    """An event to prepare."""

    organisation_id: strawberry.ID = id_of("Organisation", "The union that puts it on.")
    title: str = given("Its title, up to 100 characters.")
    description: str = given("What awaits those who come.")
    event_kind: EventKind = given("What sort of event it is.")
    venue: str = given("Where it takes place.")
    starts_at: datetime = given("When it begins.")
    ends_at: datetime = given("When it ends.")
    sign_up_opens_at: datetime | None = given("When sign-up opens; null: when it is published.", default=None)
    sign_up_closes_at: datetime = given("When sign-up closes, at the latest when it begins.")
    capacity: int = given("How many seats there are.")
    offer_hours: int | None = given(
        "How many hours a freed seat is kept for the next in line; 24 unless given.", default=None
    )
    eligibility: EventEligibilityInput | None = given("Whom it is for.", default=None)
    form: JSON | None = given("What those who register are asked, as JSON Schema (2020-12).", default=None)
    idempotency_key: str | None = given(KEY, default=None)


@input_type
class ChangeEventInput:
    """What to change of an event that is not over."""

    id: strawberry.ID = id_of("Event", "The event.")
    title: str | None = given(f"Its title{AS_IS}", default=None)
    description: str | None = given(f"What awaits those who come{AS_IS}", default=None)
    event_kind: EventKind | None = given(f"What sort of event it is{AS_IS}", default=None)
    venue: str | None = given(f"Where it takes place{AS_IS}", default=None)
    starts_at: datetime | None = given(f"When it begins{AS_IS}", default=None)
    ends_at: datetime | None = given(f"When it ends{AS_IS}", default=None)
    sign_up_opens_at: datetime | None = given(f"When sign-up opens{AS_IS}", default=None)
    sign_up_closes_at: datetime | None = given(f"When sign-up closes{AS_IS}", default=None)
    capacity: int | None = given(f"How many seats there are, not fewer than are taken or on offer{AS_IS}", default=None)
    offer_hours: int | None = given(f"How many hours a freed seat is kept for the next in line{AS_IS}", default=None)
    eligibility: EventEligibilityInput | None = given(f"Whom it is for from now on{AS_IS}", default=None)
    form: JSON | None = given(f"Other questions, while it is a draft{AS_IS}", default=None)
    idempotency_key: str | None = given(KEY, default=None)


@input_type
class PublishEventInput:
    """Which draft to announce."""

    id: strawberry.ID = id_of("Event", "The event.")
    idempotency_key: str | None = given(KEY, default=None)


@input_type
class CancelEventInput:
    """Which event to call off."""

    id: strawberry.ID = id_of("Event", "The event.")
    reason: str = given("Why, as those who registered are told.")
    idempotency_key: str | None = given(KEY, default=None)

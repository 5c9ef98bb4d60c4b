"""What can be asked of events, and what can be done with them."""

from typing import Annotated

import strawberry

from resolvers.events import joining, organising, reading
from schema.events.inputs import (
    AcceptWaitlistOfferInput,
    CancelEventInput,
    CancelRegistrationInput,
    ChangeEventInput,
    CheckInRegistrationInput,
    CreateEventInput,
    EventFilter,
    PublishEventInput,
    RegisterForEventInput,
    RegistrationFilter,
)
from schema.events.types import Event, EventRegistration
from schema.kit.build import batch, change, described, output
from schema.kit.context import Info
from schema.kit.errors import Payload
from schema.kit.inputs import values
from schema.kit.nodes import behind
from schema.kit.pagination import After, Connection, First, connection
from schema.kit.price import OWN_WAY_OUT

NOW = "As it is now; null when nothing is to be seen."
_registration = behind("registration_id", reading.registrations_by_id)
_event = behind("event_id", reading.events_by_id)


@output
class EventQueries:
    """Finding events."""

    @described(description="Events, what is coming up soonest first.")
    async def events(
        self,
        info: Info,
        first: First,
        filter: Annotated[EventFilter | None, strawberry.argument(description="Which events to list.")] = None,
        after: After = None,
    ) -> Connection[Event]:
        narrowed = {name: value for name, value in values(filter, "filter.").items() if value} if filter else {}
        page = await reading.find_events(info.context.actor, first=first, after=after, **narrowed)
        return connection(page, after)  # type: ignore[no-any-return]


@output
class EventViewer:
    """The viewer's registrations."""

    @described(description="The viewer's registrations for events, the latest first.")
    async def registrations(
        self,
        info: Info,
        first: First,
        filter: Annotated[
            RegistrationFilter | None, strawberry.argument(description="Which registrations to list.")
        ] = None,
        after: After = None,
    ) -> Connection[EventRegistration]:
        narrowed = values(filter, "filter.") if filter else {}
        page = await reading.my_registrations(info.context.actor, first=first, after=after, **narrowed)
        return connection(page, after)  # type: ignore[no-any-return]


@output
class RegisterForEventPayload(Payload):
    """What registering came to."""

    registration: EventRegistration | None = batch(_registration, NOW)


@output
class CancelRegistrationPayload(Payload):
    """What giving a place up came to."""

    registration: EventRegistration | None = batch(_registration, NOW)


@output
class AcceptWaitlistOfferPayload(Payload):
    """What accepting an offer came to."""

    registration: EventRegistration | None = batch(_registration, NOW)


@output
class CheckInRegistrationPayload(Payload):
    """What a scan at the door came to."""

    registration: EventRegistration | None = batch(_registration, NOW)


@output
class CreateEventPayload(Payload):
    """What preparing an event came to."""

    event: Event | None = batch(_event, NOW)


@output
class ChangeEventPayload(Payload):
    """What changing an event came to."""

    event: Event | None = batch(_event, NOW)


@output
class PublishEventPayload(Payload):
    """What announcing an event came to."""

    event: Event | None = batch(_event, NOW)


@output
class CancelEventPayload(Payload):
    """What calling an event off came to."""

    event: Event | None = batch(_event, NOW)


@output
class EventMutations:
    """Joining events and running them."""

    register_for_event: RegisterForEventPayload | None = change(
        joining.register_for_event, RegisterForEventInput, "Take a seat, or a place in the waiting list."
    )
    cancel_registration: CancelRegistrationPayload | None = change(
        joining.cancel_registration,
        CancelRegistrationInput,
        "Give a place up or decline an offer, before the event begins.",
        price=OWN_WAY_OUT,
    )
    accept_waitlist_offer: AcceptWaitlistOfferPayload | None = change(
        joining.accept_waitlist_offer, AcceptWaitlistOfferInput, "Take a seat that is on offer."
    )
    check_in_registration: CheckInRegistrationPayload | None = change(
        joining.check_in_registration,
        CheckInRegistrationInput,
        "Let the holder of a ticket in; for the organiser's staff.",
    )
    create_event: CreateEventPayload | None = change(
        organising.create_event, CreateEventInput, "Prepare an event; only staff see it before it is published."
    )
    change_event: ChangeEventPayload | None = change(
        organising.change_event, ChangeEventInput, "Change an event; more seats go to the waiting list first."
    )
    publish_event: PublishEventPayload | None = change(
        organising.publish_event, PublishEventInput, "Announce an event."
    )
    cancel_event: CancelEventPayload | None = change(
        organising.cancel_event, CancelEventInput, "Call an event off and tell everybody who registered."
    )

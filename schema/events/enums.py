"""The closed sets of events, described before any type or input shows them."""

from models.events.tables import EventKind, EventStatus, RegistrationStatus
from schema.kit.build import enum

__all__ = ["EventKind", "EventStatus", "RegistrationStatus"]

enum(
    EventKind,
    MATCHMAKING="Young people meeting one another.",
    LECTURE="A lecture.",
    LIVESTREAM="A livestream.",
    SHOW="A show or a concert.",
    TRIP="A trip.",
    SPORTS="Sports and games.",
    CULTURE="Calligraphy, photography, reading, film and the like.",
    TRAINING="Training.",
    COMPETITION="A competition with sign-up.",
    OTHER="Anything else.",
)
enum(
    EventStatus,
    DRAFT="Being prepared; only the organiser's staff see it.",
    PUBLISHED="Announced.",
    CANCELLED="Called off.",
)
enum(
    RegistrationStatus,
    CONFIRMED="Has a seat.",
    WAITLISTED="Waits for a seat.",
    OFFERED="A seat is kept until the offer expires.",
    CHECKED_IN="Came and was let in.",
    CANCELLED="Given up by the member.",
    OFFER_EXPIRED="Let an offer pass.",
    EVENT_CANCELLED="The event was called off.",
)

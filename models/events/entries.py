"""Registrations as entries of a member's own calendar."""

from uuid import UUID

from models.events.tables import ACTIVE, EventRegistration, RegistrationStatus
from models.kit import audit
from models.kit.entries import Entry

R = RegistrationStatus
# A registration only ever moves down this list, so that its place in it counts its changes.
_COURSE = (R.WAITLISTED, R.OFFERED, R.CONFIRMED, R.CHECKED_IN, R.CANCELLED, R.OFFER_EXPIRED, R.EVENT_CANCELLED)


async def entry(registration_id: UUID, member_id: UUID | None) -> Entry | None:
    """A registration of the member; None for anybody else's."""
    own = EventRegistration.filter(id=registration_id, member_id=member_id, member_id__isnull=False)
    found = await own.values(
        "status", "event_id", title="event__title", venue="event__venue",
        starts_at="event__starts_at", ends_at="event__ends_at",
    )  # fmt: skip
    if not found:
        return None
    row, status = found[0], R(found[0]["status"])
    return Entry(
        registration_id,
        revision=_COURSE.index(status) + await audit.times_recorded("Event", row["event_id"]),
        cancelled=status not in ACTIVE,
        title=f"calendar.event.{_words(status)}",
        begins=row["starts_at"],
        ends=row["ends_at"],
        place=row["venue"],
        params={"event": row["title"]},
    )


def _words(status: RegistrationStatus) -> str:
    return {R.WAITLISTED: "WAITLISTED", R.OFFERED: "OFFERED"}.get(status, "REGISTERED")

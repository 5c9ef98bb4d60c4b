"""The record as people read it: who looked at a member's file, and what auditors may see of the audit log."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.kit import clock
from models.kit.actor import Actor, Role
from models.kit.audit import AuditEntry, Outcome
from models.members import within

Row = dict[str, Any]
AUDIT_COLUMNS = (
    "id", "at", "account_id", "actor_name", "actor_role", "actor_organisation_id", "action", "outcome",
    "target_type", "target_id", "what", "reason",
)  # fmt: skip
# Actions by which staff look at what a member's file holds.
VIEWS = ("staff.reveal", "files.read")


def views_of(member_id: UUID | None) -> QuerySet[AuditEntry]:
    """When staff looked at a member's file."""
    return AuditEntry.filter(subject_id=member_id, subject_id__isnull=False, action__in=VIEWS, outcome=Outcome.DONE)


def entries_visible_to(actor: Actor) -> QuerySet[AuditEntry]:
    """Entries of the unions whose record an actor keeps; those of no union are for the city's."""
    grants = actor.scope(Role.AUDITOR, Role.ADMINISTRATOR)
    seen = within("organisation_path", grants)
    if any(grant.path.count("/") == 1 for grant in grants):
        seen |= Q(organisation_path=None)
    return AuditEntry.filter(seen)


def selected(
    found: QuerySet[AuditEntry],
    *,
    from_: date | None = None,
    to: date | None = None,
    action: str | None = None,
    outcome: Outcome | None = None,
    actor_id: UUID | None = None,
    target_id: tuple[str, UUID] | None = None,
    member_id: UUID | None = None,
) -> QuerySet[AuditEntry]:
    """Those entries that pass every filter given; days are whole ones in China."""
    filters: Row = {
        "at__gte": clock.start_of_day(from_) if from_ else None,
        "at__lt": clock.start_of_day(to + timedelta(days=1)) if to else None,
        "action": action,
        "outcome": outcome,
        "account_id": actor_id,
        "target_type": target_id[0] if target_id else None,
        "target_id": target_id[1] if target_id else None,
        "subject_id": member_id,
    }
    return found.filter(**{name: value for name, value in filters.items() if value is not None})


async def whole(member_id: UUID) -> list[Row]:
    """Everything on record that concerns a member, the first first."""
    found = AuditEntry.filter(subject_id=member_id).order_by("id")
    return await found.values("at", "actor_name", "actor_role", "action", "outcome", "what", "reason")

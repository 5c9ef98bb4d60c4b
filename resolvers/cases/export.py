"""A person's cases and objections, for a copy of everything held about them."""

from typing import Any
from uuid import UUID

from models.cases import reading
from models.cases.tables import Case, Objection
from models.kit.actor import Actor
from resolvers.kit.export import exports

Row = dict[str, Any]
_SHOWN = ("number", "kind", "status", "submitted_at", "decided_at", "finished_at", "requested_fen", "approved_fen")


@exports("cases")
async def held_cases(member_id: UUID | None, account_id: UUID) -> list[Row]:
    """The member's own cases as they may read them, oldest first."""
    rows = await Case.filter(applicant_id=member_id).order_by("id").values(*reading.CASE_COLUMNS) if member_id else []
    ids = [row["id"] for row in rows]
    applicant = Actor(account_id=account_id, member_id=member_id)
    timelines, sealed = await reading.timelines(applicant, rows), await reading.sealed_columns(rows)
    documents, corrections = await reading.documents(applicant, rows), await reading.corrections(ids)
    payments, ratings = await reading.payments(ids), await reading.ratings(ids)
    return [
        {
            **{name: row[name] for name in _SHOWN},
            **sealed[row["id"]],
            "timeline": timelines.get(row["id"], []),
            "documents": documents.get(row["id"], []),
            "correction": corrections.get(row["id"]),
            "payments": payments.get(row["id"], []),
            "rating": ratings.get(row["id"]),
        }
        for row in rows
    ]


@exports("objections")
async def held_objections(member_id: UUID | None, account_id: UUID) -> list[Row]:
    """The objections that the account lodged."""
    rows = await Objection.filter(account_id=account_id).order_by("id").values("id", "at", "status", "grounds")
    return [{**row, "grounds": row["grounds"].open(row["id"])} for row in rows]

"""The documents a case needs: listed when it is handed in, seen at the counter by staff."""

from datetime import date
from uuid import UUID

from models.cases.tables import Case, CaseDocument
from models.kit import clock
from models.kit.ids import uuid7
from models.programmes.catalogue import Terms

MISSING, PRESENTED = "MISSING", "PRESENTED"


async def require(case: Case, terms: Terms) -> None:
    """List what the programme asks for; documents listed before stay as they are."""
    known = set(await CaseDocument.filter(case_id=case.id).values_list("kind", flat=True))
    await CaseDocument.bulk_create(
        [
            CaseDocument(
                id=uuid7(), case_id=case.id, kind=item["kind"], name=item["name"],
                deferrable=item["deferrable"], status=MISSING,
            )
            for item in terms.documents
            if item["kind"] not in known
        ]
    )  # fmt: skip


async def present(case_id: UUID, document_id: UUID) -> bool:
    """Mark one document as seen; False when it already was."""
    return bool(
        await CaseDocument.filter(id=document_id, case_id=case_id, status=MISSING).update(
            status=PRESENTED, presented_at=clock.now()
        )
    )


async def present_all(case_id: UUID) -> None:
    """Whoever accepts a case vouches that its documents were seen."""
    await CaseDocument.filter(case_id=case_id, status=MISSING).update(status=PRESENTED, presented_at=clock.now())


async def defer(case_id: UUID, due_on: date) -> int:
    """Vouch for the documents that cannot be deferred, and set a day for the missing ones that can; how many."""
    await CaseDocument.filter(case_id=case_id, status=MISSING, deferrable=False).update(
        status=PRESENTED, presented_at=clock.now()
    )
    return int(await CaseDocument.filter(case_id=case_id, status=MISSING).update(required_by=due_on))


async def complete(case_id: UUID) -> bool:
    """True when nothing is missing."""
    return not await CaseDocument.filter(case_id=case_id, status=MISSING).exists()

"""The documents a case needs: listed when it is handed in, given as files by the applicant, seen by staff.

A file stands for its document: what is ATTACHED is delivered. PRESENTED is what staff vouch to have seen, at the
counter or as the file; it stays as it is until they ask for it again.
"""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from tortoise.expressions import Q

from models.cases.tables import Case, CaseDocument
from models.kit import clock
from models.kit.fields import matching
from models.kit.ids import uuid7
from models.programmes.catalogue import Terms

MISSING, ATTACHED, PRESENTED = "MISSING", "ATTACHED", "PRESENTED"
NOT_SEEN = (MISSING, ATTACHED)


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
        await CaseDocument.filter(id=document_id, case_id=case_id, status__in=NOT_SEEN).update(
            status=PRESENTED, presented_at=clock.now()
        )
    )


async def present_all(case_id: UUID) -> None:
    """Whoever accepts a case vouches that its documents were seen."""
    await CaseDocument.filter(case_id=case_id, status__in=NOT_SEEN).update(status=PRESENTED, presented_at=clock.now())


async def defer(case_id: UUID, due_on: date) -> int:
    """Vouch for the documents that are there or cannot be deferred, and set a day for the others; how many."""
    await CaseDocument.filter(Q(deferrable=False) | Q(status=ATTACHED), case_id=case_id, status__in=NOT_SEEN).update(
        status=PRESENTED, presented_at=clock.now()
    )
    return int(await CaseDocument.filter(case_id=case_id, status=MISSING).update(required_by=due_on))


async def complete(case_id: UUID) -> bool:
    """True when nothing is missing."""
    return not await CaseDocument.filter(case_id=case_id, status=MISSING).exists()


async def of_kind(case_id: UUID, kind: str) -> UUID | None:
    """The document of a kind; None where the case does not need it."""
    meant = CaseDocument.filter(matching(CaseDocument, "kind", kind), case_id=case_id)
    found = await meant.values_list("id", flat=True)
    return UUID(str(found[0])) if found else None


async def attach(document_id: UUID) -> bool:
    """A file is given for a document; False when staff have seen it already."""
    return bool(await CaseDocument.filter(id=document_id, status__in=NOT_SEEN).update(status=ATTACHED))


async def detach(document_id: UUID) -> bool:
    """The file of a document is gone, which is missing again unless staff have seen it; False when they have."""
    return bool(await CaseDocument.filter(id=document_id, status=ATTACHED).update(status=MISSING))


async def ask_again(case_id: UUID, kinds: Iterable[str]) -> None:
    """What staff find wrong with documents takes back that they vouched for them."""
    seen = CaseDocument.filter(case_id=case_id, kind__in=list(kinds), status=PRESENTED)
    for row in await seen.values("id", "file__id"):
        status = ATTACHED if row["file__id"] else MISSING
        await CaseDocument.filter(id=row["id"]).update(status=status, presented_at=None)

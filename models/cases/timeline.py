"""The timeline of a case: one chain of keyed hashes, appended under the case's version update.

Hashes cover salted digests, and personal text is sealed with the person's own key: erasing that key erases the
texts and leaves the chain whole.
"""

from typing import Any
from uuid import UUID

import orjson

from models.cases.status import CaseAction
from models.cases.tables import Case, CaseEvent
from models.kit import clock, crypto
from models.kit.actor import Actor
from models.kit.ids import uuid7

Row = dict[str, Any]
_HASHED = (
    "number", "at", "action", "from_status", "to_status", "step", "by_id", "by_name", "by_role", "remark_digest",
)  # fmt: skip


def seal_text(salt: str, place: str, row_id: UUID, text: str | None) -> str | None:
    """Seal a personal text with the person's key."""
    return None if text is None else crypto.seal(text, f"{place}.{row_id}", bytes.fromhex(salt))


def open_text(salt: str, place: str, row_id: UUID, token: str | None) -> str | None:
    """Open what `seal_text` sealed; None once the person's key is erased."""
    return crypto.unseal(token, f"{place}.{row_id}", bytes.fromhex(salt)) if token and salt else None


def role_of(actor: Actor, path: str | None) -> str:
    """In what role an actor acts on a case of the union at `path`."""
    if actor.system:
        return "SYSTEM"
    roles = actor.roles_at(path) if path else frozenset()
    return min(roles) if roles else "APPLICANT"


def entry(
    case: Case,
    salt: str,
    actor: Actor,
    role: str,
    action: CaseAction,
    *,
    from_status: str | None,
    to_status: str | None,
    remark: str | None,
) -> CaseEvent:
    """The next entry of a case's chain; saved by the caller after the case's guarded update."""
    id = uuid7()
    made = CaseEvent(
        id=id,
        case_id=case.id,
        number=case.timeline_count + 1,
        at=clock.now(),
        action=action,
        from_status=from_status,
        to_status=to_status,
        step=case.step,
        by_id=actor.account_id,
        by_name=actor.name,
        by_role=role,
        remark=seal_text(salt, "case_event.remark", id, remark),
        remark_digest=crypto.keyed_digest(f"{salt}{remark}", "remark") if remark is not None else None,
        hash="",
    )
    made.hash = _hash(case.id, case.timeline_head, {name: getattr(made, name) for name in _HASHED})
    return made


def _hash(case_id: UUID, previous: str, row: Row) -> str:
    body = [str(case_id), previous, *(None if row[name] is None else str(row[name]) for name in _HASHED)]
    return crypto.keyed_digest(orjson.dumps(body).decode(), "timeline")


async def verify(batch: int = 500) -> Row:
    """Walk every case's chain: `broken` names the first case and entry that do not hold."""
    checked, last = 0, UUID(int=0)
    while (
        cases := await Case.filter(id__gt=last)
        .order_by("id")
        .limit(batch)
        .values("id", "number", "timeline_count", "timeline_head")
    ):
        last = cases[-1]["id"]
        rows = (
            await CaseEvent.filter(case_id__in=[c["id"] for c in cases])
            .order_by("case_id", "number")
            .values("case_id", "hash", *_HASHED)
        )
        events: dict[UUID, list[Row]] = {}
        for row in rows:
            events.setdefault(row["case_id"], []).append(row)
        for case in cases:
            broken = _first_broken(case, events.get(case["id"], []))
            if broken:
                return {"checked": checked, "broken": {"case": case["number"], "entry": broken}}
            checked += 1
    return {"checked": checked, "broken": None}


def _first_broken(case: Row, events: list[Row]) -> int | None:
    previous = ""
    for number, row in enumerate(events, 1):
        previous = _hash(case["id"], previous, row)
        if row["number"] != number or row["hash"] != previous:
            return number
    whole = len(events) == case["timeline_count"] and previous == case["timeline_head"]
    return None if whole else len(events) + 1

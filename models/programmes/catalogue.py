"""Reading the catalogue: which version holds when, and whether a programme is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise.expressions import Q

from models.kit import clock
from models.kit.calendar import Counts
from models.programmes.tables import OpeningWindow, Programme, ProgrammeVersion, ReferenceAmount

Row = dict[str, Any]
PROGRAMME_COLUMNS = (
    "id", "code", "kind", "season", "name", "summary", "basis", "appeal_route", "position", "benefit",
)  # fmt: skip
VERSION_COLUMNS = (
    "id", "programme_id", "number", "area", "rules", "steps", "documents", "form", "form_version", "amounts",
    "entitlements", "limits",
)  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One step of a programme's own list."""

    code: str
    kind: str
    name: dict[str, str]
    actor: str
    role: str
    days: int
    counts: Counts
    signatures: int = 1
    # Whoever signed (or visited in) one of these steps may not sign this one.
    apart_from: tuple[str, ...] = ()
    # Whose union UNIT is, and COUNTY above it: the applicant's OWN, or the FORMER one that a member leaves.
    union: str = "OWN"
    # A signature against it rejects the case, as at the decision.
    vetoes: bool = False


@dataclass(frozen=True)
class Terms:
    """A version of a programme, as rules read it."""

    id: UUID
    programme_id: UUID
    number: int
    rules: list[Row]
    steps: tuple[Step, ...]
    documents: list[Row]
    form: Row
    form_version: int
    amounts: list[Row]
    entitlements: list[Row]
    limits: Row

    def step(self, code: str | None) -> Step | None:
        """The step of a code."""
        return next((step for step in self.steps if step.code == code), None)

    def after(self, code: str) -> Step | None:
        """The step that follows; None after the last."""
        codes = [step.code for step in self.steps]
        following = self.steps[codes.index(code) + 1 :]
        return following[0] if following else None


_terms: dict[UUID, Terms] = {}


def as_terms(row: Row) -> Terms:
    """Terms from a row of VERSION_COLUMNS. A version never changes, so each is made once."""
    if row["id"] not in _terms:
        steps = tuple(
            Step(**{**step, "counts": Counts(step["counts"]), "apart_from": tuple(step.get("apart_from", ()))})
            for step in row["steps"]
        )
        values = {name: row[name] for name in VERSION_COLUMNS if name not in ("area", "steps")}
        _terms[row["id"]] = Terms(**values, steps=steps)
    return _terms[row["id"]]


async def terms_by_id(ids: Sequence[UUID]) -> dict[UUID, Terms]:
    """The terms of versions; only those not seen before are read."""
    missing = [id for id in set(ids) if id not in _terms]
    if missing:
        for row in await ProgrammeVersion.filter(id__in=missing).values(*VERSION_COLUMNS):
            as_terms(row)
    return {id: _terms[id] for id in ids if id in _terms}


async def current_terms(programme_ids: Sequence[UUID] | None, day: date) -> dict[UUID, Terms]:
    """The version of each programme that holds on a day (of all programmes when None); one statement."""
    found = ProgrammeVersion.filter(Q(effective_to=None) | Q(effective_to__gte=day), effective_from__lte=day)
    if programme_ids is not None:
        found = found.filter(programme_id__in=list(programme_ids))
    rows = await found.order_by("effective_from", "number").values(*VERSION_COLUMNS)
    return {row["programme_id"]: as_terms(row) for row in rows}


@dataclass(frozen=True)
class Opening:
    """When a programme takes applications next, or now; both None for one that is always open."""

    opens_at: datetime | None = None
    closes_at: datetime | None = None

    def is_open(self, at: datetime) -> bool:
        """True when applications are taken at a moment."""
        return (self.opens_at is None or self.opens_at <= at) and (self.closes_at is None or at < self.closes_at)


async def openings(programme_ids: Sequence[UUID]) -> dict[UUID, Opening]:
    """The window of each programme that is open now, else the next, else the last; one statement."""
    rows = (
        await OpeningWindow.filter(programme_id__in=list(programme_ids))
        .order_by("opens_at")
        .values("programme_id", "opens_at", "closes_at")
    )
    now, found = clock.now(), {id: Opening() for id in programme_ids}
    for row in rows:
        known = found[row["programme_id"]]
        if known.closes_at is None or known.closes_at <= now:
            found[row["programme_id"]] = Opening(row["opens_at"], row["closes_at"])
    return found


async def programmes(ids: Sequence[UUID] | None = None) -> list[Row]:
    """Programmes as rows, in the catalogue's order."""
    found = Programme.all() if ids is None else Programme.filter(id__in=list(ids))
    return await found.order_by("position", "code").values(*PROGRAMME_COLUMNS)


async def programme_by_code(code: str) -> Row | None:
    """A programme by its code."""
    found = await Programme.filter(code=code).values(*PROGRAMME_COLUMNS)
    return found[0] if found else None


async def reference_amounts(day: date) -> dict[str, int]:
    """The amounts in force on a day, in fen, by code; one statement."""
    rows = (
        await ReferenceAmount.filter(Q(effective_to=None) | Q(effective_to__gte=day), effective_from__lte=day)
        .order_by("effective_from")
        .values("code", "fen")
    )
    return {row["code"]: row["fen"] for row in rows}

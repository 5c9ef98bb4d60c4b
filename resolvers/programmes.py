"""The catalogue, what a member can get, and the budgets behind it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from models.cases.status import OPEN
from models.cases.tables import Case
from models.kit import clock
from models.kit.actor import Actor, Role
from models.kit.codes import ErrorCode
from models.kit.errors import refuse
from models.kit.outcome import Outcome, worst
from models.kit.paging import Page, page
from models.members import Organisation
from models.programmes import budgets, catalogue, editing
from models.programmes.catalogue import Opening, Terms
from models.programmes.entitlement import Entitlement, entitlements
from models.programmes.facts import Facts, facts_of
from models.programmes.rules import Finding, assess
from models.programmes.tables import Budget, BudgetEntry
from resolvers.kit.action import about, command, query
from resolvers.kit.guard import ACCOUNT, ANYONE, staff

Row = dict[str, Any]
BUDGET_ROLES = (Role.FINANCE, Role.APPROVER, Role.AUDITOR, Role.ADMINISTRATOR)


@query("programmes.read", ANYONE)
async def programmes_by_id(actor: Actor, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Programmes with their present terms and window: public."""
    rows = await catalogue.programmes(list(set(ids)))
    terms = await catalogue.current_terms([row["id"] for row in rows], clock.today())
    windows = await catalogue.openings([row["id"] for row in rows])
    return {row["id"]: _with_terms(row, terms.get(row["id"]), windows[row["id"]]) for row in rows}


@query("programmes.list", ANYONE)
async def all_programmes(actor: Actor) -> list[Row]:
    """The whole catalogue, in its order: public."""
    rows = await catalogue.programmes()
    found = await programmes_by_id(actor, [row["id"] for row in rows])
    return [found[row["id"]] for row in rows]


def _with_terms(row: Row, terms: Terms | None, opening: Opening) -> Row:
    return {**row, "terms": terms, "opens_at": opening.opens_at, "closes_at": opening.closes_at}


@query("programmes.benefits", ACCOUNT)
async def benefits(actor: Actor, **wanted: Any) -> list[Row]:
    """What the member can get and why or why not; a fixed number of statements however many programmes."""
    facts = await facts_of(actor.member_id) if actor.member_id else None
    if facts is None:
        return []
    rows = [row for row in await catalogue.programmes() if row["benefit"]]
    terms = await catalogue.current_terms(None, facts.today)
    windows = await catalogue.openings([row["id"] for row in rows])
    running = await _open_cases(facts.member["id"])
    by_code = {row["code"]: row["id"] for row in rows}
    found = [
        _benefit(_with_terms(row, terms[row["id"]], windows[row["id"]]), facts, running, by_code)
        for row in rows
        if row["id"] in terms
    ]
    return [row for row in found if _wanted(row, wanted)]


def _benefit(programme: Row, facts: Facts, running: dict[UUID, UUID], by_code: dict[str, UUID]) -> Row:
    terms: Terms = programme["terms"]
    found = assess(terms, facts)
    held = entitlements(terms, facts)
    findings = [*found.findings, *_spent(held), *_closed(programme)]
    return {
        "programme": programme,
        "outcome": worst(finding.outcome for finding in findings),
        "reasons": [reason(finding, by_code) for finding in findings],
        "entitlement": _shown(held),
        "open_case_id": running.get(programme["id"]),
    }


def _spent(held: list[Entitlement]) -> list[Finding]:
    spent = next((item for item in held if item.used_up), None)
    if spent is None:
        return []
    resets = spent.resets_on.isoformat() if spent.resets_on else ""
    return [Finding("USED_UP" if resets else "USED_UP_FOR_GOOD", Outcome.USED_UP, {"resets_on": resets})]


def _closed(programme: Row) -> list[Finding]:
    opening = Opening(programme["opens_at"], programme["closes_at"])
    return [] if opening.is_open(clock.now()) else [Finding("NOT_OPEN", Outcome.NOT_OPEN)]


def reason(finding: Finding, by_code: dict[str, UUID]) -> Row:
    """A finding as the row of a Reason."""
    step = finding.next_step
    next_step = None
    if step:
        target = by_code.get(step.get("programme", ""))
        next_step = {"action": step["action"], "target_type": "Programme", "target_id": target}
    return {"code": finding.code, "params": finding.params, "next_step": next_step}


def _shown(held: list[Entitlement]) -> Row | None:
    """The entitlement that a member looks at: the one with a ceiling that is nearest to its end."""
    bounded = [item for item in held if item.ceiling is not None] or held
    if not bounded:
        return None
    item = min(bounded, key=lambda item: item.remaining if item.remaining is not None else 0)
    return {
        "ceiling": item.ceiling,
        "used": item.used if item.ceiling is not None else None,
        "remaining": item.remaining,
        "at_most": item.at_most,
        "period": item.period,
        "resets_on": item.resets_on,
    }


def _wanted(row: Row, wanted: Row) -> bool:
    programme = row["programme"]
    return (
        wanted.get("season") in (None, programme["season"])
        and wanted.get("kind") in (None, programme["kind"])
        and wanted.get("outcome") in (None, row["outcome"])
    )


async def _open_cases(member_id: UUID) -> dict[UUID, UUID]:
    """The newest open case of each programme."""
    rows = (
        await Case.filter(applicant_id=member_id, status__in=[str(status) for status in OPEN])
        .order_by("id")
        .values("id", "programme_id")
    )
    return {row["programme_id"]: row["id"] for row in rows}


async def application_terms(programme_id: UUID) -> tuple[Row, Terms]:
    """The programme somebody applies for, and its present terms; NOT_FOUND without them."""
    rows = await catalogue.programmes([programme_id])
    terms = await catalogue.current_terms([programme_id], clock.today())
    if not rows or programme_id not in terms:
        refuse(ErrorCode.NOT_FOUND, "programmeId")
    return rows[0], terms[programme_id]


async def application_terms_of(code: str) -> tuple[Row, Terms]:
    """The one programme for something, by its code, and its present terms; NOT_OPEN without it."""
    found = await catalogue.programme_by_code(code) or refuse(ErrorCode.NOT_OPEN)
    return await application_terms(found["id"])


@command("programmes.change", staff(Role.ADMINISTRATOR))
async def change_programme(
    actor: Actor,
    *,
    id: UUID,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    name: Row | None = None,
    summary: Row | None = None,
    effective_from: date | None = None,
    form: Row | None = None,
    promised_days: int | None = None,
) -> Row:
    """Set the next opening window or the words of a programme, or add a version of its terms. City level only."""
    city = await Organisation.filter(parent_id=None).order_by("path").values_list("path", flat=True)
    if not actor.holds([Role.ADMINISTRATOR], str(city[0])):
        refuse(ErrorCode.NOT_ALLOWED)
    if not await catalogue.programmes([id]):
        refuse(ErrorCode.NOT_FOUND, "id")
    await editing.retell(id, name=name, summary=summary)
    if opens_at or closes_at:
        await editing.open_between(id, opens_at, closes_at)
    if form is not None or promised_days is not None:
        await editing.add_version(id, effective_from, form=form, promised_days=promised_days)
    about("Programme", id, organisation_path=str(city[0]))
    return {"programme_id": id}


@command("programmes.allot", staff(Role.FINANCE))
async def allot_budget(actor: Actor, *, programme_id: UUID, organisation_id: UUID, year: int, amount: int) -> Row:
    """Set what an organisation may spend on a programme in a year; never below what is reserved and paid."""
    path = await _budget_path(actor, organisation_id, (Role.FINANCE,))
    if not await catalogue.programmes([programme_id]):
        refuse(ErrorCode.NOT_FOUND, "programmeId")
    if not 2000 <= year <= 2100:
        refuse(ErrorCode.INVALID, "year")
    budget_id = await budgets.allot(programme_id, organisation_id, year, amount)
    about("Budget", budget_id, organisation_path=path)
    return {"budget_id": budget_id}


async def _budget_path(actor: Actor, organisation_id: UUID, roles: Sequence[Role]) -> str:
    found = await Organisation.filter(id=organisation_id).values_list("path", flat=True)
    if not found or not actor.holds(roles, str(found[0])):
        refuse(ErrorCode.NOT_FOUND, "organisationId")
    return str(found[0])


@query("programmes.budget", staff(*BUDGET_ROLES))
async def budget(actor: Actor, programme_id: UUID, organisation_id: UUID, year: int) -> Row | None:
    """A budget, for finance, approvers, auditors and administrators of that union or one above."""
    await _budget_path(actor, organisation_id, BUDGET_ROLES)
    rows = await Budget.filter(programme_id=programme_id, organisation_id=organisation_id, year=year).values(
        *BUDGET_COLUMNS
    )
    return _available(rows[0]) if rows else None


BUDGET_COLUMNS = ("id", "programme_id", "organisation_id", "year", "allotted_fen", "reserved_fen", "paid_fen")


def _available(row: Row) -> Row:
    return {**row, "available_fen": row["allotted_fen"] - row["reserved_fen"] - row["paid_fen"]}


@query("programmes.budgets", staff(*BUDGET_ROLES))
async def budgets_by_id(actor: Actor, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Budgets by id, of the unions over which the actor holds a budget role."""
    rows = await Budget.filter(id__in=list(ids)).values(*BUDGET_COLUMNS, path="organisation__path")
    return {row["id"]: _available(row) for row in rows if actor.holds(BUDGET_ROLES, row["path"])}


@query("programmes.budget_entries", staff(*BUDGET_ROLES))
async def budget_entries(actor: Actor, budget_id: UUID, first: int, after: str | None) -> Page:
    """A page of a budget's movements, newest first; the budget has been read for the actor before."""
    return await page(
        BudgetEntry.filter(budget_id=budget_id), ("id", "at", "kind", "amount_fen", "case_id"), first=first, after=after
    )

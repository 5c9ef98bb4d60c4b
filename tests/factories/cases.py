"""Cases at every step, made through the models alone."""

from typing import Any
from uuid import UUID

from models.accounts import Account
from models.aid import money
from models.cases import filing, working
from models.cases.life import File
from models.cases.status import CaseStatus, StepOutcome
from models.kit import clock, db
from models.kit.actor import Actor, Role, RoleGrant
from models.members import Member, Organisation
from models.programmes import budgets, catalogue
from models.seed.catalogue import load_catalogue
from tests.factories import aid

ANSWERS: dict[str, dict[str, Any]] = {
    "temporary-aid": {"event": "ILLNESS", "occurredOn": "2026-03-01", "reason": "住院治疗，家庭一时困难"},
}


def actor_of(account: Account, member: Member | None = None, /, **roles: Organisation) -> Actor:
    """The actor of an account, as a request would make it."""
    grants = tuple(RoleGrant(Role(role.upper()), where.id, where.path) for role, where in roles.items())
    return Actor(account_id=account.id, member_id=member.id if member else None, name=account.name, roles=grants)


async def funded(organisation: Organisation, yuan: int = 1_000_000, code: str = "temporary-aid") -> None:
    """Load the catalogue and give an organisation a budget for a programme this year."""
    await load_catalogue()
    programme = await catalogue.programme_by_code(code)
    assert programme
    await budgets.allot(programme["id"], organisation.id, clock.today().year, yuan * 100)


async def draft(actor: Actor, where: Organisation, *, code: str = "temporary-aid", yuan: int | None = 1000) -> File:
    """A draft of a member, to be paid to an own account."""
    assert actor.account_id
    assert actor.member_id
    programme = await catalogue.programme_by_code(code)
    assert programme
    terms = (await catalogue.current_terms([programme["id"]], clock.today()))[programme["id"]]
    async with db.transaction():
        file = await filing.create(
            actor,
            programme,
            terms,
            {"id": actor.member_id},
            where.id,
            answers=ANSWERS[code],
            requested=None if yuan is None else yuan * 100,
        )
    await money.write(file.case.id, {"payee": aid.payee(await Member.get(id=actor.member_id))})
    await aid.consent(actor.account_id)
    return file


async def submitted(actor: Actor, where: Organisation, **options: Any) -> File:
    """A case that has been handed in."""
    file = await draft(actor, where, **options)
    async with db.transaction():
        await filing.submit(file, actor, file.answers())
    return file


async def at_decision(actor: Actor, where: Organisation, clerk: Actor, **options: Any) -> File:
    """A case of temporary aid that waits for its decision."""
    file = await submitted(actor, where, **options)
    async with db.transaction():
        await working.change_status(file, clerk, CaseStatus.ACCEPTED, reason=None, amount=None)
        await working.sign(file, clerk, StepOutcome.AGREE, opinion="情况属实", amount=None)
    return file


async def programme_id(code: str) -> UUID:
    """The id of a programme."""
    programme = await catalogue.programme_by_code(code)
    assert programme
    id: UUID = programme["id"]
    return id

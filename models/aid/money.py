"""Money aid's part of the common life of cases."""

from typing import Any
from uuid import UUID

from models.aid import household, intake
from models.aid.consents import check_consents
from models.aid.tables import AidApplication
from models.cases.kinds import MoneyCase, register
from models.cases.tables import Case
from models.kit import identity
from models.kit.codes import ErrorCode
from models.kit.errors import Checks, DomainError, checked
from models.programmes.catalogue import Terms
from models.programmes.facts import Facts
from models.programmes.tables import CaseKind, Scope

Row = dict[str, Any]


async def write(case_id: UUID, details: Row) -> None:
    """Write what is given of payee and student; refused with everything that is malformed."""
    checks, columns = Checks(), {}
    payee, student = details.get("payee"), details.get("student_name")
    if payee:
        columns = intake.account_columns(payee["account"], checks, "payee.account")
        columns["payee_name"] = checks.attempt(checked, identity.person_name, payee["name"], "payee.name")
    if student:
        columns["student_name"] = checks.attempt(checked, identity.person_name, student, "studentName")
    checks.done()
    part, _ = await AidApplication.get_or_create(case_id=case_id)
    part.update_from_dict(columns)
    await part.save(update_fields=list(columns))


class AidCase(MoneyCase):
    """An application for money: paid in real names to the applicant, the household or the student."""

    part = "aid"

    async def amend(self, case: Case, details: Row) -> None:
        """Change payee and student."""
        try:
            await write(case.id, details.get("aid") or {})
        except DomainError as refusal:
            raise refusal.under("aid") from refusal

    async def check(self, case: Case, terms: Terms, facts: Facts, checks: Checks) -> None:
        """An amount, a payee who may be one, the student where there is one, and the consents."""
        part = await AidApplication.get_or_none(case_id=case.id)
        student = part.student_name if part else None
        asked = case.requested_fen
        checks.require(asked is not None, ErrorCode.REQUIRED, "amountRequested")
        checks.require(asked is None or asked > 0, ErrorCode.INVALID, "amountRequested")
        for_student = any(Scope(item["scope"]) is Scope.STUDENT for item in terms.entitlements)
        checks.require(student or not for_student, ErrorCode.REQUIRED, "studentName")
        if part is None or part.payee_name is None or part.account is None:
            checks.fail(ErrorCode.REQUIRED, "payee")
        else:
            at_home = {row["name"] for row in await household.held_with(case.applicant_id)}
            may_be_paid = {facts.member["name"], student, *at_home}
            checks.require(part.payee_name in may_be_paid, ErrorCode.INVALID, "payee.name")
        check_consents(terms.limits.get("consents", ()), facts, checks)

    async def persons(self, case: Case) -> list[str]:
        """The applicant's household."""
        return [row["id_number_index"] for row in await household.held_with(case.applicant_id)]

    async def payee(self, case: Case) -> Row:
        """To whom the money goes."""
        found = await AidApplication.filter(case_id=case.id).values("payee_name", "account_masked")
        return found[0]


register(CaseKind.AID, AidCase())

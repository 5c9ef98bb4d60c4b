"""Applying for money aid, and filing for hardship."""

from datetime import date

import strawberry

from models.accounts import ConsentPurpose
from resolvers import aid
from schema.aid.enums import Cause, HealthState, Housing, MedicalInsurance, Occupation, Relation
from schema.cases.filing import CasePayload
from schema.kit.build import change, input_type, output
from schema.kit.inputs import given, id_of
from schema.kit.scalars import JSON, Money

KEY = "Repeats with the same key have one effect."


@input_type
class PayeeInput:
    """To whom money goes: the applicant, somebody of the filed household, or the student."""

    name: str = given("The name, as the bank has it.")
    account: str = given("The bank card number.")


@input_type
class AidDetailsInput:
    """What to change in an application for money; whatever is left out stays."""

    payee: PayeeInput | None = given("To whom the money goes.", default=None)
    student_name: str | None = given("The student, for tuition aid.", default=None)


@input_type
class ApplyForAidInput:
    """What is asked for, and to whom it goes."""

    programme_id: strawberry.ID = id_of("Programme", "The programme; one that opens cases of kind AID.")
    amount_requested: Money | None = given("What is asked for, in yuan; needed to hand it in.", default=None)
    answers: JSON | None = given("The answers to the programme's own questions.", default=None)
    payee: PayeeInput | None = given("To whom the money goes; needed to hand it in.", default=None)
    student_name: str | None = given("The student; needed for tuition aid.", default=None)
    submit: bool = given("False keeps it as a draft.", default=True)
    idempotency_key: str | None = given(KEY, default=None)


@input_type
class HouseholdInput:
    """How a household lives, and what may exclude it."""

    housing: Housing = given("How it lives.")
    area: float | None = given("Square metres.", default=None)
    homes: int = given("How many homes it owns.")
    address: str | None = given("Where it lives.", default=None)
    single_parent: bool = given("True where one parent brings up children alone.", default=False)
    owns_business: bool = given("True where it has a shop or employees.", default=False)
    high_fee_school: bool = given("True where a child's private school costs over twice the public fee.", default=False)
    study_abroad: bool = given("True where somebody studies abroad at own expense.", default=False)
    migrant: bool = given("True where the applicant came from elsewhere to work here.", default=False)
    labour_relation_since: date | None = given("Since when a migrant works here.", default=None)


@input_type
class HouseholdMemberInput:
    """A person of the household. The applicant belongs to it without being listed, and may be, as SELF."""

    name: str = given("The name.")
    relation: Relation = given("What they are to the applicant.")
    id_number: str = given("The resident ID number.")
    health: HealthState | None = given("How they are.", default=None)
    income: Money | None = given("In yuan a year; the applicant's is under incomes.", default=None)
    occupation: Occupation | None = given("What they do.", default=None)
    insurance: MedicalInsurance | None = given("The medical insurance they are in.", default=None)
    workplace: str | None = given("The employer or school.", default=None)


@input_type
class IncomesInput:
    """Incomes in yuan, besides those of the other persons."""

    own_monthly: Money = given("The applicant's, a month.")
    other_annual: Money | None = given("Any other of the household, a year.", default=None)


@input_type
class SpendingInput:
    """What has to be spent, in yuan a year."""

    medical: Money | None = given("On illness, paid by oneself.", default=None)
    education: Money | None = given("On school and university.", default=None)
    housing: Money | None = given("On rent.", default=None)
    other: Money | None = given("On other things that cannot be done without.", default=None)


@input_type
class CauseInput:
    """A cause of hardship."""

    cause: Cause = given("The cause.")
    primary: bool = given("True for exactly one of them.", default=False)


@input_type
class HardshipDetailsInput:
    """What to change in a hardship file; whatever is left out stays."""

    household: HouseholdInput | None = given("How the household lives; needed to hand it in.", default=None)
    members: list[HouseholdMemberInput] | None = given("The persons besides the applicant.", default=None)
    incomes: IncomesInput | None = given("Incomes; needed to hand it in.", default=None)
    spending: SpendingInput | None = given("What has to be spent.", default=None)
    causes: list[CauseInput] | None = given("One primary and up to three others; needed to hand it in.", default=None)
    account: str | None = given("The applicant's bank card number.", default=None)


@input_type
class FileForHardshipInput(HardshipDetailsInput):
    """A household that asks to be filed."""

    consent: list[ConsentPurpose] | None = given(
        "What the applicant consents to herewith, by the notices in force; consents given before count, too.",
        default=None,
    )
    submit: bool = given("False keeps it as a draft.", default=True)
    idempotency_key: str | None = given(KEY, default=None)


@output
class ApplyForAidPayload(CasePayload):
    """The outcome of applyForAid."""


@output
class FileForHardshipPayload(CasePayload):
    """The outcome of fileForHardship."""


@output
class AidMutations:
    """Applying for money aid, and filing for hardship."""

    apply_for_aid: ApplyForAidPayload | None = change(
        aid.apply_for_aid, ApplyForAidInput, "Apply for money aid in the viewer's own union."
    )
    file_for_hardship: FileForHardshipPayload | None = change(
        aid.file_for_hardship, FileForHardshipInput, "File the viewer's household for hardship."
    )

"""The staff desk: queues, handlers, and what staff do with cases."""

from datetime import date
from enum import StrEnum
from typing import Annotated

import strawberry

from models.cases.status import CaseStatus, StepOutcome
from models.kit.ids import global_id
from resolvers.cases import reading, working
from resolvers.cases.working import OnError
from schema.cases.filing import CaseFilter, CasePayload
from schema.cases.interface import Case, case_of
from schema.cases.parts import CorrectionProblem, Handler
from schema.cases.rows import typed
from schema.kit.build import batch, change, column, computed, described, enum, input_type, output
from schema.kit.context import Info
from schema.kit.errors import Payload, UserError
from schema.kit.inputs import given, id_of, row_id, values
from schema.kit.pagination import After, Connection, First, connection
from schema.kit.price import Price
from schema.kit.scalars import Money


class CaseOrder(StrEnum):
    """How a queue is ordered."""

    NEWEST = "NEWEST"
    OLDEST = "OLDEST"
    DUE = "DUE"


enum(CaseOrder, NEWEST="Last handed in first.", OLDEST="First handed in first.", DUE="First due first.")
enum(
    OnError,
    SKIP="Each row on its own: a refused one leaves the others done.",
    ABORT_ALL="One refused row undoes all.",
)
KEY = "Repeats with the same key have one effect."


@output
class DeskCount:
    """How many cases stand in a status."""

    status: CaseStatus = column("The status.")
    count: int = column("How many open cases.")
    overdue: int = column("How many of them are past a limit.")
    due_soon: int = column("How many of them are due within two days.")


@output
class DeskViewer:
    """The viewer's desk."""

    @described(description="Open cases of the viewer's unions by status; empty for who is not staff.")
    async def desk_counts(self, info: Info) -> list[DeskCount]:
        return await reading.desk_counts(info.context.actor)  # type: ignore[return-value]


@output
class DeskQueries:
    """What staff read to work cases."""

    @described(description="The cases of a union and everything below it, for its staff and those above.")
    async def staff_queue(
        self,
        info: Info,
        organisation_id: Annotated[strawberry.ID, strawberry.argument(description="The union.")],
        first: First,
        after: After = None,
        filter: Annotated[CaseFilter | None, strawberry.argument(description="Which to list.")] = None,
        order_by: Annotated[CaseOrder | None, strawberry.argument(description="NEWEST by default.")] = None,
    ) -> Connection[Case]:
        found = await reading.staff_queue(
            info.context.actor,
            row_id(organisation_id, "Organisation", "organisationId"),
            first,
            after,
            order_by or CaseOrder.NEWEST,
            **(values(filter) if filter else {}),
        )
        found.rows[:] = [typed(row) for row in found.rows]
        return connection(found, after)  # type: ignore[no-any-return]

    @described(
        description="Staff who may be given a case, with how many open cases each has.", price=Price(points=3, size=50)
    )
    async def assignable_handlers(
        self, info: Info, case_id: Annotated[strawberry.ID, strawberry.argument(description="The case.")]
    ) -> list[Handler]:
        return await reading.assignable_handlers(info.context.actor, row_id(case_id, "Case", "caseId"))  # type: ignore[return-value]


@input_type
class TakeCaseInput:
    """Which case to take."""

    id: strawberry.ID = id_of("Case", "The case.")
    version: int = given("The version that was seen.")
    idempotency_key: str | None = given(KEY, default=None)


@input_type
class AssignCaseInput:
    """Who is to work a case."""

    id: strawberry.ID = id_of("Case", "The case.")
    handler_id: strawberry.ID = id_of("Account", "One of the assignable handlers.")
    version: int = given("The version that was seen.")
    idempotency_key: str | None = given(KEY, default=None)


@input_type
class ChangeCaseStatusInput:
    """Where to move a case. Accepting vouches that every document (or every one that cannot be deferred) was seen."""

    id: strawberry.ID = id_of("Case", "The case.")
    to: CaseStatus = given("The status; one of allowedActions.")
    version: int = given("The version that was seen.")
    reason: str | None = given("The reason in writing; needed to refuse.", default=None)
    amount: Money | None = given("The amount granted; what was asked for by default.", default=None)
    internal_note: str | None = given("A note among staff.", default=None)
    idempotency_key: str | None = given(KEY, default=None)


@input_type
class CorrectionItemInput:
    """One thing to correct: a field or a document."""

    field: str | None = given("The field of the application.", default=None)
    document: str | None = given("The kind of document.", default=None)
    problem: CorrectionProblem = given("What is wrong.")
    message: str | None = given("The same in words.", default=None)


@input_type
class RequestCorrectionInput:
    """Everything that is wrong or missing, in one notice."""

    id: strawberry.ID = id_of("Case", "The case.")
    version: int = given("The version that was seen.")
    items: list[CorrectionItemInput] = given("Everything at once: there is only one notice.")
    due_on: date | None = given("By when to answer; the programme's limit by default.", default=None)
    idempotency_key: str | None = given(KEY, default=None)


@input_type
class VisitInput:
    """The report of a visit on the spot."""

    visited_on: date = given("The day.")
    visitors: list[str] = given("At least two: names, or ids of staff accounts.")
    findings: str = given("What was found.")


@input_type
class SignStepInput:
    """A signature of the step at which a case stands."""

    id: strawberry.ID = id_of("Case", "The case.")
    version: int = given("The version that was seen.")
    step: str = given("The code of the step.")
    outcome: StepOutcome = given("In favour or not.")
    opinion: str | None = given("In words; needed unless in favour.", default=None)
    amount: Money | None = given("The amount granted, at a decision; what was asked for by default.", default=None)
    visit: VisitInput | None = given("The report, at a visit.", default=None)
    idempotency_key: str | None = given(KEY, default=None)


@input_type
class PresentDocumentInput:
    """Which document was seen."""

    id: strawberry.ID = id_of("CaseDocument", "The document.")
    idempotency_key: str | None = given(KEY, default=None)


@input_type
class AddNoteInput:
    """A note among staff."""

    id: strawberry.ID = id_of("Case", "The case.")
    text: str = given("What it says.")
    idempotency_key: str | None = given(KEY, default=None)


@input_type
class DecideCaseItem:
    """One case of many."""

    id: strawberry.ID = id_of("Case", "The case.")
    version: int = given("The version that was seen.")
    amount: Money | None = given("The amount granted; what was asked for by default.", default=None)


@input_type
class DecideCasesInput:
    """Many cases to move alike."""

    items: list[DecideCaseItem] = given("1 to 500 cases.")
    to: CaseStatus = given("The status to move them to.")
    reason: str | None = given("The reason in writing; needed to refuse.", default=None)
    on_error: OnError = given("What a refused row does to the others.", default=OnError.SKIP)
    idempotency_key: str | None = given(KEY, default=None)


@output
class TakeCasePayload(CasePayload):
    """The outcome of takeCase."""


@output
class AssignCasePayload(CasePayload):
    """The outcome of assignCase."""


@output
class ChangeCaseStatusPayload(CasePayload):
    """The outcome of changeCaseStatus."""


@output
class RequestCorrectionPayload(CasePayload):
    """The outcome of requestCorrection."""


@output
class SignStepPayload(CasePayload):
    """The outcome of signStep."""


@output
class PresentDocumentPayload(CasePayload):
    """The outcome of presentDocument."""


@output
class AddNotePayload(CasePayload):
    """The outcome of addNote."""


@output
class DecideCaseResult:
    """What became of one row."""

    id: strawberry.ID = computed(lambda row, info: strawberry.ID(global_id("Case", row["id"])), "The id that was sent.")
    ok: bool = column("True when it was done.")
    case: Case | None = batch(case_of, "The case as it is now; null where the viewer may not see it.")
    user_errors: list[UserError] = column("Why it was not done.")


@output
class DecideCasesPayload(Payload):
    """The outcome of decideCases."""

    results: list[DecideCaseResult] | None = column("One for each row, in their order; null when nothing was tried.")


@output
class DeskMutations:
    """What staff do with cases."""

    take_case: TakeCasePayload | None = change(working.take_case, TakeCaseInput, "Become the handler of a case.")
    assign_case: AssignCasePayload | None = change(working.assign_case, AssignCaseInput, "Give a case to a handler.")
    change_case_status: ChangeCaseStatusPayload | None = change(
        working.change_case_status,
        ChangeCaseStatusInput,
        "Accept, not accept, approve, reject, fulfil or close a case. Approving or rejecting signs the decision step.",
    )
    request_correction: RequestCorrectionPayload | None = change(
        working.request_correction, RequestCorrectionInput, "Ask the applicant, once, for everything that is wrong."
    )
    sign_step: SignStepPayload | None = change(
        working.sign_step, SignStepInput, "Sign the current step; with the last signature the case moves on."
    )
    present_document: PresentDocumentPayload | None = change(
        working.present_document, PresentDocumentInput, "Vouch that a document was seen, at the counter or as its file."
    )
    add_note: AddNotePayload | None = change(working.add_note, AddNoteInput, "Leave a note among staff.")
    decide_cases: DecideCasesPayload | None = change(
        working.decide_cases,
        DecideCasesInput,
        "Move up to 500 cases alike.",
        price=Price(points=10, each=1, by="input.items"),
    )

"""What applicants do with their cases."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from models.cases.status import CaseStatus, ServiceScore
from models.programmes.tables import CaseKind
from resolvers.cases import filing, reading
from schema.cases.interface import Case, case_of
from schema.cases.rows import typed
from schema.kit.build import batch, change, described, input_type, output
from schema.kit.context import Info
from schema.kit.errors import Payload
from schema.kit.inputs import given, id_of, values
from schema.kit.pagination import After, Connection, First, connection
from schema.kit.price import OWN_WAY_OUT
from schema.kit.scalars import JSON, Money

if TYPE_CHECKING:
    from schema.aid.applying import AidDetailsInput, HardshipDetailsInput
    from schema.joining import MembershipDetailsInput
    from schema.rooms.setup import MothersRoomDetailsInput


# The typed parts belong to the domains, which come after this one.
Aid = Annotated["AidDetailsInput", strawberry.lazy("schema.aid.applying")]
Hardship = Annotated["HardshipDetailsInput", strawberry.lazy("schema.aid.applying")]
Membership = Annotated["MembershipDetailsInput", strawberry.lazy("schema.joining")]
MothersRoom = Annotated["MothersRoomDetailsInput", strawberry.lazy("schema.rooms.setup")]


@input_type
class CaseFilter:
    """Which cases to list; all conditions hold together."""

    open: bool | None = given("Running ones only, or finished ones only.", default=None)
    kinds: list[CaseKind] | None = given("Of these kinds.", default=None)
    statuses: list[CaseStatus] | None = given("In these statuses.", default=None)
    handler_id: strawberry.ID | None = id_of("Account", "Worked by this handler (queues only).", default=None)
    unassigned: bool | None = given("Without a handler, or with one (queues only).", default=None)
    overdue: bool | None = given("Past a limit, or not (queues only).", default=None)
    due_soon: bool | None = given("Due within two days (queues only).", default=None)
    text: str | None = given("The beginning of a number or of the applicant's name (queues only).", default=None)


@output
class CasePayload(Payload):
    """What every change of a case answers with."""

    case: Case | None = batch(case_of, "The case as it is now; null where there is none to show.")


@input_type
class UpdateCaseInput:
    """What to change in a draft, or for a correction; whatever is left out stays."""

    id: strawberry.ID = id_of("Case", "The case.")
    version: int = given("The version that was seen.")
    answers: JSON | None = given("All answers to the programme's questions.", default=None)
    amount_requested: Money | None = given("What is asked for, in yuan.", default=None)
    aid: Aid | None = given("What to change in an application for money.", default=None)
    hardship: Hardship | None = given("What to change in a hardship file.", default=None)
    membership: Membership | None = given("What to change in an application for membership.", default=None)
    mothers_room: MothersRoom | None = given("What to change in an application to set a room up.", default=None)
    idempotency_key: str | None = given("Repeats with the same key have one effect.", default=None)


@input_type
class AnswerCorrectionInput(UpdateCaseInput):
    """The answer to a correction notice, with what was changed for it."""

    reply: str | None = given("What to say to the staff.", default=None)


@input_type
class SubmitCaseInput:
    """Which draft to hand in."""

    id: strawberry.ID = id_of("Case", "The case.")
    version: int = given("The version that was seen.")
    idempotency_key: str | None = given("Repeats with the same key have one effect.", default=None)


@input_type
class WithdrawCaseInput:
    """Which application to take back."""

    id: strawberry.ID = id_of("Case", "The case.")
    version: int = given("The version that was seen.")
    reason: str | None = given("Why, if the applicant wants to say.", default=None)
    idempotency_key: str | None = given("Repeats with the same key have one effect.", default=None)


@input_type
class RateServiceInput:
    """A rating of a finished case or of a room that was used."""

    id: strawberry.ID = given("The case or room booking.")
    score: ServiceScore = given("How satisfied.")
    comment: str | None = given("In words.", default=None)
    idempotency_key: str | None = given("Repeats with the same key have one effect.", default=None)


@output
class UpdateCasePayload(CasePayload):
    """The outcome of updateCase."""


@output
class SubmitCasePayload(CasePayload):
    """The outcome of submitCase."""


@output
class AnswerCorrectionPayload(CasePayload):
    """The outcome of answerCorrection."""


@output
class WithdrawCasePayload(CasePayload):
    """The outcome of withdrawCase."""


@output
class RateServicePayload(CasePayload):
    """The outcome of rateService; `case` is null for a room booking."""


@output
class FilingMutations:
    """What applicants do with their cases."""

    update_case: UpdateCasePayload | None = change(
        filing.update_case, UpdateCaseInput, "Change a draft, or what a correction asks about."
    )
    submit_case: SubmitCasePayload | None = change(filing.submit_case, SubmitCaseInput, "Hand a draft in.")
    answer_correction: AnswerCorrectionPayload | None = change(
        filing.answer_correction, AnswerCorrectionInput, "Answer a correction notice."
    )
    withdraw_case: WithdrawCasePayload | None = change(
        filing.withdraw_case, WithdrawCaseInput, "Take an application back.", price=OWN_WAY_OUT
    )
    rate_service: RateServicePayload | None = change(
        filing.rate_service, RateServiceInput, "Rate a finished case or a room that was used, once."
    )


@output
class CaseViewer:
    """The viewer's own cases."""

    @described(description="The viewer's own cases, newest first.")
    async def cases(
        self,
        info: Info,
        first: First,
        after: After = None,
        filter: Annotated[CaseFilter | None, strawberry.argument(description="Which to list.")] = None,
    ) -> Connection[Case]:
        found = await reading.own_cases(info.context.actor, first, after, **(values(filter) if filter else {}))
        found.rows[:] = [typed(row) for row in found.rows]
        return connection(found, after)  # type: ignore[no-any-return]

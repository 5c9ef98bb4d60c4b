"""The parts of a case: step, timeline, correction, documents, money, decision and the rest."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import strawberry

from models.cases.status import CaseAction, CaseStatus, Need, ServiceScore, StepActor, StepOutcome
from models.kit.outcome import Outcome
from models.kit.texts import text
from resolvers.files import reading
from schema.kit.build import column, computed, enum, output
from schema.kit.context import Info, Row
from schema.kit.nodes import node_id
from schema.kit.outcome import Reason
from schema.kit.scalars import Money
from schema.programmes import Limit, localised_column

LazyCase = Annotated["Case", strawberry.lazy("schema.cases.interface")]  # type: ignore[name-defined]  # noqa: F821

enum(
    CaseStatus,
    DRAFT="Not handed in yet.",
    SUBMITTED="Handed in; the union looks whether it is complete.",
    CORRECTION_REQUIRED="The applicant was asked to correct it.",
    ACCEPTED="Accepted; it goes through its steps.",
    ACCEPTED_PENDING_DOCUMENTS="Accepted, with documents to follow by a day.",
    NOT_ACCEPTED="Not accepted, with a reason in writing.",
    ACCEPTANCE_REVOKED="Acceptance revoked: the documents did not follow in time.",
    APPROVED="Approved; not given or paid yet.",
    REJECTED="Rejected, with a reason in writing.",
    FULFILLED="What was approved has been given or paid.",
    CLOSED="Closed.",
    WITHDRAWN="Taken back by the applicant, or deemed so.",
)
enum(
    CaseAction,
    CREATE="Begin a draft.", EDIT="Change it.", SUBMIT="Hand it in.", WITHDRAW="Take it back.",
    DEEM_WITHDRAWN="Deemed withdrawn: the correction was not answered in time.",
    ANSWER_CORRECTION="Answer the correction notice.", RATE="Rate the service.", TAKE="Become its handler.",
    ASSIGN="Give it to a handler.", ACCEPT="Accept it.",
    ACCEPT_PENDING_DOCUMENTS="Accept it; deferrable documents follow.",
    REQUEST_CORRECTION="Ask, once, for everything that is wrong or missing.", NOT_ACCEPT="Do not accept it.",
    ATTACH_DOCUMENT="Give a file for a document.", REMOVE_DOCUMENT="Take the file of a document back.",
    PRESENT_DOCUMENT="Vouch that a document was seen.", REVOKE_ACCEPTANCE="Revoke the acceptance.",
    SIGN_STEP="Sign the current step.", RETURN="Send it back to the first review.", PUBLISH="Put it on public notice.",
    END_PUBLICITY="End its public notice.", OBJECT="Object to its public notice.",
    RESOLVE_OBJECTION="Decide an objection.", APPROVE="Approve it.", REJECT="Reject it.",
    FULFIL="Record that what was approved has been given or paid.", CLOSE="Close it.", ADD_NOTE="Leave a note.",
)  # fmt: skip
enum(
    Need,
    REASON="A reason in writing.", AMOUNT="The amount granted.", VISIT="The report of a visit.",
    DUE_DATE="A day by which to answer.", ITEMS="What is wrong or missing.", OPINION="An opinion.", SCORE="A score.",
    HANDLER="A handler.", DOCUMENT="A document.", TEXT="A text.",
)  # fmt: skip
enum(
    StepOutcome,
    AGREE="In favour.",
    DISAGREE="Against: at a decision this rejects; before it the case goes to the decision with that opinion.",
    RETURN="Back to the first review after acceptance.",
)
enum(
    ServiceScore,
    VERY_SATISFIED="Very satisfied (非常满意).", SATISFIED="Satisfied (满意).",
    BASICALLY_SATISFIED="Basically satisfied (基本满意).", DISSATISFIED="Dissatisfied (不满意).",
    VERY_DISSATISFIED="Very dissatisfied (非常不满意).",
)  # fmt: skip


class DocumentStatus(StrEnum):
    """Whether a document is there, and whether it has been seen."""

    MISSING = "MISSING"
    ATTACHED = "ATTACHED"
    PRESENTED = "PRESENTED"


class CorrectionProblem(StrEnum):
    """What is wrong with a field or a document."""

    MISSING = "MISSING"
    INCORRECT = "INCORRECT"
    ILLEGIBLE = "ILLEGIBLE"
    EXPIRED = "EXPIRED"
    INCONSISTENT = "INCONSISTENT"


class PaymentStatus(StrEnum):
    """How a payment stands."""

    PAID = "PAID"
    RETURNED = "RETURNED"


enum(
    DocumentStatus,
    MISSING="Not given yet.",
    ATTACHED="Given as a file; staff have not vouched for it yet.",
    PRESENTED="Seen by staff, at the counter or as its file.",
)
enum(
    CorrectionProblem,
    MISSING="It is missing.", INCORRECT="It is wrong.", ILLEGIBLE="It cannot be read.", EXPIRED="It is out of date.",
    INCONSISTENT="It does not agree with the rest.",
)  # fmt: skip
enum(PaymentStatus, PAID="Paid.", RETURNED="Returned by the bank.")


@output
class CaseStep:
    """Where a case stands."""

    code: str = column("A stable code.")
    name: str = localised_column("name", "What is done.")
    actor: StepActor = column("Whose turn it is; APPLICANT while the applicant has to act.")
    limit: Limit = column("How long it takes at most.")
    due_on: date | None = column("By when; null while the clock stands still.")


@output
class AllowedAction:
    """Something the viewer can do with a case now."""

    action: CaseAction = column("What.")
    to: CaseStatus | None = column("The status it leads to, for changeCaseStatus; null where it leads to none.")
    needs: list[Need] = column("What it asks for besides the case and its version.")


def _role_name(row: Row, info: Info) -> str:
    return text(info.context.locale, f"role.{row['role']}")


@output
class CaseActor:
    """Who did something, and as what."""

    name: str = column("The name.")
    role: str = column("The role: APPLICANT, SYSTEM or a staff role.")
    role_name: str = computed(_role_name, "The role in the reader's language.")


def by(row: Row, info: Info) -> Row:
    """Who made an entry."""
    return {"name": row["by_name"], "role": row["by_role"]}


@output
class TimelineEntry:
    """Something that happened to a case."""

    at: datetime = column("When.")
    action: CaseAction = column("What.")
    status_before: CaseStatus | None = computed(
        lambda row, info: row["from_status"] if row["to_status"] else None,
        "The status before, where it changed.",
        name="from",
    )
    to: CaseStatus | None = computed(lambda row, info: row["to_status"], "The status after, where it changed.")
    step: str | None = column("The code of the step at which it happened.")
    by: CaseActor = computed(by, "Who.")
    remark: str | None = column("What was said.")
    hash: str = column("The link of the chain that makes a change of the past visible.")


@output
class CorrectionItem:
    """One thing to correct."""

    field: str | None = column("The field of the application.")
    document: str | None = column("The kind of document.")
    problem: CorrectionProblem = column("What is wrong.")
    message: str | None = column("The same in words.")
    resolved: bool = column("True once the applicant has answered.")


@output
class Correction:
    """The correction notice (补正): one for each case at most."""

    requested_at: datetime = column("When it was sent.")
    due_on: date = column("By when to answer; afterwards the case counts as withdrawn.")
    items: list[CorrectionItem] = column("Everything that is wrong or missing.")


def _file_url(row: Row, info: Info) -> str | None:
    token = reading.link(info.context.actor, row["file_id"])
    return token and f"/files/{token}"


@output
class CaseDocument:
    """A document that the case needs."""

    id: strawberry.ID = node_id("CaseDocument", "An opaque global id, stable for ever; `removeDocument` takes it.")
    kind: str = column("A stable code.")
    name: str = localised_column("name", "What it is.")
    status: DocumentStatus = column("Whether it is there, and whether it has been seen.")
    deferrable: bool = column("True when it may follow after acceptance (容缺).")
    required_by: date | None = column("By when it must follow, once accepted without it.")
    media_type: str | None = column("The media type of the file; null where there is none that the viewer may read.")
    size: int | None = column("Its size in bytes.")
    url: str | None = computed(
        _file_url,
        "Where this viewer can read it for five minutes, from the root of this service; it comes as an attachment.",
    )


@output
class ComputationLine:
    """One line of how an amount came about."""

    label: str = computed(lambda row, info: text(info.context.locale, f"money.{row['label']}"), "What it is.")
    amount: Money | None = column("In yuan.")


@output
class Payment:
    """A payment."""

    amount: Money = computed(lambda row, info: row["amount_fen"], "In yuan.")
    status: PaymentStatus = column("How it stands.")
    paid_at: datetime | None = column("When it was paid.")
    failure: str | None = column("Why it failed, if it did.")


@output
class CaseMoney:
    """The money of a case."""

    requested: Money | None = column("What was asked for, in yuan.")
    approved: Money | None = column("What was granted, in yuan.")
    paid: Money = column("What has been paid, in yuan.")
    computation: list[ComputationLine] = column("How the amount came about.")
    payments: list[Payment] = column("The payments.")


@output
class Decision:
    """How a case was decided."""

    outcome: CaseStatus = column("APPROVED, REJECTED, NOT_ACCEPTED or ACCEPTANCE_REVOKED.")
    reason: str | None = column("The reason in writing.")
    basis: str = localised_column("basis", "The rules it rests on.")
    rule_version: int = column("The version of the programme's terms it was decided under.")
    decided_at: datetime = column("When.")
    appeal_by: date | None = column("Until when to appeal.")


@output
class Appeal:
    """An appeal against a decision."""

    id: strawberry.ID = node_id("Case")
    number: str = column("Its number.")
    status: CaseStatus = column("Its status.")


@output
class Rating:
    """The applicant's rating of the service (好差评)."""

    score: ServiceScore = column("How satisfied.")
    comment: str | None = column("In words.")


@output
class CaseNote:
    """A note among staff."""

    at: datetime = column("When.")
    by: CaseActor = computed(by, "Who.")
    text: str = column("What it says.")


@output
class Signature:
    """A signature of a step."""

    step: str = column("The code of the step.")
    by: CaseActor = computed(by, "Who.")
    outcome: StepOutcome = column("In favour or not.")
    opinion: str | None = column("In words.")
    amount: Money | None = computed(lambda row, info: row["amount_fen"], "The amount granted, at a decision.")
    at: datetime = column("When.")


@output
class Duplicate:
    """Another case that may be about the same."""

    case: LazyCase | None = column("The other case.")
    reason: str = column("What they have in common.")


@output
class EligibilityInput:
    """A fact that the rules looked at."""

    name: str = column("Which fact.")
    value: str = column("Its value.")
    source: str = column("Where it comes from: CLOCK, MEMBERSHIP, FILING or ANSWERS.")


@output
class Eligibility:
    """What the rules said when the case was handed in, and what they looked at: enough to replay it."""

    outcome: Outcome = column("What they came to; they advise, staff decide.")
    rule_version: int = column("The version of the programme's terms.")
    reasons: list[Reason] = column("What stood in the way.")
    inputs: list[EligibilityInput] = column("What they looked at.")


@output
class Handler:
    """A member of staff who works cases."""

    id: strawberry.ID = node_id("Account")
    name: str = column("The name.")
    open_cases: int | None = column("How many open cases they handle; null where it was not asked for.")


class ObjectionStatus(StrEnum):
    """How an objection stands."""

    OPEN = "OPEN"
    UPHELD = "UPHELD"
    DISMISSED = "DISMISSED"


enum(ObjectionStatus, OPEN="Not decided yet.", UPHELD="Right: the case is checked anew.", DISMISSED="Not right.")


@output
class Objection:
    """An objection to a public notice."""

    id: strawberry.ID = node_id("Objection", "An opaque global id, stable for ever; `resolveObjection` takes it.")
    status: ObjectionStatus = column("How it stands.")
    at: datetime = column("When it was lodged.")
    grounds: str | None = column("What it says; for staff who work the case.")
    finding: str | None = column("What was found; for staff who work the case.")

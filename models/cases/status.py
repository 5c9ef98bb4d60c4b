"""The closed sets of a case's life, and its moves as tables: one per kind of mover (domain facts, section 0)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from models.kit.actor import Role


class CaseStatus(StrEnum):
    """The coarse status, the same for every kind of case."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    CORRECTION_REQUIRED = "CORRECTION_REQUIRED"
    ACCEPTED = "ACCEPTED"
    ACCEPTED_PENDING_DOCUMENTS = "ACCEPTED_PENDING_DOCUMENTS"
    NOT_ACCEPTED = "NOT_ACCEPTED"
    ACCEPTANCE_REVOKED = "ACCEPTANCE_REVOKED"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    FULFILLED = "FULFILLED"
    CLOSED = "CLOSED"
    WITHDRAWN = "WITHDRAWN"


class StepKind(StrEnum):
    """What happens in a step of a programme's own list."""

    ACCEPTANCE = "ACCEPTANCE"
    REVIEW = "REVIEW"
    VISIT = "VISIT"
    PUBLICITY = "PUBLICITY"
    DECISION = "DECISION"
    PAYMENT = "PAYMENT"
    FULFILMENT = "FULFILMENT"


class StepActor(StrEnum):
    """Whose turn it is."""

    APPLICANT = "APPLICANT"
    UNIT = "UNIT"
    COUNTY = "COUNTY"
    CITY = "CITY"
    AGENCY = "AGENCY"


class StepOutcome(StrEnum):
    """How a step is signed."""

    AGREE = "AGREE"
    DISAGREE = "DISAGREE"
    RETURN = "RETURN"


class CaseAction(StrEnum):
    """What can be done with a case."""

    CREATE = "CREATE"
    EDIT = "EDIT"
    SUBMIT = "SUBMIT"
    WITHDRAW = "WITHDRAW"
    DEEM_WITHDRAWN = "DEEM_WITHDRAWN"
    ANSWER_CORRECTION = "ANSWER_CORRECTION"
    RATE = "RATE"
    TAKE = "TAKE"
    ASSIGN = "ASSIGN"
    ACCEPT = "ACCEPT"
    ACCEPT_PENDING_DOCUMENTS = "ACCEPT_PENDING_DOCUMENTS"
    REQUEST_CORRECTION = "REQUEST_CORRECTION"
    NOT_ACCEPT = "NOT_ACCEPT"
    ATTACH_DOCUMENT = "ATTACH_DOCUMENT"
    REMOVE_DOCUMENT = "REMOVE_DOCUMENT"
    PRESENT_DOCUMENT = "PRESENT_DOCUMENT"
    REVOKE_ACCEPTANCE = "REVOKE_ACCEPTANCE"
    SIGN_STEP = "SIGN_STEP"
    RETURN = "RETURN"
    PUBLISH = "PUBLISH"
    END_PUBLICITY = "END_PUBLICITY"
    OBJECT = "OBJECT"
    RESOLVE_OBJECTION = "RESOLVE_OBJECTION"
    APPROVE = "APPROVE"
    REJECT = "REJECT"
    FULFIL = "FULFIL"
    CLOSE = "CLOSE"
    ADD_NOTE = "ADD_NOTE"


class Need(StrEnum):
    """What an action asks for besides the case and its version."""

    REASON = "REASON"
    AMOUNT = "AMOUNT"
    VISIT = "VISIT"
    DUE_DATE = "DUE_DATE"
    ITEMS = "ITEMS"
    OPINION = "OPINION"
    SCORE = "SCORE"
    HANDLER = "HANDLER"
    DOCUMENT = "DOCUMENT"
    TEXT = "TEXT"


class ServiceScore(StrEnum):
    """The rating of a service (好差评)."""

    VERY_SATISFIED = "VERY_SATISFIED"
    SATISFIED = "SATISFIED"
    BASICALLY_SATISFIED = "BASICALLY_SATISFIED"
    DISSATISFIED = "DISSATISFIED"
    VERY_DISSATISFIED = "VERY_DISSATISFIED"


S, A = CaseStatus, CaseAction
Moves = Mapping[tuple[CaseStatus, CaseStatus], "Move"]


@dataclass(frozen=True)
class Move:
    """One allowed change of status. Staff moves are for the role of the current step (or for `roles`), at steps
    of the named kinds."""

    action: CaseAction
    needs: tuple[Need, ...] = ()
    at: frozenset[StepKind] = frozenset()
    roles: frozenset[Role] = frozenset()


_HANDED_IN = frozenset({StepKind.ACCEPTANCE})
_DECISION = frozenset({StepKind.DECISION})
_DONE = frozenset({StepKind.PAYMENT, StepKind.FULFILMENT})

APPLICANT_MOVES: Moves = {
    (S.DRAFT, S.SUBMITTED): Move(A.SUBMIT),
    (S.CORRECTION_REQUIRED, S.SUBMITTED): Move(A.ANSWER_CORRECTION),
    **{
        (status, S.WITHDRAWN): Move(A.WITHDRAW)
        for status in (
            S.DRAFT, S.SUBMITTED, S.CORRECTION_REQUIRED, S.ACCEPTED, S.ACCEPTED_PENDING_DOCUMENTS, S.APPROVED,
        )
    },
}  # fmt: skip

STAFF_MOVES: Moves = {
    (S.SUBMITTED, S.ACCEPTED): Move(A.ACCEPT, at=_HANDED_IN),
    (S.SUBMITTED, S.ACCEPTED_PENDING_DOCUMENTS): Move(A.ACCEPT_PENDING_DOCUMENTS, at=_HANDED_IN),
    (S.SUBMITTED, S.CORRECTION_REQUIRED): Move(A.REQUEST_CORRECTION, (Need.ITEMS, Need.DUE_DATE), _HANDED_IN),
    (S.SUBMITTED, S.NOT_ACCEPTED): Move(A.NOT_ACCEPT, (Need.REASON,), _HANDED_IN),
    (S.ACCEPTED_PENDING_DOCUMENTS, S.ACCEPTED): Move(A.ACCEPT, at=_HANDED_IN),
    (S.ACCEPTED_PENDING_DOCUMENTS, S.ACCEPTANCE_REVOKED): Move(A.REVOKE_ACCEPTANCE, (Need.REASON,), _HANDED_IN),
    (S.ACCEPTED, S.APPROVED): Move(A.APPROVE, (Need.AMOUNT,), _DECISION),
    (S.ACCEPTED, S.REJECTED): Move(A.REJECT, (Need.REASON,), _DECISION),
    (S.APPROVED, S.FULFILLED): Move(A.FULFIL, at=_DONE),
    (S.FULFILLED, S.CLOSED): Move(A.CLOSE, roles=frozenset({Role.CLERK, Role.FINANCE, Role.APPROVER})),
}

SYSTEM_MOVES: Moves = {
    (S.CORRECTION_REQUIRED, S.WITHDRAWN): Move(A.DEEM_WITHDRAWN),
    (S.ACCEPTED_PENDING_DOCUMENTS, S.ACCEPTANCE_REVOKED): Move(A.REVOKE_ACCEPTANCE),
    (S.FULFILLED, S.CLOSED): Move(A.CLOSE),
}

# Finished for the applicant: nothing more will be decided.
FINISHED = frozenset({S.NOT_ACCEPTED, S.ACCEPTANCE_REVOKED, S.REJECTED, S.FULFILLED, S.CLOSED, S.WITHDRAWN})
# Ended without success: what the case held is given back.
FAILED = frozenset({S.NOT_ACCEPTED, S.ACCEPTANCE_REVOKED, S.REJECTED, S.WITHDRAWN})
# The applicant has to act: the clock stands still.
PAUSED = frozenset({S.CORRECTION_REQUIRED, S.ACCEPTED_PENDING_DOCUMENTS})
RATEABLE = FINISHED - {S.WITHDRAWN}
OPEN = frozenset(CaseStatus) - FINISHED
EDITABLE = frozenset({S.DRAFT, S.CORRECTION_REQUIRED})
# The applicant may give and take back files for documents.
GATHERING = EDITABLE | {S.SUBMITTED, S.ACCEPTED_PENDING_DOCUMENTS}
LOW_SCORES = frozenset({ServiceScore.DISSATISFIED, ServiceScore.VERY_DISSATISFIED})

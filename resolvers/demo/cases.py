"""Carrying the demo's applications through the steps of their programmes, act by act."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from models.cases.status import CaseStatus, ServiceScore, StepKind, StepOutcome
from models.cases.tables import Case, PublicNotice
from models.kit import clock
from models.kit.actor import Actor, Role
from models.kit.ids import global_id
from models.programmes.catalogue import Step, terms_by_id
from models.seed.demo import read
from resolvers.cases import filing, publicity, working
from resolvers.demo.cast import Cast
from resolvers.demo.filing import FEN, answers

Row = dict[str, Any]
S = CaseStatus
_WAIT = "wait"


@dataclass(frozen=True)
class Running:
    """A case that is being carried on."""

    id: UUID
    applicant: Actor
    story: Row
    cast: Cast
    chance: random.Random

    async def now(self) -> "Standing":
        """Where it stands."""
        row = (await Case.filter(id=self.id).values("version", "step", "terms_id", path="acting_organisation__path"))[0]
        terms = (await terms_by_id([row["terms_id"]]))[row["terms_id"]]
        step = terms.step(row["step"])
        actor = self.cast.official(Role(step.role) if step else Role.CLERK, row["path"])
        return Standing({"id": self.id, "version": row["version"]}, step, actor)

    def say(self, name: str) -> str:
        """Something that is said on such occasions."""
        return str(self.chance.choice(read("opinions")[name]))


@dataclass(frozen=True)
class Standing:
    """The case as commands name it, its step, and whose turn it is."""

    case: Row
    step: Step | None
    actor: Actor


Act = Callable[[Running, Row], Awaitable[object]]


def default_act(step: Step) -> Row:
    """What is done at a step when nothing particular happens; `after` so many working days."""
    return {"act": _DEFAULTS[StepKind(step.kind)], "after": _PACE.get(StepKind(step.kind), 1)}


async def perform(running: Running, act: Row) -> None:
    """Do one thing, or wait for the worker to do its part."""
    if act["act"] != _WAIT:
        await _ACTS[act["act"]](running, act)


async def _accept(running: Running, act: Row) -> None:
    await _move(running, S.ACCEPTED)


async def _accept_pending(running: Running, act: Row) -> None:
    await _move(running, S.ACCEPTED_PENDING_DOCUMENTS)


async def _not_accept(running: Running, act: Row) -> None:
    await _move(running, S.NOT_ACCEPTED, reason=act["reason"])


async def _reject(running: Running, act: Row) -> None:
    await _move(running, S.REJECTED, reason=act["reason"])


async def _approve(running: Running, act: Row) -> None:
    granted = running.story.get("granted")
    await _move(running, S.APPROVED, reason=running.say("decision"), amount=granted and granted * FEN)


async def _fulfil(running: Running, act: Row) -> None:
    await _move(running, S.FULFILLED)


async def _move(running: Running, to: CaseStatus, **more: Any) -> None:
    at = await running.now()
    await working.change_case_status(at.actor, **at.case, to=to, **more)


async def _correct(running: Running, act: Row) -> None:
    at = await running.now()
    await working.request_correction(at.actor, **at.case, items=act["items"])


async def _sign(running: Running, act: Row) -> None:
    at = await running.now()
    assert at.step
    await _signed(at, StepOutcome.AGREE, running.say(at.step.code))


async def _disagree(running: Running, act: Row) -> None:
    await _signed(await running.now(), StepOutcome.DISAGREE, act["opinion"])


async def _return(running: Running, act: Row) -> None:
    await _signed(await running.now(), StepOutcome.RETURN, act["opinion"])


async def _visit(running: Running, act: Row) -> None:
    at = await running.now()
    assert at.step
    assert at.actor.account_id
    report = {
        "visited_on": clock.today(),
        "visitors": [global_id("Account", at.actor.account_id), running.say("visitors")],
        "findings": running.say("findings" if at.step.code == "home_visit" else "site_findings"),
    }
    await _signed(at, StepOutcome.AGREE, running.say(at.step.code), visit=report)


async def _signed(at: Standing, outcome: StepOutcome, opinion: str, **more: Any) -> None:
    assert at.step
    await working.sign_step(at.actor, **at.case, step=at.step.code, outcome=outcome, opinion=opinion, **more)


async def _object(running: Running, act: Row) -> None:
    notice = await PublicNotice.get(case_id=running.id)
    objector = running.cast.people[act["by"]]
    await publicity.object_to_publicity(objector, notice_id=notice.id, grounds=act["grounds"])


async def _answer(running: Running, act: Row) -> None:
    at = await running.now()
    changed = answers(act, clock.today())
    await filing.answer_correction(running.applicant, **at.case, answers=changed, reply=act["reply"])


async def _withdraw(running: Running, act: Row) -> None:
    at = await running.now()
    await filing.withdraw_case(running.applicant, **at.case, reason=act["reason"])


async def _rate(running: Running, act: Row) -> None:
    score, case_id = ServiceScore(act["score"]), global_id("Case", running.id)
    await filing.rate_service(running.applicant, id=case_id, score=score, comment=act.get("comment"))


async def _take(running: Running, act: Row) -> None:
    at = await running.now()
    await working.take_case(at.actor, **at.case)


async def _note(running: Running, act: Row) -> None:
    at = await running.now()
    await working.add_note(at.actor, id=running.id, text=act["text"])


_ACTS: dict[str, Act] = {
    "accept": _accept, "accept_pending": _accept_pending, "not_accept": _not_accept, "correct": _correct,
    "sign": _sign, "visit": _visit, "disagree": _disagree, "return": _return, "object": _object,
    "approve": _approve, "reject": _reject, "fulfil": _fulfil, "answer": _answer, "withdraw": _withdraw,
    "rate": _rate, "take": _take, "note": _note,
}  # fmt: skip
_DEFAULTS = {
    StepKind.ACCEPTANCE: "accept", StepKind.REVIEW: "sign", StepKind.VISIT: "visit", StepKind.PUBLICITY: _WAIT,
    StepKind.DECISION: "approve", StepKind.PAYMENT: "fulfil", StepKind.FULFILMENT: "fulfil",
}  # fmt: skip
# In working days; a notice runs five of them or seven calendar days, and ends the morning after.
_PACE = {StepKind.VISIT: 3, StepKind.REVIEW: 2, StepKind.DECISION: 2, StepKind.PUBLICITY: 6, StepKind.PAYMENT: 3}

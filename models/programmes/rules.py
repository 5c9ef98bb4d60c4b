"""Eligibility: named checks with parameters as data, each giving an outcome, a reason and what to do next.

Rules advise; staff decide (personal-information law: no purely automated major decision).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from models.kit.codes import ErrorCode
from models.kit.outcome import Outcome, worst
from models.members import age_on
from models.programmes.catalogue import Terms
from models.programmes.facts import Facts

Params = Mapping[str, Any]
Check = Callable[[Facts, Params], Outcome]
checks: dict[str, Check] = {}


@dataclass(frozen=True)
class Finding:
    """What one rule found: a reason code with text parameters, the next step if there is one, and how an
    application is refused for it: an error code and at which input."""

    code: str
    outcome: Outcome
    params: Params = field(default_factory=dict)
    next_step: Params | None = None
    error: ErrorCode = ErrorCode.NOT_ELIGIBLE
    at: str = "programmeId"


@dataclass(frozen=True)
class Assessment:
    """All rules together: the weakest outcome, the findings that stood in the way, and what was looked at."""

    outcome: Outcome
    findings: tuple[Finding, ...]
    inputs: tuple[tuple[str, str, str], ...]  # name, value, source


def check(name: str) -> Callable[[Check], Check]:
    """Name a check so that rules can refer to it."""

    def wrap(function: Check) -> Check:
        checks[name] = function
        return function

    return wrap


def assess(terms: Terms, facts: Facts) -> Assessment:
    """Run the rules of a version; those on answers only where there are any."""
    rules = [rule for rule in terms.rules if facts.answers is not None or not rule.get("needs_answers")]
    found = [_finding(rule, facts) for rule in rules]
    findings = tuple(finding for finding in found if finding.outcome is not Outcome.ELIGIBLE)
    return Assessment(worst(f.outcome for f in findings), findings, tuple(_inputs(facts)))


def _finding(rule: Params, facts: Facts) -> Finding:
    params = rule.get("params", {})
    outcome = checks[rule["check"]](facts, params)
    if outcome is not Outcome.ELIGIBLE:
        outcome = Outcome(rule.get("otherwise", outcome))
    return Finding(
        rule["code"],
        outcome,
        params,
        rule.get("next_step"),
        ErrorCode(rule.get("error", ErrorCode.NOT_ELIGIBLE)),
        rule.get("field", "programmeId"),
    )


def _inputs(facts: Facts) -> list[tuple[str, str, str]]:
    """The facts that rules read, for the record of the decision."""
    held = facts.membership or {}
    return [
        ("today", facts.today.isoformat(), "CLOCK"),
        ("membershipStatus", str(held.get("status")), "MEMBERSHIP"),
        ("memberSince", str(held.get("member_since")), "MEMBERSHIP"),
        *((code, row["value"], "FILING") for code, row in sorted(facts.standings.items())),
        *((name, str(value), "ANSWERS") for name, value in sorted((facts.answers or {}).items())),
    ]


def _holds(condition: object) -> Outcome:
    return Outcome.ELIGIBLE if condition else Outcome.NOT_ELIGIBLE


@check("membership_status")
def _membership_status(facts: Facts, params: Params) -> Outcome:
    """The membership has one of `statuses`."""
    return _holds(facts.membership and facts.membership["status"] in params["statuses"])


@check("not_a_member")
def _not_a_member(facts: Facts, _: Params) -> Outcome:
    """There is no current membership."""
    return _holds(facts.membership is None)


@check("member_for_days")
def _member_for_days(facts: Facts, params: Params) -> Outcome:
    """Member for at least `days` calendar days."""
    held = facts.membership
    return _holds(held and (facts.today - held["member_since"]).days >= params["days"])


@check("standing")
def _standing(facts: Facts, params: Params) -> Outcome:
    """The person has the standing `code`, with one of `values` where they are named."""
    found = facts.standings.get(params["code"])
    return _holds(found and found["value"] in params.get("values", [found["value"]]))


@check("no_standing")
def _no_standing(facts: Facts, params: Params) -> Outcome:
    """The person does not have the standing `code`, or only for `renewable_days` more."""
    found = facts.standings.get(params["code"])
    until = facts.today + timedelta(days=params.get("renewable_days", 0))
    return _holds(found is None or (found["valid_to"] and found["valid_to"] < until))


@check("age")
def _age(facts: Facts, params: Params) -> Outcome:
    """At least `min` and below `below` years old, as far as they are named."""
    age = age_on(facts.member["born_on"], facts.today)
    return _holds(params.get("min", 0) <= age < params.get("below", 200))


@check("details_known")
def _details_known(facts: Facts, params: Params) -> Outcome:
    """The federation holds each of `fields`."""
    known = all(facts.member.get(name) for name in params["fields"])
    return Outcome.ELIGIBLE if known else Outcome.NEEDS_INFORMATION


@check("answer_not_in")
def _answer_not_in(facts: Facts, params: Params) -> Outcome:
    """The answer to `question` is none of `values`."""
    return _holds((facts.answers or {}).get(params["question"]) not in params["values"])


@check("answer_in")
def _answer_in(facts: Facts, params: Params) -> Outcome:
    """The answer to `question` is one of `values`."""
    return _holds((facts.answers or {}).get(params["question"]) in params["values"])


@check("answer_below")
def _answer_below(facts: Facts, params: Params) -> Outcome:
    """The answer to `question` is a number below `below`."""
    return _holds((facts.answers or {})[params["question"]] < params["below"])


@check("answer_since")
def _answer_since(facts: Facts, params: Params) -> Outcome:
    """The day that answers `question`, if there is one, lies at least `days` back."""
    day = (facts.answers or {}).get(params["question"])
    return _holds(day is None or (facts.today - date.fromisoformat(day)).days >= params["days"])


@check("any_of")
def _any_of(facts: Facts, params: Params) -> Outcome:
    """One of the checks `of` holds."""
    found = (checks[rule["check"]](facts, rule.get("params", {})) for rule in params["of"])
    return _holds(Outcome.ELIGIBLE in found)

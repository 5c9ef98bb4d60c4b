"""Who may register: an event's rules are named checks with parameters as data, as those of programmes are.

A rule is `{"check", "code", "params"}`: the check decides, and the code has two texts, `condition.<code>` for
what is asked and `reason.<code>` for why not.
"""

from typing import Any
from uuid import UUID

from models import members
from models.events.tables import EventStatus
from models.kit import clock
from models.kit.codes import ErrorCode
from models.kit.errors import refuse
from models.kit.outcome import Outcome, worst
from models.kit.texts import text
from models.programmes.facts import Facts
from models.programmes.rules import Finding, Params, check, checks

Row = dict[str, Any]
# What is held about a person that a rule may ask for.
DETAILS = ("sex", "education", "employment", "skill_level")
# Conditions in an organiser's own words: the checks they may name, and the JSON Schema of the parameters.
CONDITIONS = {
    "detail_in": {
        "type": "object",
        "properties": {
            "field": {"enum": list(DETAILS)},
            "values": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 50},
        },
        "required": ["field", "values"],
        "additionalProperties": False,
    },
    "details_known": {
        "type": "object",
        "properties": {"fields": {"type": "array", "items": {"enum": list(DETAILS)}, "minItems": 1}},
        "required": ["fields"],
        "additionalProperties": False,
    },
}
_NEXT_STEPS = {"NOT_A_MEMBER": "JOIN_UNION", Outcome.NEEDS_INFORMATION: "CORRECT_MY_DETAILS"}


@check("in_union")
def _in_union(facts: Facts, params: Params) -> Outcome:
    """The member's union is `organisation_id` or stands below it."""
    chain = (facts.membership or {}).get("chain", ())
    return Outcome.ELIGIBLE if params["organisation_id"] in chain else Outcome.NOT_ELIGIBLE


@check("detail_in")
def _detail_in(facts: Facts, params: Params) -> Outcome:
    """What is held as `field` is one of `values`."""
    held = facts.member.get(params["field"])
    if not held:
        return Outcome.NEEDS_INFORMATION
    return Outcome.ELIGIBLE if held in params["values"] else Outcome.NOT_ELIGIBLE


def rules_for(eligibility: Row, organisation: Row) -> list[Row]:
    """The rules that say whom an event is for: members of a union, of an age, of some standing."""
    retained = eligibility.get("retained_members")
    days, youngest, oldest = (eligibility.get(name) for name in ("membership_days", "age_from", "age_to"))
    union = {"organisation_id": str(organisation["id"]), "organisation": organisation["name"]}
    rules = [
        _rule("membership_status", "RETAINED_TOO", statuses=["ACTIVE", "RETAINED"])
        if retained
        else _rule("membership_status", "ACTIVE_MEMBERS", statuses=["ACTIVE"]),
        _rule("in_union", "IN_UNION", **union),
    ]
    if days:
        rules.append(_rule("member_for_days", "MEMBER_FOR_DAYS", days=days))
    if youngest is not None:
        rules.append(_rule("age", "OLD_ENOUGH", min=youngest))
    if oldest is not None:
        rules.append(_rule("age", "YOUNG_ENOUGH", below=oldest + 1, most=oldest))
    stated = eligibility.get("conditions") or ()
    return rules + [_rule(c["check"], "AS_STATED", **c["params"], says=c["says"]) for c in stated]


def _rule(name: str, code: str, **params: Any) -> Row:
    return {"check": name, "code": code, "params": params}


def sentences(event: Row, locale: str) -> list[str]:
    """What an event's rules ask for, in words."""
    return [text(locale, f"condition.{rule['code']}", rule["params"]) for rule in event["rules"]]


async def facts_of(member_id: UUID) -> Facts | None:
    """What rules look at, in two statements however many events there are; None without a membership."""
    found = await members.Membership.filter(member_id=member_id, ended_on=None).values(
        "status",
        "member_since",
        path="organisation__path",
        born_on="member__born_on",
        **{name: f"member__{name}" for name in DETAILS},
    )
    if not found:
        return None
    chain = members.Organisation.filter(path__in=members.ancestor_paths(found[0]["path"]))
    held = {**found[0], "chain": frozenset(map(str, await chain.values_list("id", flat=True)))}
    return Facts(today=clock.today(), member=held, membership=held, standings={}, consents=frozenset(), amounts={})


def assess(event: Row, facts: Facts | None, *, registered: bool) -> Row:
    """Whether a person may register for an event now: `{"outcome", "reasons"}`."""
    found = [
        *_when(event),
        *(_who(event, facts) if facts else [_finding("NOT_A_MEMBER", Outcome.NOT_ELIGIBLE)]),
    ]
    if registered:
        found.append(_finding("ALREADY_REGISTERED", Outcome.USED_UP))
    return {"outcome": worst(finding.outcome for finding in found), "reasons": found}


_REFUSALS = {
    Outcome.NOT_OPEN: ErrorCode.EVENT_CLOSED,
    Outcome.USED_UP: ErrorCode.ALREADY_REGISTERED,
    Outcome.NOT_ELIGIBLE: ErrorCode.NOT_ELIGIBLE,
    Outcome.NEEDS_INFORMATION: ErrorCode.NOT_ELIGIBLE,
}


def admit(assessment: Row, registration_id: UUID | None) -> None:
    """Refuse whoever may not register, showing the registration they have."""
    if assessment["outcome"] in _REFUSALS:
        shown = {"registration_id": registration_id} if registration_id else None
        refuse(_REFUSALS[assessment["outcome"]], "eventId", shown)


def _who(event: Row, facts: Facts) -> list[Finding]:
    judged = [(rule, checks[rule["check"]](facts, rule["params"])) for rule in event["rules"]]
    return [
        _finding(rule["code"], outcome, rule["params"]) for rule, outcome in judged if outcome is not Outcome.ELIGIBLE
    ]


def _when(event: Row) -> list[Finding]:
    now, opens, closes = clock.now(), event["sign_up_opens_at"], event["sign_up_closes_at"]
    if event["status"] != EventStatus.PUBLISHED:
        return [_finding(f"EVENT_{event['status']}", Outcome.NOT_OPEN)]
    if now < opens:
        return [_finding("SIGN_UP_NOT_YET", Outcome.NOT_OPEN, {"opens": opens})]
    return [_finding("SIGN_UP_OVER", Outcome.NOT_OPEN, {"closed": closes})] if now >= closes else []


def _finding(code: str, outcome: Outcome, params: Params | None = None) -> Finding:
    action = _NEXT_STEPS.get(code) or _NEXT_STEPS.get(outcome)
    return Finding(code, outcome, params or {}, {"action": action} if action else None)

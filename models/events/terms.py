"""What an organiser states of an event, checked before it is kept."""

from datetime import datetime
from typing import Any

from jsonschema import Draft202012Validator

from models.events.eligibility import CONDITIONS
from models.kit import clock, forms, words
from models.kit.codes import ErrorCode
from models.kit.errors import Checks, refuse

Row = dict[str, Any]
DESCRIPTION_LIMIT = 5000
MOST_SEATS = 100_000
LONGEST_OFFER = 24 * 14
OLDEST = 120
OFFER_HOURS = 24
# What an event without questions takes as answers.
NO_QUESTIONS = {"type": "object", "maxProperties": 0}


def cleaned(given: Row) -> Row:
    """The columns that were given, each in order by itself; refused with the field at fault."""
    columns = dict(given)
    for name, most in (("title", 100), ("venue", 200)):
        if name in columns:
            columns[name] = words.line(columns[name], name, most=most)
    _check_length(columns.get("description", ""), DESCRIPTION_LIMIT, "description")
    _within(columns.get("capacity"), 1, MOST_SEATS, "capacity")
    _within(columns.get("offer_hours"), 1, LONGEST_OFFER, "offerHours")
    if "form" in columns:
        forms.check_form(columns["form"])
    return columns


def _check_length(text: str, most: int, field: str) -> None:
    if len(text) > most:
        refuse(ErrorCode.TOO_LONG, field, max=most)


def _within(value: int | None, least: int, most: int, field: str) -> None:
    if value is not None and not least <= value <= most:
        refuse(ErrorCode.INVALID, field, min=least, max=most)


def check_times(event: Row) -> None:
    """Sign-up opens, closes, the event begins and ends, in this order; refused with DATE_INVALID."""
    opens, closes = event.get("sign_up_opens_at"), event["sign_up_closes_at"]
    if opens is not None and opens >= closes:
        refuse(ErrorCode.DATE_INVALID, "signUpOpensAt")
    if closes > event["starts_at"]:
        refuse(ErrorCode.DATE_INVALID, "signUpClosesAt")
    if event["starts_at"] >= event["ends_at"]:
        refuse(ErrorCode.DATE_INVALID, "endsAt")


def check_ahead(closes: datetime) -> None:
    """Sign-up must end in the future; refused with DATE_INVALID."""
    if closes <= clock.now():
        refuse(ErrorCode.DATE_INVALID, "signUpClosesAt")


def check_eligibility(eligibility: Row) -> None:
    """Bounds that can be met, and conditions of known checks with the parameters these take."""
    for name, field in (("age_from", "ageFrom"), ("age_to", "ageTo")):
        _within(eligibility.get(name), 0, OLDEST, f"eligibility.{field}")
    _within(eligibility.get("membership_days"), 0, 365 * 50, "eligibility.membershipDays")
    youngest, oldest = eligibility.get("age_from"), eligibility.get("age_to")
    if youngest is not None and oldest is not None and youngest > oldest:
        refuse(ErrorCode.INVALID, "eligibility.ageTo")
    for number, condition in enumerate(eligibility.get("conditions") or ()):
        _check_condition(condition, f"eligibility.conditions.{number}")


def _check_condition(condition: Row, where: str) -> None:
    if condition["check"] not in CONDITIONS:
        refuse(ErrorCode.INVALID, f"{where}.check")
    if not Draft202012Validator(CONDITIONS[condition["check"]]).is_valid(condition["params"]):
        refuse(ErrorCode.INVALID, f"{where}.params")
    condition["says"] = words.line(condition["says"], f"{where}.says", most=100)


def check_answers(form: Row | None, answers: Any) -> None:
    """Answers that fit the event's questions; refused with ANSWERS_INVALID at each that does not."""
    checks = Checks()
    forms.check_answers(form or NO_QUESTIONS, answers or {}, checks)
    checks.done()

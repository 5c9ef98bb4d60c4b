"""Questions as JSON Schema forms: forms that may be kept, and answers checked against one.

Staff of any union write forms, so a form says only what takes no longer than its length and that of the answers:
no references, which may lead round in circles, no patterns, which may try without end, and nothing that combines forms.
"""

from collections.abc import Collection, Iterator
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, SchemaError

from models.kit.codes import ErrorCode
from models.kit.errors import Checks, refuse
from models.kit.identity import InvalidValue, resident_id

Row = dict[str, Any]
_formats = FormatChecker(formats=("date",))
MAX_PROBLEMS = 20
# Characters of JSON, far above anything that people fill in.
FORM_LIMIT, ANSWERS_LIMIT = 20_000, 20_000
DIALECT = "https://json-schema.org/draft/2020-12/schema"


@_formats.checks("resident-id", raises=InvalidValue)
def _is_resident_id(value: object) -> bool:
    if isinstance(value, str):
        resident_id(value)
    return True


# What a question may demand, beside what begins with `x-`; what a choice may say; where further questions are.
_PLAIN = {
    "type", "format", "required", "multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
    "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "enum", "oneOf", "properties",
    "items", "additionalProperties", "default", "examples", "$schema", "$comment",
}  # fmt: skip
_CHOICE = {"const", "title", "description"}
_INSIDE = ("items", "additionalProperties")
MAX_PARTS, MAX_VALUES = 400, 1000  # questions and choices of a form; values in the answers


def check_form(form: Any, field: str = "form") -> None:
    """A JSON Schema of moderate size and of plain questions; refused with INVALID."""
    if not isinstance(form, dict) or len(str(form)) > FORM_LIMIT or not _is_plain(form):
        refuse(ErrorCode.INVALID, field)
    try:
        Draft202012Validator.check_schema(form)
    except SchemaError:
        refuse(ErrorCode.INVALID, field)


def _is_plain(form: Row) -> bool:
    questions = list(_questions(form))
    choices = [choice for question in questions for choice in _choices(question)]
    return (
        len(questions) + len(choices) <= MAX_PARTS
        and all(_says_only(question, _PLAIN | _CHOICE) for question in questions)
        and all(_says_only(choice, _CHOICE) for choice in choices)
        and form.get("$schema", DIALECT) == DIALECT
    )


def _questions(part: Any) -> Iterator[Row]:
    """A question and those inside it."""
    if isinstance(part, dict):
        yield part
        inside = part.get("properties")
        for item in (*(inside.values() if isinstance(inside, dict) else ()), *map(part.get, _INSIDE)):
            yield from _questions(item)


def _choices(question: Row) -> list[Any]:
    """The choices of a question, each with its words (`oneOf`) or plain (`enum`)."""
    named, plain = (found if isinstance(found := question.get(name), list) else [] for name in ("oneOf", "enum"))
    return named + [{"const": value} for value in plain]


def _says_only(part: Any, known: Collection[str]) -> bool:
    return (
        isinstance(part, dict)
        and not isinstance(part.get("const"), dict | list)
        and all(name in known or name.startswith("x-") for name in part)
    )


def check_answers(schema: dict[str, Any], answers: Any, checks: Checks, field: str = "answers") -> bool:
    """Note every answer that does not fit, each at its own path; True when all do."""
    noted = len(checks.problems)
    if len(str(answers)) > ANSWERS_LIMIT or _values(answers) > MAX_VALUES:
        checks.fail(ErrorCode.TOO_LONG, field, max=ANSWERS_LIMIT)
        return False
    validator = Draft202012Validator(schema, format_checker=_formats)
    for number, error in enumerate(validator.iter_errors(answers)):
        if number == MAX_PROBLEMS:
            break
        where = ".".join([field, *map(str, error.absolute_path)])
        checks.fail(ErrorCode.ANSWERS_INVALID, where, detail=_detail(error))
    return len(checks.problems) == noted


def _values(answers: Any) -> int:
    inside = answers.values() if isinstance(answers, dict) else answers if isinstance(answers, list) else ()
    return 1 + sum(map(_values, inside))


def _detail(error: Any) -> str:
    """What is wrong, without repeating the answer."""
    if error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        return ", ".join(missing)
    if error.validator == "oneOf":
        return ", ".join(str(option.get("const")) for option in error.validator_value)
    return f"{error.validator}: {error.validator_value}"[:200]

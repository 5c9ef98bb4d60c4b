"""A programme's own questions: a JSON Schema form, answers checked against the version they are filed under."""

from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from models.kit.codes import ErrorCode
from models.kit.errors import Checks
from models.kit.identity import InvalidValue, resident_id

_formats = FormatChecker(formats=("date",))
MAX_PROBLEMS = 20


@_formats.checks("resident-id", raises=InvalidValue)
def _is_resident_id(value: object) -> bool:
    if isinstance(value, str):
        resident_id(value)
    return True


def check_answers(schema: dict[str, Any], answers: Any, checks: Checks, field: str = "answers") -> bool:
    """Note every answer that does not fit, each at its own path; True when all do."""
    noted = len(checks.problems)
    validator = Draft202012Validator(schema, format_checker=_formats)
    for number, error in enumerate(validator.iter_errors(answers)):
        if number == MAX_PROBLEMS:
            break
        where = ".".join([field, *map(str, error.absolute_path)])
        checks.fail(ErrorCode.ANSWERS_INVALID, where, detail=_detail(error))
    return len(checks.problems) == noted


def _detail(error: Any) -> str:
    """What is wrong, without repeating the answer."""
    if error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        return ", ".join(missing)
    if error.validator == "oneOf":
        return ", ".join(str(option.get("const")) for option in error.validator_value)
    return f"{error.validator}: {error.validator_value}"[:200]

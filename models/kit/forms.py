"""Questions as JSON Schema forms: forms that may be kept, and answers checked against one."""

from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, SchemaError

from models.kit.codes import ErrorCode
from models.kit.errors import Checks, refuse
from models.kit.identity import InvalidValue, resident_id

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


def check_form(form: Any, field: str = "form") -> None:
    """A JSON Schema of moderate size that refers to nothing outside itself; refused with INVALID."""
    if not isinstance(form, dict) or len(str(form)) > FORM_LIMIT or not all(map(_is_inside, _references(form))):
        refuse(ErrorCode.INVALID, field)
    try:
        Draft202012Validator.check_schema(form)
    except SchemaError:
        refuse(ErrorCode.INVALID, field)


def _references(part: Any) -> list[Any]:
    if isinstance(part, list):
        return [found for item in part for found in _references(item)]
    if not isinstance(part, dict):
        return []
    own = [value for name, value in part.items() if name in ("$ref", "$dynamicRef", "$id", "$schema")]
    return own + [found for item in part.values() for found in _references(item)]


def _is_inside(reference: Any) -> bool:
    return isinstance(reference, str) and (reference.startswith("#") or reference == DIALECT)


def check_answers(schema: dict[str, Any], answers: Any, checks: Checks, field: str = "answers") -> bool:
    """Note every answer that does not fit, each at its own path; True when all do."""
    noted = len(checks.problems)
    if len(str(answers)) > ANSWERS_LIMIT:
        checks.fail(ErrorCode.TOO_LONG, field, max=ANSWERS_LIMIT)
        return False
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

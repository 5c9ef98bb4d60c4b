"""Refusals: closed codes, the field at fault, and what the payload may still show."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NoReturn, TypeVar

from models.kit.codes import ErrorCode
from models.kit.identity import InvalidValue

T = TypeVar("T")


class ApiCode(StrEnum):
    """Codes of top-level errors: for the caller's program or the system."""

    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    BATCHING_NOT_SUPPORTED = "BATCHING_NOT_SUPPORTED"
    WEBSOCKET_REQUIRED = "WEBSOCKET_REQUIRED"
    QUERY_TOO_COMPLEX = "QUERY_TOO_COMPLEX"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    NOT_FOUND = "NOT_FOUND"
    THROTTLED = "THROTTLED"
    TIMEOUT = "TIMEOUT"
    PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
    DOCUMENT_NOT_TRUSTED = "DOCUMENT_NOT_TRUSTED"
    CROSS_SITE_REQUEST = "CROSS_SITE_REQUEST"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    NOT_ACCEPTABLE = "NOT_ACCEPTABLE"
    PAYLOAD_TOO_LARGE = "PAYLOAD_TOO_LARGE"
    URI_TOO_LONG = "URI_TOO_LONG"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    INTERNAL_SERVER_ERROR = "INTERNAL_SERVER_ERROR"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a request: a code, the input path (`household.members.0.idNumber`), text parameters."""

    code: ErrorCode
    field: str | None = None
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)


class DomainError(Exception):
    """A change was refused; nothing happened. `payload` holds what the answer may still show (a fresh row's id)."""

    def __init__(self, problems: Sequence[Problem], payload: Mapping[str, Any] | None = None) -> None:
        super().__init__(", ".join(p.code for p in problems))
        self.problems = tuple(problems)
        self.payload = dict(payload or {})

    def under(self, path: str) -> "DomainError":
        """The same refusal with its fields below a path of a larger input."""
        problems = [dataclasses.replace(p, field=f"{path}.{p.field}" if p.field else path) for p in self.problems]
        return DomainError(problems, self.payload)


class ApiError(Exception):
    """A request that cannot be answered at all: shown as a top-level error with this code."""

    def __init__(self, code: ApiCode) -> None:
        super().__init__(code)
        self.code = code


def refuse(
    code: ErrorCode, field: str | None = None, payload: Mapping[str, Any] | None = None, **params: Any
) -> NoReturn:
    """Refuse the change with one problem."""
    raise DomainError([Problem(code, field, params)], payload)


def checked(check: Callable[[str], T], text: str, field: str | None = None) -> T:
    """What a check of `models.kit.identity` makes of a text; refused with a code like MOBILE_INVALID."""
    try:
        return check(text)
    except InvalidValue as error:
        refuse(ErrorCode[f"{error.code.rpartition('_')[0]}_INVALID"], field)


def valid(check: Callable[[str], T], text: str) -> T | None:
    """What a check of `models.kit.identity` makes of a text; None when it does not pass."""
    try:
        return check(text)
    except InvalidValue:
        return None


class Checks:
    """Collects problems so that one answer names them all."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def fail(self, code: ErrorCode, field: str | None = None, **params: Any) -> None:
        """Note a problem and go on."""
        self.problems.append(Problem(code, field, params))

    def require(self, holds: object, code: ErrorCode, field: str | None = None, **params: Any) -> None:
        """Note a problem unless `holds`."""
        if not holds:
            self.fail(code, field, **params)

    def attempt(self, check: Callable[..., T], *args: Any, **kwargs: Any) -> T | None:
        """What `check` answers; when it refuses, note its problems and go on with None."""
        try:
            return check(*args, **kwargs)
        except DomainError as refusal:
            self.problems.extend(refusal.problems)
            return None

    def done(self) -> None:
        """Raise DomainError if anything was noted."""
        if self.problems:
            raise DomainError(self.problems)

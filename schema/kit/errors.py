"""Refusals as clients see them: `userErrors` in payloads, masked top-level errors, and nothing internal."""

from typing import Any

import strawberry
import structlog
from graphql import GraphQLError

from models.kit.codes import ErrorCode
from models.kit.errors import ApiCode, ApiError, DomainError, Problem
from models.kit.texts import text
from schema.kit.build import column, computed, enum, output
from schema.kit.context import Info

log = structlog.get_logger()

enum(ErrorCode, **{code.name: text("en", f"error.{code}") for code in ErrorCode})


def _message(problem: Problem, info: Info) -> str:
    return text(info.context.locale, f"error.{problem.code}", problem.params)


@output
class UserError:
    """Why a change was refused; nothing was changed."""

    code: ErrorCode = column("A stable code.")
    message: str = computed(_message, "The same for people, in the reader's language.")
    field: str | None = column("The input field at fault, as a path like `household.members.0.idNumber`.")


@strawberry.interface(description="What every change answers with.")
class Payload:
    """What every change answers with."""

    user_errors: list[UserError] = column("Why the change was refused; empty when it was done.")

    @classmethod
    def is_type_of(cls, row: Any, info: Any) -> bool:
        """Rows carry no type; the field's own type decides."""
        return True


def shown(error: GraphQLError, locale: str, request_id: str) -> dict[str, Any]:
    """A top-level error with its code; messages of our own making only."""
    cause = error.original_error
    code, extensions = ApiCode.BAD_USER_INPUT, {}
    if isinstance(cause, ApiError):
        code = cause.code
        message = text(locale, f"api.{code}")
    elif isinstance(cause, DomainError):
        first = cause.problems[0]
        code = ApiCode.NOT_FOUND if first.code is ErrorCode.NOT_FOUND else ApiCode.BAD_USER_INPUT
        message = text(locale, f"error.{first.code}", first.params)
        extensions = {"field": first.field}
    elif cause is None or error.path is None:
        message = error.message
    else:
        code = ApiCode.INTERNAL_SERVER_ERROR
        message = text(locale, f"api.{code}")
        extensions = {"requestId": request_id}
        _report(cause, request_id)
    answer: dict[str, Any] = {"message": message, "extensions": {"code": code, **extensions}}
    if error.locations:
        answer["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    if error.path:
        answer["path"] = error.path
    return answer


def _report(cause: BaseException, request_id: str) -> None:
    """Log where it failed: never the message of an exception, which may hold personal data."""
    frame = cause.__traceback__
    while frame and frame.tb_next:
        frame = frame.tb_next
    where = f"{frame.tb_frame.f_code.co_filename.rpartition('/')[2]}:{frame.tb_lineno}" if frame else None
    log.error("request.failed", error=type(cause).__name__, at=where, request_id=request_id)

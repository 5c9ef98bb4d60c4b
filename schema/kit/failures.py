"""Top-level errors: for the caller's program or the system. Masked, with a code, in the reader's language."""

from typing import Any

import structlog
from graphql import GraphQLError

from models.kit.actor import Actor
from models.kit.codes import ErrorCode
from models.kit.errors import ApiCode, ApiError, DomainError
from models.kit.texts import text

log = structlog.get_logger()
# Refusals of reads that a program tells from bad input.
_AS_API = {ErrorCode.NOT_FOUND: ApiCode.NOT_FOUND, ErrorCode.TRY_LATER: ApiCode.THROTTLED}


def failure(code: ApiCode, locale: str, **extensions: Any) -> dict[str, Any]:
    """An error that says no more than its code does."""
    return {"message": text(locale, f"api.{code}"), "extensions": {"code": code, **extensions}}


def shown(error: GraphQLError, actor: Actor, code: ApiCode = ApiCode.BAD_USER_INPUT) -> dict[str, Any]:
    """An error as the client sees it. `code` is that of errors in the request itself, whose words are graphql's;
    of what went wrong in here nothing is said but the request id."""
    answer = _caused(error.original_error, actor) if error.original_error and error.path else None
    answer = answer or {"message": error.message, "extensions": {"code": code}}
    if error.locations:
        answer["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    if error.path:
        answer["path"] = error.path
    return answer


def _caused(cause: Exception, actor: Actor) -> dict[str, Any]:
    if isinstance(cause, ApiError):
        return failure(cause.code, actor.locale)
    if isinstance(cause, DomainError):
        problem = cause.problems[0]
        code = _AS_API.get(problem.code, ApiCode.BAD_USER_INPUT)
        message = text(actor.locale, f"error.{problem.code}", problem.params)
        return {"message": message, "extensions": {"code": code, "field": problem.field}}
    log.error("field.failed", request_id=actor.request_id, exc_info=cause)
    return failure(ApiCode.INTERNAL_SERVER_ERROR, actor.locale, requestId=actor.request_id)

"""One GraphQL request: ready document, checked variables, execution with a deadline, masked errors."""

import asyncio
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    execute,
    get_operation_ast,
)
from graphql.pyutils import is_awaitable

from models.kit.actor import Actor
from models.kit.errors import ApiCode, ApiError
from models.kit.texts import text
from schema.kit.context import Context
from schema.kit.documents import DocumentError, Documents
from schema.kit.errors import shown


@dataclass(frozen=True)
class Request:
    """What a client sent."""

    query: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = None
    reading: bool = False  # GET: queries only


@dataclass(frozen=True)
class Answer:
    """The JSON to send; `code` is set when nothing was executed."""

    body: dict[str, Any]
    code: ApiCode | None = None


class Executor:
    """Runs requests against one schema."""

    def __init__(self, schema: GraphQLSchema, timeout: float) -> None:
        self._schema = schema
        self._documents = Documents(schema)
        self._timeout = timeout

    async def run(self, request: Request, actor: Actor) -> Answer:
        """Answer a request; never raises for anything a client sends."""
        try:
            document = self._documents.get(request.query)
            self._operation(document, request)
        except DocumentError as error:
            return _refusal(error.code, error.errors, actor)
        except ApiError as error:
            return refusal(error.code, actor)
        try:
            async with asyncio.timeout(self._timeout):
                result = await self._execute(document, request, actor)
        except TimeoutError:
            return refusal(ApiCode.TIMEOUT, actor)
        if result.errors and result.data is None and all(e.path is None for e in result.errors):
            return _refusal(ApiCode.BAD_USER_INPUT, result.errors, actor)
        body: dict[str, Any] = {"data": result.data}
        if result.errors:
            body["errors"] = [shown(e, actor.locale, actor.request_id) for e in result.errors]
        return Answer(body)

    def _operation(self, document: DocumentNode, request: Request) -> OperationDefinitionNode:
        operation = get_operation_ast(document, request.operation_name)
        if operation is None:
            raise ApiError(ApiCode.BAD_USER_INPUT)
        if operation.operation is OperationType.SUBSCRIPTION:
            raise ApiError(ApiCode.BAD_USER_INPUT)
        if request.reading and operation.operation is not OperationType.QUERY:
            raise ApiError(ApiCode.METHOD_NOT_ALLOWED)
        return operation

    async def _execute(self, document: DocumentNode, request: Request, actor: Actor) -> ExecutionResult:
        result = execute(
            self._schema,
            document,
            context_value=Context(actor),
            variable_values=request.variables,
            operation_name=request.operation_name,
        )
        if is_awaitable(result):
            result = await result
        assert isinstance(result, ExecutionResult)
        return result


def refusal(code: ApiCode, actor: Actor) -> Answer:
    """An answer that carries one code and no data."""
    return Answer(
        {"errors": [{"message": text(actor.locale, f"api.{code}"), "extensions": {"code": code}}]}, code
    )


def _refusal(code: ApiCode, errors: list[GraphQLError], actor: Actor) -> Answer:
    body = [shown(error, actor.locale, actor.request_id) for error in errors]
    for item in body:
        item["extensions"]["code"] = code
    return Answer({"errors": body}, code)

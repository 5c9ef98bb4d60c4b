"""One GraphQL request: ready document, checked variables, execution, masked errors."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    OperationType,
    create_source_event_stream,
    execute,
    get_operation_ast,
)
from graphql import Executor as GraphQLExecutor
from graphql.pyutils import is_awaitable

from models.kit.actor import Actor
from models.kit.errors import ApiCode, ApiError
from resolvers.kit.watching import Event, Stream
from schema.kit.context import Context
from schema.kit.documents import DocumentError, Documents
from schema.kit.failures import failure, shown


@dataclass(frozen=True)
class Request:
    """What a client sent: a document, the hash of a trusted one, or both."""

    query: str | None
    variables: dict[str, Any] | None = None
    operation_name: str | None = None
    reading: bool = False  # GET: queries only
    document_hash: str | None = None
    streaming: bool = False  # a socket: subscriptions, too


@dataclass(frozen=True)
class Answer:
    """The JSON to send; `code` is set when nothing was executed."""

    body: dict[str, Any]
    code: ApiCode | None = None


class Executor:
    """Runs requests against one schema. Without `introspection` it tells nothing about what it does not get asked.

    `trusted` are documents known by their hashes; unless `free_documents`, no others are run.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        *,
        introspection: bool,
        trusted: Mapping[str, str],
        free_documents: bool,
    ) -> None:
        self._schema = schema
        self._introspection = introspection
        self._documents = Documents(schema, introspection=introspection, trusted=trusted, free=free_documents)

    async def run(self, request: Request, actor: Actor) -> Answer:
        """Answer one request."""
        answer = await self.begin(replace(request, streaming=False), actor)
        assert isinstance(answer, Answer)
        return answer

    async def begin(self, request: Request, actor: Actor) -> Answer | Stream:
        """Answer one request; of a subscription, the events that `answer_event` answers one by one."""
        try:
            document = self._documents.find(request.query, request.document_hash)
            subscribes = _check_operation(document, request)
        except DocumentError as error:
            return _unfit(error.code, error.errors, actor)
        except ApiError as error:
            return refusal(error.code, actor)
        if subscribes:
            return await self._subscribe(document, request, actor)
        return _answered(await self._execute(document, request, actor), actor)

    async def answer_event(self, request: Request, event: Event) -> Answer:
        """Answer one event of a subscription that has begun, with loaders of its own."""
        document = self._documents.find(request.query, request.document_hash)
        return _answered(await self._execute(document, request, event.actor, event.row), event.actor)

    async def _subscribe(self, document: DocumentNode, request: Request, actor: Actor) -> Answer | Stream:
        built = GraphQLExecutor.build(
            self._schema,
            document,
            context_value=Context(actor),
            raw_variable_values=request.variables,
            operation_name=request.operation_name,
            max_coercion_errors=5,
            hide_suggestions=not self._introspection,
        )
        if isinstance(built, list):
            return _unfit(ApiCode.BAD_USER_INPUT, built, actor)
        stream = create_source_event_stream(built)
        if is_awaitable(stream):
            stream = await stream
        if isinstance(stream, ExecutionResult):
            return _refused(stream, actor)
        assert isinstance(stream, Stream)
        return stream

    async def _execute(
        self, document: DocumentNode, request: Request, actor: Actor, root: Any = None
    ) -> ExecutionResult:
        result = execute(
            self._schema,
            document,
            root,
            context_value=Context(actor),
            variable_values=request.variables,
            operation_name=request.operation_name,
            max_coercion_errors=5,
            hide_suggestions=not self._introspection,
        )
        if is_awaitable(result):
            result = await result
        assert isinstance(result, ExecutionResult)
        return result


def _check_operation(document: DocumentNode, request: Request) -> bool:
    """Refuse what names no operation, subscribes elsewhere than on a socket, or changes something by GET. True for
    a subscription."""
    operation = get_operation_ast(document, request.operation_name)
    if operation is None:
        raise ApiError(ApiCode.BAD_USER_INPUT)
    subscribes = operation.operation is OperationType.SUBSCRIPTION
    if subscribes and not request.streaming:
        raise ApiError(ApiCode.WEBSOCKET_REQUIRED)
    if request.reading and operation.operation is not OperationType.QUERY:
        raise ApiError(ApiCode.METHOD_NOT_ALLOWED)
    return subscribes


def _answered(result: ExecutionResult, actor: Actor) -> Answer:
    errors = result.errors or []
    if result.data is None and errors and not any(error.path for error in errors):
        return _unfit(ApiCode.BAD_USER_INPUT, errors, actor)
    body: dict[str, Any] = {"data": result.data}
    if errors:
        body["errors"] = [shown(error, actor) for error in errors]
    return Answer(body)


def _refused(result: ExecutionResult, actor: Actor) -> Answer:
    """What a subscription that cannot begin answers: nothing was executed, whatever the path of its errors."""
    errors = [shown(error, actor) for error in result.errors or []]
    return Answer({"errors": errors}, errors[0]["extensions"]["code"])


def refusal(code: ApiCode, actor: Actor) -> Answer:
    """An answer that carries one code and no data."""
    return Answer({"errors": [failure(code, actor.locale)]}, code)


def _unfit(code: ApiCode, errors: list[GraphQLError], actor: Actor) -> Answer:
    return Answer({"errors": [shown(error, actor, code) for error in errors]}, code)

"""One GraphQL request: ready document, price, checked variables, execution, masked errors."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
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
from schema.kit.price import always_answered
from schema.kit.spending import Bill, NotPaidError, Till, counted

REFUSED = 10  # points for a document that does not fit: about what it takes to see that


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
    """The JSON to send; `code` is set when nothing was executed, `retry_after` (seconds) when it may be later."""

    body: dict[str, Any]
    code: ApiCode | None = None
    retry_after: int | None = None


class Executor:
    """Runs requests against one schema. Without `introspection` it tells nothing about what it does not get asked."""

    def __init__(self, schema: GraphQLSchema, documents: Documents, till: Till, *, introspection: bool) -> None:
        self._schema = schema
        self._documents = documents
        self._till = till
        self._introspection = introspection

    async def run(self, request: Request, actor: Actor) -> Answer:
        """Answer one request."""
        answer = await self.begin(replace(request, streaming=False), actor)
        assert isinstance(answer, Answer)
        return answer

    async def begin(self, request: Request, actor: Actor) -> Answer | Stream:
        """Answer one request; of a subscription, the events that `answer_event` answers one by one."""
        try:
            ready = self._documents.find(request.query, request.document_hash, partial(self._admit, actor))
            operation = _operation(ready.document, request)
            bill = await self._till.open(
                actor,
                ready.prices.of(operation, request.variables),
                changes=operation.operation is OperationType.MUTATION,
                always=always_answered(self._schema, operation),
            )
        except DocumentError as error:
            self._till.purse(actor).fine(REFUSED)
            return _unfit(error.code, error.errors, actor)
        except NotPaidError as error:
            return not_paid(error, actor)
        except ApiError as error:
            return self._refused(error, actor)
        if operation.operation is OperationType.SUBSCRIPTION:
            return await self._subscribe(ready.document, request, actor)
        with counted() as meter:
            result = await self._execute(ready.document, request, actor)
        return _answered(result, actor, bill, meter.statements)

    async def answer_event(self, request: Request, event: Event) -> Answer:
        """Answer one event of a subscription that has begun, with loaders of its own. It is never refused for want of
        points."""
        ready = self._documents.find(request.query, request.document_hash)
        cost = ready.prices.of(_operation(ready.document, request), request.variables)
        bill = self._till.charge(event.actor, cost)
        with counted() as meter:
            result = await self._execute(ready.document, request, event.actor, event.row)
        return _answered(result, event.actor, bill, meter.statements)

    def _admit(self, actor: Actor, document: DocumentNode) -> None:
        """Leave a new document alone while its sender has no points left, unless it is always answered."""
        operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
        if not all(always_answered(self._schema, operation) for operation in operations):
            self._till.admit(actor, REFUSED)

    def _refused(self, error: ApiError, actor: Actor) -> Answer:
        if error.code is ApiCode.QUERY_TOO_COMPLEX:
            self._till.purse(actor).fine(REFUSED)
        return refusal(error.code, actor)

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
            return _not_begun(stream, actor)
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


def _operation(document: DocumentNode, request: Request) -> OperationDefinitionNode:
    """The operation to run; refuses what names none, subscribes elsewhere than on a socket, or changes something by
    GET."""
    operation = get_operation_ast(document, request.operation_name)
    if operation is None:
        raise ApiError(ApiCode.BAD_USER_INPUT)
    if operation.operation is OperationType.SUBSCRIPTION and not request.streaming:
        raise ApiError(ApiCode.WEBSOCKET_REQUIRED)
    if request.reading and operation.operation is not OperationType.QUERY:
        raise ApiError(ApiCode.METHOD_NOT_ALLOWED)
    return operation


def _answered(result: ExecutionResult, actor: Actor, bill: Bill, statements: int) -> Answer:
    errors = result.errors or []
    if result.data is None and errors and not any(error.path for error in errors):
        bill.cancel()
        return _unfit(ApiCode.BAD_USER_INPUT, errors, actor)
    body: dict[str, Any] = {"data": result.data, "extensions": {"cost": bill.close(statements, result.data)}}
    if errors:
        body["errors"] = [shown(error, actor) for error in errors]
    return Answer(body)


def _not_begun(result: ExecutionResult, actor: Actor) -> Answer:
    """What a subscription that cannot begin answers: nothing was executed, whatever the path of its errors."""
    errors = [shown(error, actor) for error in result.errors or []]
    return Answer({"errors": errors}, errors[0]["extensions"]["code"])


def refusal(code: ApiCode, actor: Actor) -> Answer:
    """An answer that carries one code and no data."""
    return Answer({"errors": [failure(code, actor.locale)]}, code)


def not_paid(error: NotPaidError, actor: Actor) -> Answer:
    """The answer to what costs too much, or too much for now."""
    later = {"seconds": error.seconds} if error.seconds else {}
    errors = [failure(error.code, actor.locale, **later)]
    return Answer({"errors": errors, "extensions": {"cost": error.cost}}, error.code, error.seconds)


def _unfit(code: ApiCode, errors: list[GraphQLError], actor: Actor) -> Answer:
    return Answer({"errors": [shown(error, actor, code) for error in errors]}, code)

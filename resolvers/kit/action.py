"""The one path for every change and every read.

A command checks the actor, opens one transaction, recalls or stores the idempotency key with the effect, writes
the audit row and commits; it runs shielded, so a caller that hangs up leaves all of it or none.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

import structlog

from models.kit import audit, db, idempotency
from models.kit.actor import Actor
from models.kit.clients import RetryableError
from models.kit.codes import ErrorCode
from models.kit.errors import ApiError, DomainError
from resolvers.kit.guard import Guard

log = structlog.get_logger()
ATTEMPTS = 5
Row = dict[str, Any]
P = ParamSpec("P")
T = TypeVar("T")


@dataclass
class _Record:
    """What the running command says about itself, for its audit row."""

    target: tuple[str, UUID] | None = None
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Registered:
    """A guarded function, as the house rules and the access policy see it."""

    name: str
    guard: Guard
    function: Callable[..., Any]


commands: dict[str, Registered] = {}
queries: dict[str, Registered] = {}
_record: ContextVar[_Record] = ContextVar("record")
_running: set[asyncio.Task[Any]] = set()


def about(
    target_type: str,
    target_id: UUID,
    *,
    subject_id: UUID | None = None,
    organisation_path: str | None = None,
    what: str | None = None,
    reason: str | None = None,
) -> None:
    """Say what the running command acts on: object, member concerned, its union, and why."""
    _record.get().target = (target_type, target_id)
    _record.get().details = {
        "subject_id": subject_id,
        "organisation_path": organisation_path,
        "what": what,
        "reason": reason,
    }


def command(
    name: str, guard: Guard, *, repeatable: bool = True
) -> Callable[[Callable[..., Awaitable[Row]]], Callable[..., Awaitable[Row]]]:
    """Make `async def f(actor, *, …) -> row` a command. The row holds the ids of what it made and is what an
    idempotency key brings back. Commands that hand out secrets are not `repeatable`: they take no key."""

    def wrap(function: Callable[..., Awaitable[Row]]) -> Callable[..., Awaitable[Row]]:
        @wraps(function)
        async def run(actor: Actor, *, idempotency_key: str | None = None, **values: Any) -> Row:
            work = _guarded(name, guard, function, actor, idempotency_key if repeatable else None, values)
            return await shielded(work)

        commands[name] = Registered(name, guard, function)
        return run

    return wrap


def query(name: str, guard: Guard) -> Callable[[Callable[P, Awaitable[T]]], Callable[P, Awaitable[T]]]:
    """Make `async def f(actor, …)` a guarded read."""

    def wrap(function: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
        @wraps(function)
        async def run(*args: P.args, **kwargs: P.kwargs) -> T:
            actor = args[0]
            assert isinstance(actor, Actor)
            guard.admit(actor)
            return await function(*args, **kwargs)

        queries[name] = Registered(name, guard, function)
        return run

    return wrap


async def shielded(work: Awaitable[T]) -> T:
    """Run `work` to its end even when the caller is cancelled."""
    task = asyncio.ensure_future(work)
    _running.add(task)
    task.add_done_callback(_finished)
    return await asyncio.shield(task)


def _finished(task: asyncio.Task[Any]) -> None:
    _running.discard(task)
    if not task.cancelled():
        task.exception()  # seen here when the caller has gone


async def drain() -> None:
    """Wait for every command that still runs; called before the database closes."""
    if _running:
        await asyncio.wait(set(_running))


async def _guarded(
    name: str,
    guard: Guard,
    function: Callable[..., Awaitable[Row]],
    actor: Actor,
    idempotency_key: str | None,
    values: dict[str, Any],
) -> Row:
    try:
        guard.admit(actor)
        return await _retried(name, function, actor, idempotency_key, values)
    except (ApiError, DomainError) as refusal:
        await _record_denial(name, actor, refusal)
        raise


async def _retried(
    name: str,
    function: Callable[..., Awaitable[Row]],
    actor: Actor,
    idempotency_key: str | None,
    values: dict[str, Any],
) -> Row:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            async with db.transaction():
                return await _once(name, function, actor, idempotency_key, values)
        except RetryableError:
            if attempt == ATTEMPTS:
                raise
            log.info("command.retried", command=name, attempt=attempt)
            await asyncio.sleep(0.01 * 2**attempt)
    raise AssertionError("unreachable")


async def _once(
    name: str,
    function: Callable[..., Awaitable[Row]],
    actor: Actor,
    idempotency_key: str | None,
    values: dict[str, Any],
) -> Row:
    keyed = idempotency_key and actor.account_id
    print_ = idempotency.fingerprint(name, values) if keyed else ""
    if keyed:
        await idempotency.lock(keyed, str(idempotency_key))
        made = await idempotency.recall(keyed, str(idempotency_key), print_)
        if made is not None:
            return {name: _revived(name, value) for name, value in made.items()}
    record = _Record()
    _record.set(record)
    result = await function(actor, **values)
    await audit.record(actor, name, target=record.target, **record.details)
    if keyed:
        await idempotency.remember(keyed, str(idempotency_key), print_, result)
    return result


def _revived(name: str, value: Any) -> Any:
    """Ids come back from JSON as text."""
    if isinstance(value, str) and name.endswith("_id"):
        return UUID(value)
    if isinstance(value, list) and name.endswith("_ids"):
        return [UUID(item) for item in value]
    return value


async def _record_denial(name: str, actor: Actor, refusal: ApiError | DomainError) -> None:
    """Put a denial on record, in its own transaction: one inside the command's would vanish with the roll-back."""
    codes = [p.code for p in refusal.problems] if isinstance(refusal, DomainError) else [refusal.code]
    denied = isinstance(refusal, ApiError) or ErrorCode.NOT_ALLOWED in codes or ErrorCode.OWN_CASE in codes
    if denied and actor.account_id:
        async with db.transaction():
            await audit.record(actor, name, "DENIED", what=str(codes[0]))

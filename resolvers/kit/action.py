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

from models.accounts import throttle
from models.kit import audit, db, idempotency
from models.kit.actor import Actor
from models.kit.clients import RetryableError
from models.kit.codes import ErrorCode
from models.kit.errors import ApiError, DomainError, refuse
from resolvers.kit.guard import Guard

log = structlog.get_logger()
ATTEMPTS = 5
# Refusals of who asks, not of what is asked.
DENIALS = {
    ErrorCode.NOT_ALLOWED, ErrorCode.OWN_CASE, ErrorCode.OUTSIDE_SUBTREE, ErrorCode.ROLE_TOO_HIGH,
}  # fmt: skip
Row = dict[str, Any]
P = ParamSpec("P")
T = TypeVar("T")


@dataclass
class _Record:
    """What the running command says about itself, for its audit row."""

    target: tuple[str, UUID] | None = None
    details: dict[str, Any] = field(default_factory=dict)
    afterwards: list[Callable[[], Awaitable[None]]] = field(default_factory=list)


@dataclass(frozen=True)
class Registered:
    """A guarded function, as the house rules and the access policy see it."""

    name: str
    guard: Guard
    function: Callable[..., Any]
    before: Callable[..., Awaitable[dict[str, Any]]] | None = None
    tries: throttle.Limit | None = None


@dataclass(frozen=True)
class _Keyed:
    """An idempotency key of an account, with the fingerprint of the input it came with."""

    account_id: UUID
    name: str
    fingerprint: str


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


def afterwards(work: Callable[[], Awaitable[None]]) -> None:
    """Run `work` once the running command has been committed; a refusal it raises is the command's answer."""
    _record.get().afterwards.append(work)


def command(
    name: str,
    guard: Guard,
    *,
    repeatable: bool = True,
    before: Callable[..., Awaitable[dict[str, Any]]] | None = None,
    tries: throttle.Limit | None = None,
) -> Callable[[Callable[..., Awaitable[Row]]], Callable[..., Awaitable[Row]]]:
    """Make `async def f(actor, *, …) -> row` a command. The row holds the ids of what it made and is what an
    idempotency key brings back. Commands that hand out secrets are not `repeatable`: they take no key.

    `before(actor, *, …)` runs first and outside of the command's transaction, so that what it writes stays
    when the command is refused (a try is counted) and slow work holds no lock (a password is hashed). It gets
    the input and returns what the command is called with. Of commands with a limit on `tries`, each call of an
    account counts, before anything else: also those that are refused, and each of several in one request.
    """

    def wrap(function: Callable[..., Awaitable[Row]]) -> Callable[..., Awaitable[Row]]:
        @wraps(function)
        async def run(actor: Actor, *, idempotency_key: str | None = None, **values: Any) -> Row:
            return await shielded(_guarded(registered, actor, idempotency_key if repeatable else None, values))

        registered = commands[name] = Registered(name, guard, function, before, tries)
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


def several(name: str, guard: Guard) -> Callable[[Callable[P, Awaitable[T]]], Callable[P, Awaitable[T]]]:
    """Make `async def f(actor, …)` a change made of several commands, each in its own transaction."""

    def wrap(function: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
        run = query(name, guard)(function)
        commands[name] = queries.pop(name)
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


async def _guarded(command: Registered, actor: Actor, idempotency_key: str | None, values: dict[str, Any]) -> Row:
    _record.set(_Record())
    try:
        command.guard.admit(actor)
        if command.tries and actor.account_id:
            await throttle.count(command.tries, str(actor.account_id))
        keyed = _keyed(command, actor, idempotency_key, values)
        if command.before:
            values = await command.before(actor, **values)
        row = await _retried(command, actor, keyed, values)
        for work in _record.get().afterwards:
            await work()
        return row
    except (ApiError, DomainError) as refusal:
        await _record_denial(command.name, actor, refusal)
        raise


def _keyed(command: Registered, actor: Actor, idempotency_key: str | None, values: dict[str, Any]) -> _Keyed | None:
    if not idempotency_key or not actor.account_id:
        return None
    if len(idempotency_key) > idempotency.MAX_LENGTH:
        refuse(ErrorCode.TOO_LONG, "idempotencyKey", max=idempotency.MAX_LENGTH)
    return _Keyed(actor.account_id, idempotency_key, idempotency.fingerprint(command.name, values))


async def _retried(command: Registered, actor: Actor, keyed: _Keyed | None, values: dict[str, Any]) -> Row:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            async with db.transaction():
                return await _once(command, actor, keyed, values)
        except RetryableError:
            if attempt == ATTEMPTS:
                raise
            log.info("command.retried", command=command.name, attempt=attempt)
            await asyncio.sleep(0.01 * 2**attempt)
    raise AssertionError("unreachable")


async def _once(command: Registered, actor: Actor, keyed: _Keyed | None, values: dict[str, Any]) -> Row:
    if keyed:
        await idempotency.lock(keyed.account_id, keyed.name)
        made = await idempotency.recall(keyed.account_id, keyed.name, keyed.fingerprint)
        if made is not None:
            return {name: _revived(name, value) for name, value in made.items()}
    record = _Record()
    _record.set(record)
    result: Row = await command.function(actor, **values)
    await audit.record(actor, command.name, target=record.target, **record.details)
    if keyed:
        await idempotency.remember(keyed.account_id, keyed.name, keyed.fingerprint, result)
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
    denied = isinstance(refusal, ApiError) or not DENIALS.isdisjoint(codes)
    if denied and actor.account_id:
        async with db.transaction():
            await audit.record(actor, name, audit.Outcome.DENIED, what=str(codes[0]))

"""The limits that a client meets, read from where they are kept."""

from collections.abc import Iterator
from datetime import timedelta

from models.accounts.sessions import ACCESS_LIFETIME, REFRESH_LIFETIME
from models.files.limits import LARGEST, WAITING, WAITING_FILES
from models.kit import settings
from models.kit.idempotency import RETENTION
from models.kit.paging import MAX_FIRST
from resolvers.files.reading import LIFETIME as FILE_LINK
from resolvers.kit.calendar import LIFETIME as CALENDAR_LINK
from schema.http.sockets import service, socket
from schema.http.sockets.protocol import MAX_MESSAGE
from schema.kit import limits as documents
from schema.reference.tables import table

LIMITS = """
## Limits

What an installation sets otherwise by its settings is marked with a star.
"""


def limits() -> Iterator[str]:
    """The section with the table."""
    yield LIMITS
    yield from table(("what", "at most"), _rows())


def _rows() -> Iterator[tuple[str, str]]:
    usual = settings.read({})
    yield "an operation *", f"{usual.operation_points:,} points"
    yield "an account *", f"{usual.account_points.capacity:,} points at once, {usual.account_points.restored} a second"
    yield (
        "all who are not signed in at one address *",
        f"{usual.address_points.capacity:,} points at once, {usual.address_points.restored} a second",
    )
    yield "the time of a request *", f"{usual.execution_timeout} seconds"
    yield "a page of a list", f"{MAX_FIRST} rows"
    yield (
        "a body",
        f"{documents.MAX_BODY:,} bytes, {documents.MAX_JSON_VALUES:,} values, {documents.MAX_JSON_DEPTH} deep",
    )
    yield "a document", f"{documents.MAX_SOURCE:,} characters, {documents.MAX_TOKENS:,} words and signs"
    yield "an operation with its fragments spread out", f"{documents.MAX_FIELDS} fields, {documents.MAX_DEPTH} deep"
    yield "in it", f"{documents.MAX_ALIASES} aliases, {documents.MAX_DIRECTIVES} directives"
    yield "an access token", _time(ACCESS_LIFETIME)
    yield "a refresh token", _time(REFRESH_LIFETIME)
    yield "an `idempotencyKey` is remembered", _time(RETENTION)
    yield "an uploaded file", f"{LARGEST // 2**20} MB"
    yield "uploads of a member that wait to be attached", f"{WAITING_FILES}, each for {_time(WAITING)}"
    yield "the link of a file", _time(FILE_LINK)
    yield "the link of a calendar", _time(CALENDAR_LINK)
    yield "sockets of an account", f"{service.SIGNED_IN}"
    yield "operations on a socket", f"{socket.OPERATIONS} at a time"
    yield "a message on a socket", f"{MAX_MESSAGE // 1024} KiB"
    yield "a socket without `connection_init`", f"{socket.INIT_WITHIN:g} seconds"


def _time(span: timedelta) -> str:
    if span >= timedelta(days=2):
        return f"{span.days} days"
    hours, rest = divmod(span, timedelta(hours=1))
    return f"{hours} hours" if hours and not rest else f"{span // timedelta(minutes=1)} minutes"

"""Logs: event names, ids and codes on stderr; never a document, a variable, an exception's words or personal data."""

import logging
import sys
from pathlib import Path
from types import TracebackType

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

ROOT = Path(__file__).parents[2]
# Their DEBUG and INFO lines print parameters, requests and addresses.
TALKATIVE = ("asyncio", "asyncpg", "httpcore", "httpx", "tortoise", "tortoise.db_client", "uvicorn")

log = structlog.get_logger()


def configure(*, readable: bool, debug: bool = False) -> None:
    """Set up the logs of this process: lines for people or JSON. With `debug`, tracebacks and their words too."""
    failure: Processor = structlog.processors.format_exc_info if debug else _where_it_failed
    form: Processor = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
        if readable
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            failure,
            form,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG if debug else logging.INFO),
        logger_factory=lambda *names: structlog.WriteLogger(sys.stderr),
    )
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    if not any(isinstance(handler, _Foreign) for handler in logging.root.handlers):
        logging.root.addHandler(_Foreign())


class _Foreign(logging.Handler):
    """What libraries log, as events of ours: the first line of their words without what would be put into it."""

    def emit(self, record: logging.LogRecord) -> None:
        """Pass one record on."""
        words = record.getMessage() if record.name.startswith("uvicorn") else str(record.msg)
        failure = {"exc_info": record.exc_info} if record.exc_info else {}
        log.log(record.levelno, record.name, message=words.partition("\n")[0], **failure)


def _where_it_failed(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Of an exception keep its type and the place, in our own code if possible."""
    found = event.pop("exc_info", None)
    error = sys.exc_info()[1] if found is True else found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["at"] = place(error.__traceback__)
    return event


def place(traceback: TracebackType | None) -> str | None:
    """The innermost line of our own code that an exception came through, else of any."""
    ours: str | None = None
    last: str | None = None
    while traceback:
        file = Path(traceback.tb_frame.f_code.co_filename)
        last = f"{file.name}:{traceback.tb_lineno}"
        if file.is_relative_to(ROOT) and "site-packages" not in file.parts:
            ours = f"{file.relative_to(ROOT)}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return ours or last

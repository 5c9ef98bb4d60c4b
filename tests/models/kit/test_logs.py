"""What the service's log holds: events, ids and places, and nobody's words."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from models.kit import logs

CANARY = "330302198506150016"
TALKATIVE = ("tortoise", "tortoise.db_client", "asyncpg", "httpx", "uvicorn.error", "somebody.else")


@pytest.fixture(autouse=True)
def own_logs() -> Iterator[None]:
    """Leave the logs of other tests as they were."""
    before, handlers = structlog.get_config(), list(logging.root.handlers)
    yield
    structlog.configure(**before)
    logging.root.handlers = handlers


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    """The events on stderr."""
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def fail() -> None:
    """Fail with somebody's number in the words of the error."""
    try:
        raise ValueError(CANARY)
    except ValueError:
        structlog.get_logger().exception("it.failed", request_id="a1")


def test_an_event_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(readable=False)
    structlog.get_logger().info("case.filed", case="一")
    (event,) = lines(capsys)
    assert (event["event"], event["level"], event["case"]) == ("case.filed", "info", "一")
    assert event["timestamp"].endswith("Z")


def test_of_an_exception_only_its_type_and_place_are_kept(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(readable=False)
    fail()
    written = capsys.readouterr().err
    event = json.loads(written)
    assert (event["event"], event["error"], event["request_id"]) == ("it.failed", "ValueError", "a1")
    assert event["at"].startswith("tests/models/kit/test_logs.py:")
    assert CANARY not in written


def test_only_debugging_shows_the_words_of_an_exception(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(readable=True, debug=True)
    fail()
    assert CANARY in capsys.readouterr().err


@pytest.mark.parametrize("name", TALKATIVE)
def test_libraries_say_what_happened_and_not_to_whom(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(readable=False)
    library = logging.getLogger(name)
    library.debug("SELECT: %s", CANARY)
    library.info("request to %s", CANARY)
    try:
        raise ValueError(CANARY)
    except ValueError:
        library.error("future failed\nfuture: %s", "…", exc_info=True)
    (event,) = lines(capsys)
    assert (event["event"], event["message"], event["error"]) == (name, "future failed", "ValueError")
    assert CANARY not in str(event)

"""Hypothesis machines over the service: rules are plain methods, what they await runs on one loop and database."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import hypothesis
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from models.kit import clock
from models.kit.settings import Settings
from schema.http.app import running

T = TypeVar("T")
Run = Callable[[Coroutine[Any, Any, T]], T]


class Machine(RuleBasedStateMachine):
    """A machine with a clock of its own. `run` awaits on the loop that holds the database."""

    run: Run[Any]

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2026, 3, 5, 4, 0, tzinfo=UTC)
        self._clock = ExitStack()
        self.pass_time(timedelta())

    def pass_time(self, passed: timedelta) -> None:
        """Move the clock on."""
        self.now += passed
        self._clock.close()
        self._clock.enter_context(clock.at(self.now))

    def teardown(self) -> None:
        """Let the clock go."""
        self._clock.close()


def check(machine: type[Machine], settings: Settings, *, examples: int = 25, steps: int = 25) -> None:
    """Run a machine against the service with these settings."""
    with _loop(settings) as run:
        bound = type(machine.__name__, (machine,), {"run": staticmethod(run)})
        run_state_machine_as_test(
            bound, settings=hypothesis.settings(max_examples=examples, stateful_step_count=steps, deadline=None)
        )


@contextmanager
def _loop(settings: Settings) -> Iterator[Run[Any]]:
    with asyncio.Runner() as runner:
        service = running(settings, worker=False)
        runner.run(service.__aenter__())
        try:
            yield runner.run
        finally:
            runner.run(service.__aexit__(None, None, None))

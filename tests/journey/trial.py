"""The service as `make run` starts it, and the people of its demo."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.live import ROOT, Live, running_process

Row = dict[str, Any]


@dataclass
class Trial:
    """One installation: its settings, and what its command line says."""

    environment: dict[str, str]
    folder: Path

    def command(self, *words: str, **changes: str) -> str:
        """Run `python server.py …`; what it prints."""
        done = subprocess.run(
            [sys.executable, "server.py", *words], cwd=ROOT, env=self._environment(changes), check=True,
            capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout

    @contextmanager
    def serving(self, **changes: str) -> Iterator[Live]:
        """`python server.py serve`, until the block ends."""
        command = [sys.executable, "server.py", "serve"]
        with running_process(command, self._environment(changes), self.folder) as service:
            yield service

    def accounts(self) -> list[Row]:
        """The demo accounts."""
        found: list[Row] = json.loads(self.command("demo-accounts", "--json"))
        return found

    def _environment(self, changes: dict[str, str]) -> dict[str, str]:
        return {**os.environ, **self.environment, **changes}

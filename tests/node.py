"""Node, which comes with the packages for development, and the packages of `tests/clients/`."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

CLIENTS = Path(__file__).parent / "clients"
PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"


def node(*words: str, folder: Path = CLIENTS, seconds: float = 60, environment: Mapping[str, str] | None = None) -> str:
    """Run a script of that folder with more variables in its environment; what it prints."""
    if not (folder / "node_modules").is_dir():
        raise RuntimeError(f"{folder} has no packages yet: `make test` installs them")
    done = subprocess.run(
        ["node", *words], cwd=folder, env={**os.environ, "PATH": PATH, **(environment or {})}, timeout=seconds,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
